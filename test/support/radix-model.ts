import { NODE } from '../../src/irqbypass/xarray-node.js';

/**
 * What a 64-way radix tree over these indexes must look like, reckoned from the indexes alone, and
 * a walk over a real one that believes nothing it has not checked.
 */

const SLOTS = 64;

/** The nodes that the kernel's xarray holds for a set of different indexes. */
export function neededNodes(indexes: readonly bigint[]): number {
  const highest = indexes.reduce((most, index) => (index > most ? index : most), 0n);
  // Nothing, or index 0 alone, which stands in the head itself.
  if (highest === 0n) return 0;
  let shift = 0n;
  while (highest >> (shift + 6n) > 0n) shift += 6n;
  return nodesBelow(indexes, shift);
}

function nodesBelow(indexes: readonly bigint[], shift: bigint): number {
  if (shift === 0n) return 1;
  const children = new Map<bigint, bigint[]>();
  for (const index of indexes) {
    const slot = (index >> shift) & 63n;
    children.set(slot, [...(children.get(slot) ?? []), index]);
  }
  return [...children.values()].reduce((sum, child) => sum + nodesBelow(child, shift - 6n), 1);
}

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
