import type { HostPlan } from '../vm/host.js';

/** A thread of a session in words; only one serves the clean-up queue. */
export function nameThread(thread: number, { burst }: Pick<HostPlan, 'burst'>): string {
  return thread < burst ? `burst VM ${thread}` : 'the clean-up queue';
}
