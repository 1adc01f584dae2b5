import { nowNs } from '../sync/clock.js';
import type { StopWord } from '../sync/stop.js';

/**
 * The kernel's clock tick: every CPU's comes at the same moment, each 1/HZ seconds, and what the
 * kernel does "a jiffy later" it does at one of them. A tick is named by its number, which is that
 * of the jiffy that it begins; numbers wrap around, so they are compared by their difference.
 */
export class Ticks {
  private readonly tickNs: number;
  private readonly originNs: number;
  private readonly stop: StopWord;

  /**
   * @param tickNs 1/HZ, more than 0
   * @param originNs where the calling thread's clock begins on the clock that all threads share
   */
  constructor(tickNs: number, originNs: number, stop: StopWord) {
    this.tickNs = tickNs;
    this.originNs = originNs;
    this.stop = stop;
  }

  /** The tick that has come last. */
  now(): number {
    return Math.floor((nowNs() + this.originNs) / this.tickNs) | 0;
  }

  /** Sleeps until a tick has come, or the run is to end. */
  sleepUntil(tick: number): void {
    const atNs = nowNs() + this.originNs;
    const last = Math.floor(atNs / this.tickNs);
    const ahead = (tick - (last | 0)) | 0;
    if (ahead > 0) this.stop.sleep((last + ahead) * this.tickNs - atNs);
  }

  /**
   * Sleeps as long as a timer that is to come a jiffy from now. None comes early, so it comes with
   * the second tick. Source: kernel/time/timer.c, `calc_index()`.
   */
  sleepTimer(): void {
    this.sleepUntil((this.now() + 2) | 0);
  }

  isOver(): boolean {
    return this.stop.isSet();
  }
}

/** Whether a tick has come by now, though their numbers wrap around. */
export function isReached(now: number, tick: number): boolean {
  return ((now - tick) | 0) >= 0;
}

/**
 * How many ticks a grace period of RCU takes on a host whose CPUs sleep or come by the scheduler:
 * the first look at those that sleep is that many jiffies after its beginning, and a timer more
 * than a jiffy late. Source: kernel/rcu/tree.h, `RCU_JIFFIES_TILL_FORCE_QS`.
 */
export function ticksOfGracePeriod(tickNs: number): number {
  const hz = 1e9 / tickNs;
  return 1 + (hz > 250 ? 1 : 0) + (hz > 500 ? 1 : 0) + 1;
}
