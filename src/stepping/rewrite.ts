import type { AnyNode, Program } from 'acorn';
import MagicString from 'magic-string';
import { ANSWERS, METHOD_ANSWERS } from './answers.js';
import { ElementWriter, isElement } from './elements.js';
import { answerName } from './helpers.js';
import { linkModule, type ModuleLinks } from './link.js';
import { ATOMICS } from './operation.js';
import type { Rules, Telling } from './rules.js';
import {
  type AnyFunction,
  childrenOf,
  contains,
  hoistedIn,
  isFunction,
  isLoop,
  type Loop,
  methodOf,
  type NodeOf,
  namesIn,
} from './syntax.js';
import { LEAF_OBJECTS, WALKS } from './table.js';
import { Uses } from './uses.js';

/**
 * Rewrites a module of algorithm code so that it can be stepped: functions become generators,
 * each operation on shared memory a `yield`, each call into algorithm code a `yield*`. No line
 * is added or taken away, and every operation carries a number that leads back to its place.
 */

export interface Rewritten extends ModuleLinks {
  /** The body of a function whose parameters are the helpers and `$imports`. */
  readonly code: string;
}

const NO_USES = new Uses(null);

/** Globals whose methods neither yield nor call back. */
const PLAIN_GLOBALS = ['Math', 'Number', 'Object'];

/**
 * @param path the module's name in the table, for what is answered in it
 * @param newSite numbers a place in the source, by its offset
 */
export function rewrite(
  source: string,
  program: Program,
  path: string,
  rules: Rules,
  telling: Telling,
  newSite: (offset: number) => number,
): Rewritten {
  const text = new MagicString(source);
  const rewriter = new Rewriter(program, text, path, rules, telling, newSite);
  rewriter.run();
  const links = linkModule(program, text);
  return { ...links, code: `'use strict'; ${text.toString()}\nreturn ${links.result};` };
}

class Rewriter {
  private readonly program: Program;
  private readonly text: MagicString;
  private readonly path: string;
  private readonly rules: Rules;
  private readonly isObserved: boolean;
  private readonly tellsElements: boolean;
  private readonly newSite: (offset: number) => number;
  /** Imported functions that the driver answers: local name → helper. */
  private readonly answered = new Map<string, string>();
  private readonly setUp = new Set<string>();
  /** Variables of the function that is gone through, as far as they are declared. */
  private variables: readonly string[] = [];
  private uses = NO_USES;
  private readonly elements: ElementWriter;
  private readonly loopEnds = new Set<AnyNode>();

  constructor(
    program: Program,
    text: MagicString,
    path: string,
    rules: Rules,
    telling: Telling,
    newSite: (offset: number) => number,
  ) {
    this.program = program;
    this.text = text;
    this.path = path;
    this.rules = rules;
    this.isObserved = telling === 'everything';
    this.tellsElements = telling !== 'nothing';
    this.newSite = newSite;
    this.elements = new ElementWriter(
      text,
      (node) => this.site(node),
      (node) => this.stepped(node),
    );
  }

  run(): void {
    for (const node of this.program.body) {
      if (node.type === 'ImportDeclaration') this.noteImport(node);
      const inner = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
      if (inner?.type === 'FunctionDeclaration' && this.rules.isSetUp(inner as AnyFunction))
        this.setUp.add(inner.id?.name ?? '');
    }
    this.asIs(this.program);
  }

  private noteImport(node: NodeOf<'ImportDeclaration'>): void {
    const module = this.rules.moduleOf(String(node.source.value));
    if (module === undefined) return;
    const answers = ANSWERS[module] ?? {};
    for (const specifier of node.specifiers) {
      if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier')
        continue;
      const { name } = specifier.imported;
      if (name in answers) this.answered.set(specifier.local.name, answerName(module, name));
      if (!this.isObserved && WALKS[module]?.includes(name)) this.setUp.add(specifier.local.name);
    }
  }

  /** Code that runs natively: only the functions in it may be stepped. */
  private asIs(node: AnyNode): void {
    if (isFunction(node) && !this.rules.isSetUp(node)) {
      this.function(node);
      return;
    }
    const isMethod = node.type === 'MethodDefinition' || (node.type === 'Property' && node.method);
    if (isMethod && !this.rules.isSetUp(node.value as AnyFunction)) this.method(node);
    else for (const child of childrenOf(node)) this.asIs(child);
  }

  private method(node: NodeOf<'MethodDefinition' | 'Property'>): void {
    const { original } = this.text;
    const keyAt = node.computed ? original.lastIndexOf('[', node.key.start) : node.key.start;
    this.text.appendRight(keyAt, '*');
    const name = node.key.type === 'Identifier' ? node.key.name : '';
    const answers = METHOD_ANSWERS[this.path];
    const method = node.value as AnyFunction;
    if (answers === undefined || !(name in answers)) {
      this.body(method);
      return;
    }
    const { body, params } = method;
    const given = params.map((param) => this.text.slice(param.start, param.end)).join(', ');
    const helper = answerName(this.path, name);
    const site = this.isObserved ? 0 : this.site(node);
    const call = ` return yield ${helper}(${site}, this.words, ${given}); `;
    const answer = answers[name] === null ? ' ' : call;
    this.text.update(body.start + 1, body.end - 1, answer);
  }

  private function(node: AnyFunction): void {
    if (node.type === 'ArrowFunctionExpression') this.arrow(node);
    else {
      const keyword = this.text.original.indexOf('function', node.start);
      this.text.appendLeft(keyword + 'function'.length, '*');
      this.body(node);
    }
  }

  /** `(a) => f(a)` → `(function* (a) { return (yield* f(a)); }).bind(this)` */
  private arrow(node: NodeOf<'ArrowFunctionExpression'>): void {
    const { original } = this.text;
    const last = node.params.at(-1);
    const arrowAt = original.indexOf('=>', last?.end ?? node.start);
    const bare = last !== undefined && original[node.start] !== '(';
    this.text.appendRight(node.start, bare ? '(function* (' : '(function* ');
    const isBlock = node.body.type === 'BlockStatement';
    this.text.update(arrowAt, arrowAt + 2, `${bare ? ')' : ''}${isBlock ? '' : '{ return ('}`);
    this.body(node);
    this.text.appendLeft(node.end, `${isBlock ? '' : '); }'}).bind(this)`);
  }

  private body(node: AnyFunction): void {
    const { variables, uses } = this;
    if (this.tellsElements && node.body.type === 'BlockStatement')
      this.text.appendLeft(node.body.start + 1, ' let $o, $i; ');
    this.variables = [...node.params.flatMap(namesIn), ...hoistedIn(node.body)];
    // What is live where is asked of states alone.
    if (this.isObserved) this.uses = new Uses(node);
    for (const param of node.params) this.stepped(param);
    this.stepped(node.body);
    this.variables = variables;
    this.uses = uses;
  }

  /** Code of a generator. What is put before a node goes in before its parts, what follows, after. */
  private stepped(node: AnyNode): void {
    this.steppedAs(node);
    if (this.loopEnds.has(node)) this.text.appendLeft(node.end, ')');
  }

  private steppedAs(node: AnyNode): void {
    const isScope = node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
    if (isScope || isFunction(node) || (node.type === 'Property' && node.method)) this.asIs(node);
    else if (this.tellsElements && isElement(node)) this.elements.read(node);
    else if (this.tellsElements && node.type === 'AssignmentExpression' && isElement(node.left))
      this.elements.write(node, node.left);
    else if (this.tellsElements && node.type === 'UpdateExpression' && isElement(node.argument))
      this.elements.update(node, node.argument);
    else if (node.type === 'CallExpression') this.call(node);
    else this.parts(node);
  }

  private parts(node: AnyNode): void {
    const outer = this.variables;
    const isBlock = node.type === 'BlockStatement' || node.type === 'ForStatement';
    if (this.isObserved && isLoop(node)) this.loop(node);
    for (const child of childrenOf(node)) {
      // Where the line before has no semicolon, an opening parenthesis would call what it ends in.
      const isInList = node.type === 'BlockStatement' || node.type === 'SwitchCase';
      if (isInList && this.isObserved && contains(child, 'CallExpression'))
        this.text.appendRight(child.start, `;${this.told(child, this.variables)};`);
      else if (isInList && child.type === 'ExpressionStatement')
        this.text.appendRight(child.start, ';');
      // A method is called with its object, which a read of it would lose.
      if (node.type === 'CallExpression' && child === node.callee && isElement(child))
        this.parts(child);
      else this.stepped(child);
      if (child.type === 'VariableDeclaration' && child.kind !== 'var')
        this.variables = [
          ...this.variables,
          ...child.declarations.flatMap(({ id }) => namesIn(id)),
        ];
    }
    if (isBlock) this.variables = outer;
  }

  /** Before a statement nothing is under way: a function's state is what its variables are. */
  private told(node: AnyNode, variables: readonly string[]): string {
    const live = variables.filter((name) => this.uses.isLive(name, node.start));
    return `$state(${[this.site(node), ...new Set(live)].join(', ')})`;
  }

  /** So it is before each round of a loop. */
  private loop(node: Loop): void {
    const own =
      node.type === 'ForStatement' && node.init?.type === 'VariableDeclaration'
        ? node.init.declarations.flatMap(({ id }) => namesIn(id))
        : [];
    const told = this.told(node, [...this.variables, ...own]);
    if (node.test) {
      this.text.appendRight(node.test.start, `(${told}, `);
      this.loopEnds.add(node.test);
    } else {
      // Only a `for` may go without.
      const init = node.type === 'ForStatement' ? node.init : null;
      const second = this.text.original.indexOf(';', init?.end ?? node.start);
      this.text.appendLeft(second + 1, `(${told}, true)`);
    }
  }

  private call(node: NodeOf<'CallExpression'>): void {
    const { callee } = node;
    const atomic = methodOf(callee, 'Atomics');
    const isOperation = (ATOMICS as readonly string[]).includes(atomic ?? '');
    const answered = callee.type === 'Identifier' ? this.answered.get(callee.name) : undefined;
    const isPlain =
      callee.type === 'Super' ||
      (callee.type === 'Identifier' && this.setUp.has(callee.name)) ||
      (!this.isObserved && this.rules.calls === 'static' && isOfLeaf(callee)) ||
      PLAIN_GLOBALS.some((global) => methodOf(callee, global) !== undefined);
    if (isOperation || atomic === 'pause') this.toHelper(node, `$${atomic}`);
    else if (answered !== undefined) this.toHelper(node, answered);
    else if (isPlain || atomic !== undefined) this.parts(node);
    else if (this.rules.calls === 'settled')
      this.wrap(node, `(yield* $settle(${this.site(node)}, `, '))');
    else if (this.isObserved) this.wrap(node, `$back(yield* $call(${this.site(node)}, `, '))');
    else this.wrap(node, '(yield* ', ')');
  }

  private wrap(node: AnyNode, before: string, after: string): void {
    this.text.appendRight(node.start, before);
    this.parts(node);
    this.text.appendLeft(node.end, after);
  }

  /** `Atomics.load(words, at)` → `(yield $load(7, words, at))` */
  private toHelper(node: NodeOf<'CallExpression'>, helper: string): void {
    const open = this.text.original.indexOf('(', node.callee.end);
    const comma = node.arguments.length > 0 ? ', ' : '';
    this.text.update(node.start, open + 1, `(yield ${helper}(${this.site(node)}${comma}`);
    for (const given of node.arguments) this.stepped(given);
    this.text.appendLeft(node.end, ')');
  }

  private site(node: AnyNode): number {
    return this.newSite(node.start);
  }
}

/** `this.counters.add`, `counters.add`: a method of an object that is left as it is. */
function isOfLeaf(callee: AnyNode): boolean {
  if (callee.type !== 'MemberExpression') return false;
  const { object } = callee;
  if (object.type === 'Identifier') return LEAF_OBJECTS.has(object.name);
  if (object.type !== 'MemberExpression' || object.property.type !== 'Identifier') return false;
  return LEAF_OBJECTS.has(object.property.name);
}
