import { ENTRY } from '../../src/irqbypass/entry.js';
import { BUCKET_WORDS } from '../../src/irqbypass/hash-index.js';
import { NEXT } from '../../src/irqbypass/objects.js';
import { UNCOUNTED } from '../../src/irqbypass/user-index.js';
import type { BypassRig } from './bypass-rig.js';
import { walkTree } from './radix-model.js';
import { halves, whole } from './token.js';

/** What a manager's indexes hold, read from the memory without the manager's own code. */
export interface Registered {
  readonly consumers: ReadonlyMap<bigint, number>;
  readonly producers: ReadonlyMap<bigint, number>;
}

/**
 * @param tokens which to ask an index of the user's own for
 * @returns in the order of tokens
 */
export function registered(rig: BypassRig, tokens: readonly bigint[]): Registered {
  const consumers: [bigint, number][] = [];
  const producers: [bigint, number][] = [];
  for (const table of rig.layout.tables) {
    if (table.entriesHead === 0) {
      consumers.push(...indexed(rig, table.consumersHead, table.mostConsumers, tokens));
      producers.push(...indexed(rig, table.producersHead, table.mostProducers, tokens));
      continue;
    }
    for (const [token, entry] of indexed(rig, table.entriesHead, table.mostEntries, tokens)) {
      const consumer = rig.words[entry + ENTRY.CONSUMER] as number;
      const producer = rig.words[entry + ENTRY.PRODUCER] as number;
      if (consumer !== 0) consumers.push([token, consumer]);
      if (producer !== 0) producers.push([token, producer]);
    }
  }
  return { consumers: sorted(consumers), producers: sorted(producers) };
}

export function sorted(pairs: Iterable<readonly [bigint, number]>): Map<bigint, number> {
  return new Map([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function indexed(
  rig: BypassRig,
  head: number,
  capacity: number,
  tokens: readonly bigint[],
): [bigint, number][] {
  const { index, hashBits } = rig.layout.strategy;
  switch (index) {
    case 'list':
      return fromHead(rig, head);
    case 'hlist':
      return Array.from({ length: 2 ** hashBits }, (_, bucket) =>
        fromHead(rig, head + bucket * BUCKET_WORDS),
      ).flat();
    case 'xarray':
      return [...walkTree(rig.words, head).entries];
    default:
      return asked(rig, head, capacity, tokens);
  }
}

/** Tokens and addresses of a list, from its head. */
export function fromHead(rig: BypassRig, head: number): [bigint, number][] {
  const found: [bigint, number][] = [];
  const { words } = rig;
  for (let node = words[head + NEXT] as number; node !== head; node = words[node + NEXT] as number)
    found.push([rig.tokenOf(node), node]);
  return found;
}

function asked(
  rig: BypassRig,
  at: number,
  capacity: number,
  tokens: readonly bigint[],
): [bigint, number][] {
  const index = rig.algorithms.index?.createIndex({
    memory: rig.memory,
    at,
    capacity,
    visits: UNCOUNTED,
  });
  return tokens.flatMap((token): [bigint, number][] => {
    const { hi, lo } = halves(token);
    const entry = index?.load(hi, lo) ?? 0;
    return entry === 0 ? [] : [[whole(hi, lo), entry]];
  });
}
