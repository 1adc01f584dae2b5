import type { BypassLayout } from '../irqbypass/bypass-layout.js';
import { shardOf } from '../irqbypass/shard.js';
import type { TableLayout } from '../irqbypass/table-layout.js';
import type { Holding, Rules } from './sequential-manager.js';

/**
 * For whom there is memory: reckoned from which tokens have some, not from where it lies. Lists
 * take none. An xarray takes the nodes of a radix tree that is no higher than it need be, both
 * sides' from one arena of their table; in the scope of tokens each token takes an entry, and the
 * entries' index what it needs. An index of the user's own has room for all there are.
 */
export function roomOf(
  { strategy, tables }: BypassLayout,
  addressOf: (token: number) => bigint,
): Rules['hasRoom'] {
  const shard = (token: number) => {
    const address = addressOf(token);
    const [hi, lo] = [
      Number(BigInt.asIntN(32, address >> 32n)),
      Number(BigInt.asIntN(32, address)),
    ];
    return shardOf(hi, lo, strategy.shards);
  };
  const addressesOf = (holders: readonly Holding[]) => [
    ...new Set(holders.map(({ token }) => addressOf(token))),
  ];
  const isTree = strategy.index === 'xarray';
  const areEntries = strategy.scope === 'token';

  return (newcomer, holders) => {
    if (areEntries && holders.some(({ token }) => token === newcomer.token)) return true;
    const at = shard(newcomer.token);
    const { arena, entries } = tables[at] as TableLayout;
    const all = [newcomer, ...holders.filter(({ token }) => shard(token) === at)];
    if (areEntries) {
      const tokens = addressesOf(all);
      return tokens.length <= entries.capacity && !(isTree && neededNodes(tokens) > arena.capacity);
    }
    if (!isTree) return true;
    const nodesOf = (side: Holding['side']) =>
      neededNodes(addressesOf(all.filter((one) => one.side === side)));
    return nodesOf('consumer') + nodesOf('producer') <= arena.capacity;
  };
}

/** The nodes of a 64-way radix tree, as high as it must be, over a set of different indexes. */
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
