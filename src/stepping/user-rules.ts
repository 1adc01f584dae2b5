import type { AnyNode, Program } from 'acorn';
import type { Rules } from './rules.js';
import { type AnyFunction, childrenOf, isFunction, methodOf } from './syntax.js';

/**
 * Which functions of a user's module are stepped: all but those that make things. Set-up is what
 * the module itself calls when it is loaded, the exports that make a lock, and whatever those
 * call by name; functions inside them, such as the lock's methods, are stepped.
 */

const NOT_STEPPABLE: Readonly<Record<string, string>> = {
  TryStatement: 'exceptions cannot be followed',
  AwaitExpression: 'nothing can be awaited inside a lock',
  YieldExpression: 'generators cannot be stepped',
  ImportDeclaration: 'imports are not followed; put everything into one file',
  ImportExpression: 'imports are not followed; put everything into one file',
};

/**
 * @param setUp the exported functions that are called before anybody runs
 * @throws SyntaxError with the line of what cannot be stepped
 */
export function userRules(program: Program, setUp: readonly string[]): Rules {
  const named = new Map<string, AnyFunction>();
  nameFunctions(program, named);
  const native = new Set<AnyFunction>();
  const pending: AnyNode[] = [program];
  for (const name of setUp) {
    const node = named.get(name);
    if (node !== undefined) adopt(node, native, pending);
  }
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    callsFrom(
      part,
      (name) => {
        const node = named.get(name);
        if (node !== undefined) adopt(node, native, pending);
      },
      (callback) => adopt(callback, native, pending),
    );
  }
  for (const node of native) refuseOperations(node, native);
  refuse(program, native, false);
  return { isSetUp: (node) => native.has(node), calls: 'settled', moduleOf: () => undefined };
}

function adopt(node: AnyFunction, native: Set<AnyFunction>, pending: AnyNode[]): void {
  if (native.has(node)) return;
  native.add(node);
  pending.push(node.body);
}

/** Functions by the name they are declared, assigned or filed under. */
function nameFunctions(node: AnyNode, named: Map<string, AnyFunction>): void {
  if (node.type === 'FunctionDeclaration') named.set(node.id?.name ?? '', node as AnyFunction);
  if (node.type === 'VariableDeclarator' && node.init && node.id.type === 'Identifier') {
    if (isFunction(node.init)) named.set(node.id.name, node.init);
  }
  if (node.type === 'Property' && node.key.type === 'Identifier' && isFunction(node.value)) {
    if (!named.has(node.key.name)) named.set(node.key.name, node.value);
  }
  if (node.type === 'MethodDefinition' && node.kind === 'constructor')
    named.set('constructor', node.value);
  for (const child of childrenOf(node)) nameFunctions(child, named);
}

/** What native code calls by name, and the functions that it hands to others to call. */
function callsFrom(
  node: AnyNode,
  call: (name: string) => void,
  callback: (node: AnyFunction) => void,
): void {
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    if (node.callee.type === 'Identifier' && node.type === 'CallExpression') call(node.callee.name);
    for (const given of node.arguments) if (isFunction(given)) callback(given);
  }
  if (node.type === 'MethodDefinition' && node.kind === 'constructor') callback(node.value);
  for (const child of childrenOf(node)) {
    if (!isFunction(child)) callsFrom(child, call, callback);
  }
}

function refuseOperations(node: AnyNode, native: ReadonlySet<AnyFunction>): void {
  for (const child of childrenOf(node)) {
    if (isFunction(child) && !native.has(child)) continue;
    if (child.type === 'CallExpression' && methodOf(child.callee, 'Atomics') !== undefined)
      fail(child, 'the shared memory is used before anybody runs; a lock begins as zeros');
    refuseOperations(child, native);
  }
}

function refuse(node: AnyNode, native: ReadonlySet<AnyFunction>, inStepped: boolean): void {
  const reason = NOT_STEPPABLE[node.type];
  if (reason !== undefined) fail(node, reason);
  if (isFunction(node) && (node.async || node.generator))
    fail(node, 'async functions and generators cannot be stepped');
  if ((node.type === 'MethodDefinition' || node.type === 'Property') && /[gs]et/.test(node.kind))
    fail(node, 'getters and setters cannot be stepped');
  if (inStepped && node.type === 'CallExpression' && node.arguments.some(isFunction))
    fail(node, 'a function that is handed to be called back cannot be stepped');
  const isNowStepped = isFunction(node) ? !native.has(node) : inStepped;
  for (const child of childrenOf(node)) refuse(child, native, isNowStepped);
}

function fail(node: AnyNode, reason: string): never {
  throw new SyntaxError(`line ${node.loc?.start.line ?? 0}: ${reason}`);
}
