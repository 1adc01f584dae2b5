import type { RunPlan } from '../../model/run-plan.js';
import type { SharedMemory } from '../../sync/memory.js';
import { counted, formatNs } from '../../units.js';
import type { HostLayout } from '../../vm/host.js';
import { WhoWaits } from '../who-waits.js';
import type { Rehearsal } from './rehearsal.js';

/**
 * Watches whether a run gets anywhere. It looks at what the threads count anyway; where nothing
 * was counted for the time-out, and somebody waits for a lock or is inside one, the run is stuck.
 * A VM that holds its irqfds, or waits for others at a barrier, is not.
 */

export class StallWatch {
  private readonly who: WhoWaits;
  private readonly layout: HostLayout;
  private readonly plan: RunPlan;
  private readonly rehearsal: Rehearsal;
  private seen = -1;
  private sinceMs = performance.now();

  constructor(memory: SharedMemory, layout: HostLayout, plan: RunPlan, rehearsal: Rehearsal) {
    this.who = new WhoWaits(memory, layout, plan);
    this.layout = layout;
    this.plan = plan;
    this.rehearsal = rehearsal;
  }

  /** The watching begins anew: what there was to wait for is over. */
  reset(): void {
    this.sinceMs = performance.now();
  }

  /**
   * @param starting how many threads are ready, and how far the start is; null once they run
   * @returns who waits for whom, where the run is stuck; else undefined
   */
  look(starting: { readonly ready: number; readonly done: number } | null): string | undefined {
    const limitNs = this.plan.stallTimeoutNs;
    const nowMs = performance.now();
    const signature = this.who.progress() + (starting?.done ?? 0);
    if (signature !== this.seen) {
      this.seen = signature;
      this.sinceMs = nowMs;
      return undefined;
    }
    if (limitNs === 0 || (nowMs - this.sinceMs) * 1e6 < limitNs) return undefined;
    const who = starting === null ? this.who.describe() : this.whileStarting(starting.ready);
    return who && `no progress for ${formatNs(limitNs)}: ${who}`;
  }

  private whileStarting(ready: number): string | undefined {
    const { threads } = this.layout;
    const what = threads === this.plan.burst ? 'burst VM' : 'thread';
    const missing = `${counted(threads - ready, what)} of ${threads} did not get ready`;
    const [waiter] = this.who.waiters();
    // A busy machine takes its time to start threads.
    if (waiter === undefined) return undefined;
    const { memory, task } = this.rehearsal;
    if (!this.rehearsal.isOver())
      return `${missing}: ${this.who.waitsFor(waiter, '', memory, task.layout)}`;
    // Then each compiles its code alone on memory of its own, where only it can be in its own way.
    return (
      `${missing}: alone on memory of its own, ${this.who.name(waiter)} waits for the lock ` +
      `(${this.plan.strategy.lock}), held by ${this.who.name(waiter)} itself, which took it last`
    );
  }
}
