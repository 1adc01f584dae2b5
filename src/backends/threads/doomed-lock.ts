import { threadId } from 'node:worker_threads';
import type { Lock } from '../../locks/lock.js';
import type { Fault } from '../../model/run-plan.js';

export type Death = Extract<Fault, { holding: boolean }>;

/**
 * A lock whose thread dies in a given round, inside the critical section or right after it. The
 * deaths are real: an uncaught exception, a heap that is full, or, for `kill-vm`, a thread that
 * stands still and asks to be terminated from outside, wherever it stands.
 */
export class DoomedLock implements Lock {
  private readonly inner: Lock;
  private readonly death: Death;
  private readonly words: Int32Array;
  private readonly progressAt: number;
  private readonly doomAt: number;

  constructor(inner: Lock, death: Death, words: Int32Array, progressAt: number, doomAt: number) {
    this.inner = inner;
    this.death = death;
    this.words = words;
    this.progressAt = progressAt;
    this.doomAt = doomAt;
  }

  acquire(self: number): void {
    this.inner.acquire(self);
    if (this.death.holding && this.isTime()) this.die();
  }

  release(self: number): void {
    this.inner.release(self);
    if (!this.death.holding && this.isTime()) this.die();
  }

  private isTime(): boolean {
    return Atomics.load(this.words, this.progressAt) === this.death.round;
  }

  private die(): never {
    switch (this.death.kind) {
      case 'kill-vm':
        Atomics.store(this.words, this.doomAt, threadId);
        for (;;) Atomics.wait(this.words, this.doomAt, threadId);
      case 'oom-vm':
        for (const hoard: number[][] = []; ; ) hoard.push(new Array<number>(1 << 16).fill(0.5));
      case 'throw-vm':
        throw new Error('fault throw-vm');
    }
  }
}
