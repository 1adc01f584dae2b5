import type { AnyNode, Program } from 'acorn';
import type MagicString from 'magic-string';
import { namesIn } from './syntax.js';

/** Turns a module's imports and exports into what a function can have: parameters and a result. */

export interface ModuleLinks {
  /** The specifiers that it imports from. */
  readonly imports: readonly string[];
  /** An expression: the object of its exports. */
  readonly result: string;
}

/** `import { a as b } from './c.js'` → `const { a: b } = $imports["./c.js"];`, exports → a result. */
export function linkModule(program: Program, text: MagicString): ModuleLinks {
  const imports: string[] = [];
  const exported: string[] = [];
  for (const node of program.body) {
    switch (node.type) {
      case 'ImportDeclaration': {
        const from = String(node.source.value);
        imports.push(from);
        text.overwrite(node.start, node.end, importOf(node, from));
        break;
      }
      case 'ExportNamedDeclaration':
        if (node.source) throw new SyntaxError('export … from is not followed');
        if (node.declaration) {
          text.remove(node.start, node.declaration.start);
          exported.push(...declaredNames(node.declaration));
        } else {
          text.remove(node.start, node.end);
          for (const { local, exported: name } of node.specifiers)
            exported.push(`${JSON.stringify(nameOf(name))}: ${nameOf(local)}`);
        }
        break;
      case 'ExportDefaultDeclaration':
        exported.push('default: $default');
        text.overwrite(node.start, node.declaration.start, 'const $default = ');
        break;
      case 'ExportAllDeclaration':
        throw new SyntaxError('export * is not followed');
      default:
    }
  }
  return { imports, result: `{ ${exported.join(', ')} }` };
}

function importOf(node: Extract<AnyNode, { type: 'ImportDeclaration' }>, from: string): string {
  const module = `$imports[${JSON.stringify(from)}]`;
  const bindings: string[] = [];
  for (const specifier of node.specifiers) {
    if (specifier.type === 'ImportNamespaceSpecifier')
      return `const ${specifier.local.name} = ${module};`;
    const name = specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : 'default';
    bindings.push(`${JSON.stringify(name)}: ${specifier.local.name}`);
  }
  return `const { ${bindings.join(', ')} } = ${module};`;
}

function nameOf(node: AnyNode): string {
  return node.type === 'Identifier' ? node.name : String((node as { value?: unknown }).value);
}

function declaredNames(node: AnyNode): string[] {
  if (node.type === 'VariableDeclaration')
    return node.declarations.flatMap(({ id }) => namesIn(id));
  return 'id' in node && node.id ? namesIn(node.id) : [];
}
