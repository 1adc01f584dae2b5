import type { AnyNode, Program } from 'acorn';
import {
  type AnyFunction,
  childrenOf,
  isFunction,
  methodOf,
  type NodeOf,
  namesIn,
} from './syntax.js';

/**
 * What code may do beside operating on the shared memory, read from its text and judged on the
 * safe side: an explorer that takes two states for equal must know of everything that tells them
 * apart.
 */
export interface StateUse {
  /** It may change something between calls that is not in the shared memory. */
  readonly keepsState: boolean;
  /** Counters that it may look at, by name; the others are only written. Or it may look at all. */
  readonly countersRead: ReadonlySet<string> | 'all';
}

const MUTATORS = new Set(
  'push pop shift unshift splice set add delete clear fill sort reverse copyWithin next'.split(' '),
);

/** Counters change by some of these, and live in the shared memory. */
const COUNTERS = 'counters';
/** Their table, in `sync/counters.ts`. */
const TABLE = 'COUNTER';
/** The file whose methods may look at cells: what they find goes into other cells only. */
const COUNTERS_FILE = 'sync/counters';

/** @param calls `static` where whatever is called is algorithm code, looked at on its own */
export function stateUse(program: Program, path: string, calls: 'static' | 'settled'): StateUse {
  const names = aliases(program);
  const found: Found = { keepsState: false, countersRead: new Set(), calls, names };
  for (const node of program.body) look(node, new Set(), false, found);
  return path === COUNTERS_FILE ? { ...found, countersRead: new Set() } : found;
}

interface Found {
  keepsState: boolean;
  countersRead: Set<string> | 'all';
  readonly calls: 'static' | 'settled';
  /** Constants of the module that stand for a counter: `PARKS` → `parks`. */
  readonly names: ReadonlyMap<string, string>;
}

/** `const { parks: PARKS } = COUNTER;` and `const PARKS = COUNTER.parks;` */
function aliases(program: Program): Map<string, string> {
  const names = new Map<string, string>();
  const declare = ({ id, init }: NodeOf<'VariableDeclarator'>) => {
    const counter = init ? counterOf(init, names) : undefined;
    if (id.type === 'Identifier' && counter !== undefined) names.set(id.name, counter);
    if (id.type !== 'ObjectPattern' || init?.type !== 'Identifier' || init.name !== TABLE) return;
    for (const property of id.properties) {
      if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
      if (property.value.type === 'Identifier') names.set(property.value.name, property.key.name);
    }
  };
  for (const node of program.body)
    if (node.type === 'VariableDeclaration') node.declarations.forEach(declare);
  return names;
}

function counterOf(node: AnyNode, names: ReadonlyMap<string, string>): string | undefined {
  if (node.type === 'Identifier') return names.get(node.name);
  if (node.type !== 'MemberExpression' || node.computed) return undefined;
  if (node.object.type !== 'Identifier' || node.object.name !== TABLE) return undefined;
  return node.property.type === 'Identifier' ? node.property.name : undefined;
}

/** A look at a counter, or at what holds them. */
function noteRead(node: AnyNode, found: Found): void {
  if (node.type === 'MemberExpression' && node.property.type === 'Identifier') {
    if (['cells', 'doubles'].includes(node.property.name)) found.countersRead = 'all';
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return;
  const { object, property } = node.callee;
  if (property.type !== 'Identifier' || property.name !== 'read') return;
  const counter = node.arguments[0] && counterOf(node.arguments[0], found.names);
  if (lastName(object) !== COUNTERS || counter === undefined) found.countersRead = 'all';
  else if (found.countersRead !== 'all') found.countersRead.add(counter);
}

/** @param own the names that are declared in the function that the node is in */
function look(node: AnyNode, own: ReadonlySet<string>, inFunction: boolean, found: Found): void {
  if (node.type === 'MethodDefinition' && node.kind === 'constructor') {
    // What is made there is made before anybody runs; methods of it are looked at on their own.
    for (const child of childrenOf(node.value.body)) look(child, own, false, found);
    return;
  }
  if (isFunction(node)) {
    const names = declaredIn(node);
    for (const child of childrenOf(node)) look(child, names, true, found);
    return;
  }
  if (inFunction && changesMore(node, own, found.calls)) found.keepsState = true;
  if (inFunction) noteRead(node, found);
  for (const child of childrenOf(node)) look(child, own, inFunction, found);
}

/** Whether a node may change what outlives the call, other than elements, which are seen to. */
function changesMore(node: AnyNode, own: ReadonlySet<string>, calls: Found['calls']): boolean {
  if (node.type === 'AssignmentExpression') return isLasting(node.left, own);
  if (node.type === 'UpdateExpression') return isLasting(node.argument, own);
  if (node.type === 'UnaryExpression') return node.operator === 'delete';
  if (node.type !== 'CallExpression' || calls === 'static') return false;
  const { callee } = node;
  if (methodOf(callee, 'Object') !== undefined || methodOf(callee, 'Reflect') !== undefined)
    return true;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false;
  if (methodOf(callee, 'Atomics') !== undefined) return false;
  return MUTATORS.has(callee.property.name) && lastName(callee.object) !== COUNTERS;
}

function isLasting(target: AnyNode, own: ReadonlySet<string>): boolean {
  if (target.type === 'Identifier') return !own.has(target.name);
  if (target.type === 'MemberExpression') return !target.computed;
  return !namesIn(target).every((name) => own.has(name));
}

function lastName(node: AnyNode): string {
  if (node.type === 'MemberExpression') return lastName(node.property);
  return node.type === 'Identifier' ? node.name : '';
}

/** Names declared in a function, those of functions inside it left out. */
function declaredIn(node: AnyFunction): Set<string> {
  const names = new Set(node.params.flatMap(namesIn));
  const collect = (part: AnyNode): void => {
    if (part.type === 'VariableDeclarator') for (const name of namesIn(part.id)) names.add(name);
    if (!isFunction(part)) for (const child of childrenOf(part)) collect(child);
  };
  collect(node.body);
  return names;
}
