import type { AnyNode } from 'acorn';
import { type AnyFunction, childrenOf, isFunction, isLoop } from './syntax.js';

/**
 * Where a function uses its variables: from a place on at which a variable is not used any more,
 * its value tells no two states apart. On the safe side: two variables of one name are one.
 */
export class Uses {
  private readonly places = new Map<string, number[]>();
  private readonly loops: (readonly [number, number])[] = [];
  /** Used in functions inside it, which may be called whenever. */
  private readonly always = new Set<string>();

  constructor(node: AnyFunction | null) {
    if (node !== null) this.look(node.body, false);
  }

  private look(node: AnyNode, isInner: boolean): void {
    if (node.type === 'Identifier') {
      if (isInner) this.always.add(node.name);
      const places = this.places.get(node.name);
      if (places === undefined) this.places.set(node.name, [node.start]);
      else places.push(node.start);
    }
    const isRound =
      isLoop(node) || node.type === 'ForOfStatement' || node.type === 'ForInStatement';
    if (isRound) this.loops.push([node.start, node.end]);
    for (const child of childrenOf(node)) this.look(child, isInner || isFunction(node));
  }

  /** Whether a variable's value may be used after a place. */
  isLive(name: string, after: number): boolean {
    if (this.always.has(name)) return true;
    const around = this.loops.filter(([from, to]) => from <= after && after < to);
    return (this.places.get(name) ?? []).some(
      (place) => place >= after || around.some(([from, to]) => from <= place && place < to),
    );
  }
}
