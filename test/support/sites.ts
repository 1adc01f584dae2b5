import type { Algorithms } from '../../src/irqbypass/algorithms.js';
import { LOCKS, type LockSite } from '../../src/locks/lock.js';
import type { Counters } from '../../src/sync/counters.js';
import { Cpus } from '../../src/sync/cpu.js';
import type { SharedMemory } from '../../src/sync/memory.js';

/** The plain futex mutex, for tests that are not about locks. */
export const MUTEX: Algorithms = { lock: LOCKS.mutex, index: null };

/** @param cpusAt words as `reserveCpus` reserves them */
export function siteOf(
  memory: SharedMemory,
  at: number,
  threads: number,
  counters: Counters,
  cpusAt: number,
  nodes = 1,
): LockSite {
  return { memory, at, threads, counters, cpus: new Cpus(memory, cpusAt, threads, nodes) };
}
