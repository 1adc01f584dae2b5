import { NODE } from '../../src/irqbypass/xarray-node.js';
import { neededNodes } from '../../src/verify/room.js';

/** A walk over a 64-way radix tree that believes nothing it has not checked. */

const SLOTS = 64;

export interface WalkedTree {
  readonly nodes: number;
  readonly entries: Map<bigint, number>;
}

/**
 * Walks the tree at a head word.
 * @throws Error where a header is wrong, a node is empty, or the root is higher than it need be
 */
export function walkTree(words: Int32Array, head: number): WalkedTree {
  const entries = new Map<bigint, number>();
  let nodes = 0;
  const read = (at: number): number => {
    const word = words[at];
    if (word === undefined) throw new Error(`a link leads out of the memory, to word ${at}`);
    return word;
  };
  const visit = (node: number, parent: number, offset: number, shift: number, prefix: bigint) => {
    nodes++;
    const header = [NODE.SHIFT, NODE.PARENT, NODE.OFFSET].map((at) => read(node + at));
    if (header.join() !== [shift, parent, offset].join()) {
      throw new Error(`node ${node}: ${header} where ${[shift, parent, offset]} belongs`);
    }
    let count = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const child = read(node + NODE.SLOTS + NODE.SLOT_WORDS * slot);
      if (child === 0) continue;
      count++;
      const index = prefix | (BigInt(slot) << BigInt(shift));
      if (shift > 0) visit(child, node, slot, shift - 6, index);
      else entries.set(index, child);
    }
    if (count === 0 || count !== read(node + NODE.COUNT)) {
      throw new Error(`node ${node}: ${count} slots used, ${read(node + NODE.COUNT)} counted`);
    }
  };
  const root = read(head);
  if (root > 0) entries.set(0n, root);
  if (root < 0) {
    visit(-root, 0, 0, read(-root + NODE.SHIFT), 0n);
    const indexes = [...entries.keys()];
    if (nodes !== neededNodes(indexes)) {
      throw new Error(
        `${nodes} nodes for ${indexes.length} entries, ${neededNodes(indexes)} needed`,
      );
    }
  }
  return { nodes, entries };
}
