import { requireKoffi } from '../../system/koffi.js';

/**
 * Pinning the calling thread to a CPU with sched_setaffinity(2), through koffi, which is an
 * optional dependency: Node has no call for it.
 */
/** Room for 8192 CPUs, the most a Linux kernel is built for. */
const CPU_SET_BYTES = 1024;
/** "The calling thread". */
const SELF = 0;

/** @throws IrqbenchError (6) where it cannot be done, with what to do */
export function requirePinning(): typeof import('koffi') {
  return requireKoffi('--pin', '--pin off');
}

/** @param cpu one that this process may run on */
export function pinThisThread(cpu: number): void {
  const setAffinity = requirePinning()
    .load(null)
    .func('int sched_setaffinity(int pid, size_t size, const uint8_t *mask)');
  const mask = new Uint8Array(CPU_SET_BYTES);
  mask[cpu >> 3] = 1 << (cpu & 7);
  if (setAffinity(SELF, CPU_SET_BYTES, mask) !== 0) {
    throw new Error(`sched_setaffinity refused CPU ${cpu}`);
  }
}
