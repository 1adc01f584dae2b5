import type { AnyNode } from 'acorn';

/** What the rewriting needs to know of a syntax tree. */

export type NodeOf<T extends AnyNode['type']> = Extract<AnyNode, { type: T }>;
export type AnyFunction = NodeOf<
  'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression'
>;

export function isFunction(node: AnyNode): node is AnyFunction {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** The parts of a node, in the order of its fields. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  // Plain loops: this is most of what loading a module takes.
  for (const part of Object.values(node) as unknown[]) {
    if (!Array.isArray(part)) {
      if (isNode(part)) children.push(part);
      continue;
    }
    for (const item of part) if (isNode(item)) children.push(item);
  }
  return children;
}

function isNode(part: unknown): part is AnyNode {
  return typeof part === 'object' && part !== null && typeof (part as AnyNode).type === 'string';
}

/** Calls back for a node and all below it, parents first; `false` skips what is below. */
export function visit(node: AnyNode, see: (node: AnyNode) => boolean | undefined): void {
  if (see(node) === false) return;
  for (const child of childrenOf(node)) visit(child, see);
}

/** Whether there is such a node in it, functions inside it left out. */
export function contains(node: AnyNode, type: AnyNode['type']): boolean {
  let found = false;
  visit(node, (part) => {
    found ||= part.type === type;
    return !found && (part === node || !isFunction(part));
  });
  return found;
}

export type Loop = NodeOf<'WhileStatement' | 'DoWhileStatement' | 'ForStatement'>;

export function isLoop(node: AnyNode): node is Loop {
  return (
    node.type === 'WhileStatement' ||
    node.type === 'DoWhileStatement' ||
    node.type === 'ForStatement'
  );
}

/** The names of `var` declarations in a function: they are there from its beginning. */
export function hoistedIn(body: AnyNode): string[] {
  const names: string[] = [];
  visit(body, (node) => {
    if (isFunction(node)) return false;
    if (node.type === 'VariableDeclaration' && node.kind === 'var')
      names.push(...node.declarations.flatMap(({ id }) => namesIn(id)));
    return undefined;
  });
  return names;
}

/** `Atomics.load` → `load`: the name of a method of a global object, or undefined. */
export function methodOf(callee: AnyNode, global: string): string | undefined {
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined;
  if (callee.object.type !== 'Identifier' || callee.object.name !== global) return undefined;
  return callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

/** The identifiers that a pattern binds: of a parameter, or of a declaration. */
export function namesIn(pattern: AnyNode): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'Property' ? property.value : property),
      );
    default:
      return [];
  }
}
