import type { SharedMemory } from '../sync/memory.js';
import { spellToken } from './audit-entries.js';
import type { BypassLayout } from './bypass-layout.js';
import { ENTRY } from './entry.js';

/** A lock in words, for a report on a run in which nothing moves any more. */
export interface LockDescription {
  /** `the lock`, `the lock of shard 3`, `the entry lock of token 0xffff888100000040`. */
  readonly what: string;
  /** The thread that took it last and alone, whether or not it still has it; null for nobody. */
  readonly owner: number | null;
}

/**
 * @param ownerWord what a thread waits for or holds, as `COUNTER.waitsFor` and `holds` have it:
 *   the owner word of a table's lock, or minus that of an entry's; not 0
 */
export function describeLock(
  memory: SharedMemory,
  layout: BypassLayout,
  ownerWord: number,
): LockDescription {
  const { words } = memory;
  const last = Atomics.load(words, Math.abs(ownerWord));
  const owner = last === 0 ? null : last - 1;
  if (ownerWord < 0) {
    const entry = -ownerWord - ENTRY.OWNER;
    const hi = Atomics.load(words, entry + ENTRY.TOKEN_HI);
    const lo = Atomics.load(words, entry + ENTRY.TOKEN_LO);
    return { what: `the entry lock of token ${spellToken(hi, lo)}`, owner };
  }
  const shard = layout.tables.findIndex(({ ownerAt }) => ownerAt === ownerWord);
  if (shard < 0) throw new Error(`no lock has its owner word at ${ownerWord}`);
  return { what: layout.tables.length === 1 ? 'the lock' : `the lock of shard ${shard}`, owner };
}
