import type { Layout } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { spinUntilExchanged } from '../sync/spin.js';
import { isReached, type Ticks, ticksOfGracePeriod } from './ticks.js';

/**
 * The grace periods of RCU that VMs wait for when they are created and destroyed: theory of
 * operation.
 *
 * A host has one series of grace periods. A callback that is queued is noticed at its CPU's next
 * tick; the next grace period to begin is the one that it waits for; one begins at once where none
 * is under way, else when that one ends; and the callback is called at the tick after the end. With
 * ticks that all CPUs have in common, that makes the end a matter of arithmetic: nobody need lead,
 * and a few words say how far the series has come. Source: kernel/rcu/tree.c.
 *
 * Three things wait for them:
 *
 * | | in the kernel |
 * | --- | --- |
 * | `callLater` | `call_rcu()`, of a file that is closed: begins a grace period, waits for none |
 * | `moveThread` | `cgroup_attach_task_all()`, when a VM's worker thread is started and stopped, takes `cgroup_threadgroup_rwsem` for writing: a grace period, unless the semaphore is still in the state in which readers take the slow path (kernel/rcu/sync.c) |
 * | `barrier` | `rcu_barrier()`, when a VM's page tables go (`kvm_mmu_uninit_tdp_mmu()`): until all callbacks have been called that were queued before; one at a time, which those share who came before it began |
 *
 * So whoever is destroyed alone waits for the semaphore twice, while of several that follow each
 * other most find it open; and all leave at ticks, those that came in the same barrier together.
 *
 * | state of the semaphore | meaning, and what is called at `DUE` |
 * | --- | --- |
 * | `IDLE` | readers are fast: a writer waits for a grace period |
 * | `ENTERING` | somebody waits for it; whoever else comes, waits as well |
 * | `EXITING` | writers are done; when the callback is called, idle again |
 * | `REPLAY` | the same, but another writer has come and gone since: one more callback |
 *
 * Left out: the order in which writers get the semaphore (each holds it for microseconds), and that
 * CPUs which spin in the kernel for longer than a tick delay a grace period.
 */
const LOCK = 0;
/** Whether there has been a grace period, and whether one follows the one that began last. */
const SERIES = 1;
/** The tick at which that one began. */
const BEGUN = 2;
/** The tick at which the callback is called that was queued last. */
const NEWEST = 3;
const SEMAPHORE = 4;
const DUE = 5;
/** How many barriers have begun, and the tick at which the last one ends. */
const BARRIERS = 6;
const BARRIER_END = 7;
const WORDS = 8;

const NEVER = 0;
const ONE = 1;
const ANOTHER = 2;

const IDLE = 0;
const ENTERING = 1;
const EXITING = 2;
const REPLAY = 3;

export function reserveRcu(layout: Layout): number {
  return layout.reserve(WORDS);
}

export class Rcu {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly ticks: Ticks;
  private readonly length: number;

  constructor(memory: SharedMemory, at: number, tickNs: number, ticks: Ticks) {
    this.words = memory.words;
    this.at = at;
    this.ticks = ticks;
    this.length = ticksOfGracePeriod(tickNs);
  }

  callLater(): void {
    this.acquire();
    this.catchUp(this.ticks.now());
    this.queueCallback(this.ticks.now());
    this.release();
  }

  moveThread(): void {
    while (!this.ticks.isOver()) {
      this.acquire();
      const now = this.ticks.now();
      this.catchUp(now);
      const state = this.words[this.at + SEMAPHORE] as number;
      if (state === IDLE) {
        this.words[this.at + SEMAPHORE] = ENTERING;
        this.words[this.at + DUE] = this.queueCallback(now);
      } else if (state !== ENTERING) this.words[this.at + SEMAPHORE] = REPLAY;
      const due = this.words[this.at + DUE] as number;
      this.release();
      if (state === EXITING || state === REPLAY) return;
      this.ticks.sleepUntil(due);
      if (state === IDLE) {
        // It leaves as soon as it is in.
        this.acquire();
        this.catchUp(this.ticks.now());
        this.release();
        return;
      }
    }
  }

  barrier(): void {
    this.acquire();
    // The thread of the VM's work queue ends before.
    this.catchUp(this.ticks.now());
    this.queueCallback(this.ticks.now());
    const before = this.words[this.at + BARRIERS] as number;
    this.release();
    let isCovered = false;
    while (!isCovered && !this.ticks.isOver()) {
      this.acquire();
      const now = this.ticks.now();
      this.catchUp(now);
      // Where it has begun since, it covers the callbacks of whoever waits now.
      isCovered = this.words[this.at + BARRIERS] !== before;
      if (!isCovered && isReached(now, this.words[this.at + BARRIER_END] as number)) {
        this.words[this.at + BARRIERS] = (before + 1) | 0;
        this.words[this.at + BARRIER_END] = this.words[this.at + NEWEST] as number;
        isCovered = true;
      }
      const end = this.words[this.at + BARRIER_END] as number;
      this.release();
      this.ticks.sleepUntil(end);
    }
  }

  /** The lock must be held. @returns the tick at which a callback queued now is called */
  private queueCallback(now: number): number {
    const { words, at, length } = this;
    const from = (now + 1) | 0;
    let end = ((words[at + BEGUN] as number) + length) | 0;
    if (words[at + SERIES] === ANOTHER && isReached(from, end)) {
      words[at + SERIES] = ONE;
      words[at + BEGUN] = end;
      end = (end + length) | 0;
    }
    if (words[at + SERIES] === NEVER || isReached(from, end)) {
      words[at + SERIES] = ONE;
      words[at + BEGUN] = from;
      end = (from + length) | 0;
    } else if (!isReached(words[at + BEGUN] as number, from)) {
      words[at + SERIES] = ANOTHER;
      end = (end + length) | 0;
    }
    const called = (end + 1) | 0;
    words[at + NEWEST] = called;
    return called;
  }

  /** What the semaphore's callbacks have done by now. The lock must be held. */
  private catchUp(now: number): void {
    const { words, at } = this;
    let state = words[at + SEMAPHORE] as number;
    while (state !== IDLE && isReached(now, words[at + DUE] as number)) {
      state = state === EXITING ? IDLE : EXITING;
      words[at + SEMAPHORE] = state;
      if (state === EXITING) words[at + DUE] = this.queueCallback(words[at + DUE] as number);
    }
  }

  private acquire(): void {
    spinUntilExchanged(this.words, this.at + LOCK, 1, 0);
  }

  private release(): void {
    Atomics.store(this.words, this.at + LOCK, 0);
  }
}
