import type { SharedMemory } from '../sync/memory.js';
import type { BypassLayout } from './bypass-layout.js';

/**
 * Which lock an owner word belongs to, for a report on threads that do not get on.
 * @param ownerAt what a thread's `waitsFor` or `holds` cell says
 * @returns the lock in words, and the number of the thread that took it last, or null
 */
export function describeLock(
  memory: SharedMemory,
  layout: BypassLayout,
  ownerAt: number,
): { readonly what: string; readonly owner: number | null } {
  const shard = layout.tables.findIndex((table) => table.ownerAt === ownerAt);
  const owner = memory.words[ownerAt] ?? 0;
  return {
    what: layout.tables.length === 1 ? 'the lock' : `the lock of shard ${shard}`,
    owner: owner === 0 ? null : owner - 1,
  };
}
