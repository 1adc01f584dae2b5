import { type AnyNode, type Program, parse } from 'acorn';

/**
 * The contract of algorithm code as rules over its syntax. A driver turns every function into a
 * generator and every call into a `yield*`, by its text alone: so each call must be known for what
 * it is, nothing may be called back, and a constructor, which cannot yield, must call none of it.
 */

type AnyFunction = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

export interface Violation {
  readonly line: number;
  readonly rule: string;
}

export interface Roles {
  /** Functions of this file that are set-up: not looked into, and not to be called by the rest. */
  readonly setUp: readonly string[];
  /** Whether an import is a function of algorithm code, by its path and name. */
  readonly isAlgorithm: (path: string, name: string) => boolean;
  readonly objectNames: ReadonlySet<string>;
}

/** What must not stand in a function, by the type of its node. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  SpreadElement: 'spread',
  RestElement: 'spread',
  AwaitExpression: 'async',
  YieldExpression: 'generator',
  TryStatement: 'exception',
  ThrowStatement: 'exception',
  ArrowFunctionExpression: 'closure',
  FunctionExpression: 'closure',
  FunctionDeclaration: 'closure',
  ClassExpression: 'closure',
  ClassDeclaration: 'closure',
  ForOfStatement: 'iterator',
  ForInStatement: 'iterator',
  ArrayPattern: 'iterator',
  ImportExpression: 'unknown call',
  TaggedTemplateExpression: 'unknown call',
  ChainExpression: 'unknown call',
};

/** What a constructor, which runs before anybody does, may do, and nobody else. */
const ALLOCATIONS: Readonly<Record<string, string>> = {
  NewExpression: 'new outside a constructor',
  ObjectExpression: 'allocation',
  ArrayExpression: 'allocation',
  TemplateLiteral: 'allocation',
};

/** Globals whose methods are part of the contract. */
const BUILT_IN = ['Atomics', 'Math'];

/** @returns every breach in the compiled source of one file of algorithm code, in its order */
export function checkAlgorithmCode(source: string, roles: Roles): Violation[] {
  const program = parse(source, { ecmaVersion: 2023, sourceType: 'module', locations: true });
  return new Check(program, roles).run();
}

class Check {
  private readonly program: Program;
  private readonly roles: Roles;
  private readonly violations: Violation[] = [];
  /** Functions that may be called by their bare name. */
  private readonly callable = new Set<string>();
  /** Those that a constructor may call: they are not rewritten. */
  private readonly setUp: Set<string>;
  private methods: ReadonlySet<string> = new Set();

  constructor(program: Program, roles: Roles) {
    this.program = program;
    this.roles = roles;
    this.setUp = new Set(roles.setUp);
  }

  run(): Violation[] {
    const declarations = this.program.body.map((statement) =>
      statement.type === 'ExportNamedDeclaration' && statement.declaration
        ? statement.declaration
        : statement,
    );
    for (const node of declarations) {
      if (node.type === 'ImportDeclaration') this.addImports(node);
      if (node.type === 'FunctionDeclaration' && !this.setUp.has(node.id.name))
        this.callable.add(node.id.name);
    }
    for (const node of declarations) this.declaration(node);
    return this.violations;
  }

  private addImports(node: Extract<AnyNode, { type: 'ImportDeclaration' }>): void {
    const path = String(node.source.value);
    if (!path.startsWith('.')) this.add(node, 'foreign import');
    for (const { local } of node.specifiers) {
      if (this.roles.isAlgorithm(path, local.name)) this.callable.add(local.name);
      else this.setUp.add(local.name);
    }
  }

  private declaration(node: AnyNode): void {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
        return;
      case 'FunctionDeclaration':
        if (!this.setUp.has(node.id?.name ?? '')) this.method(node);
        return;
      case 'ClassDeclaration':
        this.class(node);
        return;
      default:
        // Tables and constants, made once when the module is loaded.
        this.walk(node, true);
    }
  }

  private class(node: Extract<AnyNode, { type: 'ClassDeclaration' }>): void {
    const members = node.body.body;
    this.methods = new Set(
      members.flatMap((member) =>
        member.type === 'MethodDefinition' && member.key.type === 'Identifier'
          ? [member.key.name]
          : [],
      ),
    );
    for (const member of members) {
      if (member.type !== 'MethodDefinition') {
        this.walk(member, true);
        continue;
      }
      if (member.kind === 'get' || member.kind === 'set') this.add(member, 'getter or setter');
      if (member.kind === 'constructor') this.function(member.value, true);
      else this.method(member.value);
    }
  }

  private method(node: AnyFunction): void {
    if (node.async) this.add(node, 'async');
    if (node.generator) this.add(node, 'generator');
    this.function(node, false);
  }

  private function(node: AnyFunction, isConstructor: boolean): void {
    for (const part of [...node.params, node.body]) this.walk(part, isConstructor);
  }

  /** @param isBefore whether this runs while things are made, before anybody runs */
  private walk(node: AnyNode, isBefore: boolean): void {
    const rule = FORBIDDEN[node.type] ?? (isBefore ? undefined : ALLOCATIONS[node.type]);
    if (rule !== undefined) {
      this.add(node, rule);
      // What is inside a nested function is not this function's; the nesting is the breach.
      if (rule === 'closure') return;
    }
    if (node.type === 'CallExpression') this.call(node, isBefore);
    if (node.type === 'Property' && node.kind !== 'init') this.add(node, 'getter or setter');
    if (isBefore && node.type === 'MemberExpression' && node.computed)
      this.add(node, 'shared memory in a constructor');
    if (this.isFunctionAsValue(node)) this.add(node, 'callback');
    for (const child of childrenOf(node)) this.walk(child, isBefore);
  }

  /** A function that is not called here is handed on, to be called by somebody unknown. */
  private isFunctionAsValue(node: AnyNode): boolean {
    // Imported constants are written in capitals.
    if (node.type === 'Identifier') return /^[a-z]/.test(node.name) && this.callable.has(node.name);
    return (
      node.type === 'MemberExpression' &&
      node.object.type === 'ThisExpression' &&
      node.property.type === 'Identifier' &&
      this.methods.has(node.property.name)
    );
  }

  private call({ callee }: Extract<AnyNode, { type: 'CallExpression' }>, isBefore: boolean): void {
    if (callee.type === 'Super') return;
    if (callee.type === 'Identifier') {
      const { name } = callee;
      if (isBefore) {
        if (!this.setUp.has(name)) this.add(callee, 'algorithm code in a constructor');
      } else if (!this.callable.has(name)) {
        this.add(callee, 'unknown call');
      }
      return;
    }
    const isKnown = callee.type === 'MemberExpression' && this.isKnownMethod(callee);
    if (!isKnown) this.add(callee, 'unknown call');
    else if (isBefore) this.add(callee, 'algorithm code in a constructor');
  }

  private isKnownMethod({
    object,
    property,
    computed,
  }: Extract<AnyNode, { type: 'MemberExpression' }>): boolean {
    if (computed || property.type !== 'Identifier') return false;
    if (object.type === 'ThisExpression') return this.methods.has(property.name);
    if (object.type === 'Identifier') {
      return BUILT_IN.includes(object.name) || this.roles.objectNames.has(object.name);
    }
    return this.isObject(object);
  }

  /** `this.lock`, `this.meeting.stop`: fields of known names, all the way from `this`. */
  private isObject(node: AnyNode): boolean {
    if (node.type !== 'MemberExpression' || node.computed) return false;
    if (node.property.type !== 'Identifier') return false;
    if (!this.roles.objectNames.has(node.property.name)) return false;
    return node.object.type === 'ThisExpression' || this.isObject(node.object);
  }

  private add(node: AnyNode, rule: string): void {
    this.violations.push({ line: node.loc?.start.line ?? 0, rule });
  }
}

/** The parts of a node that are looked at in turn: not names of fields, not what is called. */
function childrenOf(node: AnyNode): AnyNode[] {
  const parts = Object.entries(node).flatMap(([key, value]) => {
    const isName =
      (key === 'property' || key === 'key') && !(node as { computed?: boolean }).computed;
    return isName ? [] : [value].flat();
  });
  const children = parts.filter(
    (part): part is AnyNode =>
      typeof part === 'object' && part !== null && typeof part.type === 'string',
  );
  if (node.type !== 'CallExpression') return children;
  const { callee } = node;
  const others = children.filter((child) => child !== callee);
  if (callee.type === 'Identifier') return others;
  return callee.type === 'MemberExpression' ? [callee.object, ...others] : [callee, ...others];
}
