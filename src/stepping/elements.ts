import type { AnyNode } from 'acorn';
import type MagicString from 'magic-string';
import type { NodeOf } from './syntax.js';

/** Plain accesses of elements, `words[at]`, as calls that the driver is told by. */

export function isElement(node: AnyNode): node is NodeOf<'MemberExpression'> {
  return node.type === 'MemberExpression' && node.computed && node.object.type !== 'Super';
}

export class ElementWriter {
  private readonly text: MagicString;
  private readonly siteOf: (node: AnyNode) => number;
  /** Rewrites a part of an access. */
  private readonly part: (node: AnyNode) => void;

  constructor(text: MagicString, siteOf: (node: AnyNode) => number, part: (node: AnyNode) => void) {
    this.text = text;
    this.siteOf = siteOf;
    this.part = part;
  }

  /** `array[at]` → `$read(7, array, at)` */
  read(node: NodeOf<'MemberExpression'>): void {
    this.text.appendRight(node.start, `$read(${this.siteOf(node)}, `);
    this.place(node, '', '');
    this.text.appendLeft(node.end, ')');
  }

  /** `array[at] = value` → `$write(7, array, at, value)` */
  write(node: NodeOf<'AssignmentExpression'>, left: NodeOf<'MemberExpression'>): void {
    const site = this.siteOf(node);
    const operator = node.operator.slice(0, -1);
    this.text.appendRight(node.start, `$write(${site}, `);
    if (operator === '') this.place(left, '', '');
    else this.place(left, '$o = ', '$i = ');
    const old = operator === '' ? '' : `$read(${site}, $o, $i) ${operator} `;
    this.text.update(left.end, node.right.start, `, ${old}(`);
    this.part(node.right);
    this.text.appendLeft(node.end, '))');
  }

  update(node: NodeOf<'UpdateExpression'>, target: NodeOf<'MemberExpression'>): void {
    const site = this.siteOf(node);
    const sign = node.operator === '++' ? '+' : '-';
    this.text.appendRight(node.start, `($write(${site}, `);
    if (node.prefix) this.text.update(node.start, target.start, ' ');
    this.place(target, '$o = ', '$i = ');
    if (!node.prefix) this.text.update(target.end, node.end, ' ');
    // What a postfix gives is what was there before.
    const before = node.prefix ? '' : ` ${sign === '+' ? '-' : '+'} 1`;
    this.text.appendLeft(node.end, `, $read(${site}, $o, $i) ${sign} 1)${before})`);
  }

  /** `array[at]` → `array, at` */
  private place(node: NodeOf<'MemberExpression'>, object: string, index: string): void {
    const { original } = this.text;
    const open = original.indexOf('[', node.object.end);
    this.text.appendRight(node.object.start, object);
    this.part(node.object);
    this.text.update(open, open + 1, `, ${index}`);
    this.part(node.property);
    this.text.update(node.end - 1, node.end, ' ');
  }
}
