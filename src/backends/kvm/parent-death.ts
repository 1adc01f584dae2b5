import type { Libc } from '../../system/libc.js';

/**
 * A process that does not outlive the one that started it, whatever that one dies of: the kernel
 * kills it. (The broken channel between the two would end it as well, but not while it waits in a
 * call.)
 */

/** PR_SET_PDEATHSIG (include/uapi/linux/prctl.h). */
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** @param parent its process id, as it says itself: it may be dead already */
export function dieWith(parent: number, libc: Libc): void {
  libc.prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (process.ppid !== parent) process.exit();
}
