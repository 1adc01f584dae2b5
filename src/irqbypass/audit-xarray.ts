import type { Findings, Roll } from './census.js';
import { TOKEN_HI, TOKEN_LO } from './objects.js';
import type { TableLayout } from './table-layout.js';
import { NODE } from './xarray-node.js';

/**
 * Walks one tree: counts and parents right, no empty node, no higher than need be, each entry
 * under its own token.
 * @returns how many nodes the tree holds
 */
export function auditTree(
  words: Int32Array,
  table: TableLayout,
  head: number,
  shard: number,
  roll: Roll,
  findings: Findings,
): number {
  const { arena } = table;
  let nodes = 0;

  const visit = (node: number, parent: number, offset: number, shift: number, index: bigint) => {
    const place = (node - arena.placesAt) / NODE.WORDS;
    if (
      !Number.isInteger(place) ||
      place < 0 ||
      place >= arena.capacity ||
      nodes >= arena.capacity
    ) {
      findings.add(`the ${roll.kind} tree has a link that is no node: ${node}`);
      return;
    }
    nodes++;
    const at = `node at ${roll.kind} index 0x${index.toString(16)} shift ${shift}`;
    if (words[node + NODE.SHIFT] !== shift) findings.add(`${at}: wrong shift`);
    if (words[node + NODE.PARENT] !== parent) findings.add(`${at}: wrong parent`);
    if (words[node + NODE.OFFSET] !== offset) findings.add(`${at}: wrong offset`);
    let count = 0;
    for (let slot = 0; slot < NODE.SLOTS_PER_NODE; slot++) {
      const entry = words[node + NODE.SLOTS + NODE.SLOT_WORDS * slot] as number;
      if (entry === 0) continue;
      count++;
      const below = index | (BigInt(slot) << BigInt(shift));
      if (shift > 0) visit(entry, node, slot, shift - NODE.BITS, below);
      else auditEntry(words, entry, below, shard, roll, findings);
    }
    if (count !== words[node + NODE.COUNT]) findings.add(`${at}: wrong count`);
    if (count === 0) findings.add(`${at}: empty`);
    if (parent === 0 && count === 1 && words[node + NODE.SLOTS] !== 0) {
      findings.add(`${at}: a root that should have been cut off`);
    }
  };

  const root = words[head] as number;
  if (root > 0) auditEntry(words, root, 0n, shard, roll, findings);
  if (root < 0) {
    const shift = words[-root + NODE.SHIFT] as number;
    if (shift % NODE.BITS === 0 && shift >= 0 && shift <= NODE.TOP_SHIFT)
      visit(-root, 0, 0, shift, 0n);
    else findings.add(`the ${roll.kind} tree's root has the impossible shift ${shift}`);
  }
  return nodes;
}

function auditEntry(
  words: Int32Array,
  entry: number,
  index: bigint,
  shard: number,
  roll: Roll,
  findings: Findings,
): void {
  if (!roll.meet(entry, shard)) return;
  const hi = BigInt((words[entry + TOKEN_HI] as number) >>> 0);
  const lo = BigInt((words[entry + TOKEN_LO] as number) >>> 0);
  if (((hi << 32n) | lo) !== index) {
    findings.add(`${roll.name(entry)} is stored under another token than its own`);
  }
}

/** The trees of one table together hold exactly the nodes that its arena has given out. */
export function auditNodes(live: number, nodes: number, findings: Findings): void {
  if (live !== nodes) {
    findings.add(`the arena has ${live} nodes in use, but the trees hold ${nodes}`);
  }
}
