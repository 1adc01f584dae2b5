import { hash32 } from '../sync/random.js';
import { spinFor } from '../sync/spin.js';
import type { StopWord } from '../sync/stop.js';
import type { Lock } from './lock.js';

/**
 * A thread that takes and leaves one lock until it is told to stop, as a writer of the kernel's
 * `locktorture` does (kernel/locking/locktorture.c, `lock_torture_writer()`): inside, it marks a
 * word that all share, is held up now and then, and clears the word; then it counts.
 */

/** What a writer does, in nanoseconds. */
export interface TortureWork {
  /** Between the two writes of the shared word, each time. */
  readonly insideNs: number;
  /** The same, but once in so many times on average: `torture_spin_lock_write_delay()`. */
  readonly delayNs: number;
  readonly delayOnceIn: number;
  /** Between a release and the next acquisition. */
  readonly outsideNs: number;
  /** Threads begin in an order that the seed draws, within so long. */
  readonly startWithinNs: number;
}

/** Tells the draw of when a thread begins from that of its delays. */
const START = 0x7374_6172;

export class LockTorture {
  private readonly lock: Lock;
  private readonly stop: StopWord;
  private readonly words: Int32Array;
  private readonly sharedAt: number;
  private readonly countAt: number;
  private readonly self: number;
  private readonly seed: number;
  private readonly insideNs: number;
  private readonly outsideNs: number;
  private readonly delayNs: number;
  private readonly delayBelow: number;
  private readonly startWithinNs: number;

  /**
   * @param sharedAt the word that all mark
   * @param countAt the thread's own word: how often it has been inside
   */
  constructor(
    lock: Lock,
    stop: StopWord,
    sharedAt: number,
    countAt: number,
    self: number,
    seed: number,
    work: TortureWork,
  ) {
    this.lock = lock;
    this.stop = stop;
    this.words = stop.words;
    this.sharedAt = sharedAt;
    this.countAt = countAt;
    this.self = self;
    this.seed = seed;
    this.insideNs = work.insideNs;
    this.outsideNs = work.outsideNs;
    this.delayNs = work.delayNs;
    this.delayBelow = 2 ** 32 / work.delayOnceIn;
    this.startWithinNs = work.startWithinNs;
  }

  run(): void {
    // Threads that began in the order of their numbers would queue in it for ever, node by node.
    spinFor((hash32(this.seed ^ START, this.self, 0) / 2 ** 32) * this.startWithinNs);
    let turn = 0;
    while (!this.stop.isSet()) {
      const isDelayed = hash32(this.seed, this.self, turn) < this.delayBelow;
      this.lock.acquire(this.self);
      this.words[this.sharedAt] = this.self + 1;
      spinFor(this.insideNs);
      if (isDelayed) spinFor(this.delayNs);
      this.words[this.sharedAt] = 0;
      this.lock.release(this.self);
      turn++;
      this.words[this.countAt] = turn;
      spinFor(this.outsideNs);
    }
  }
}
