import type { Program } from 'acorn';
import type { Rules } from './rules.js';
import type { AnyFunction } from './syntax.js';

/** Which functions of this package's modules are stepped: what the table says. */

type ModuleOf = Rules['moduleOf'];

/** @param setUp the functions of an algorithm file that are set-up instead, or run natively */
export function contractRules(
  program: Program,
  setUp: readonly string[],
  moduleOf: ModuleOf,
): Rules {
  const stepped = new Set<AnyFunction>();
  for (const statement of program.body) {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (node?.type === 'FunctionDeclaration' && !setUp.includes(node.id?.name ?? '')) {
      stepped.add(node as AnyFunction);
    }
    if (node?.type !== 'ClassDeclaration') continue;
    for (const member of node.body.body) {
      if (member.type === 'MethodDefinition' && member.kind === 'method') stepped.add(member.value);
    }
  }
  return { isSetUp: (node) => !stepped.has(node), calls: 'static', moduleOf };
}

/** For files that only put algorithm code together. */
export function setUpRules(moduleOf: ModuleOf): Rules {
  return { isSetUp: () => true, calls: 'static', moduleOf };
}
