import type { LockAlgorithm } from '../locks/lock.js';
import type { Digest } from './digest.js';
import { type Finding, MARK, type Oracle } from './program.js';
import type { ThreadState } from './thread.js';

/**
 * What must hold of a lock: nobody is inside with somebody who is there alone; who came first is
 * served first, where the lock says so; what it leaves behind is zeros.
 *
 * A thread comes to a lock by the first operation of its `acquire` that reads, changes and writes
 * one of the lock's words in one: the exchange of a queue's tail, the taking of a ticket. In the
 * order of those operations threads must come in. A thread that finds such a queue without one
 * (a plain store, say) is not judged.
 */
export class LockOracle implements Oracle {
  private readonly order: LockAlgorithm['order'];
  private readonly nodeOf: (thread: number) => number;
  private readonly isLockWord: (word: number) => boolean;
  /** Finds a word that should be zero and is not, and names it. */
  private readonly leftBehind: () => string | null;
  private readonly inside: number[] = [];
  private readonly insideShared: number[] = [];
  /** Came to the lock, and is not inside yet. */
  private readonly waiting: number[] = [];
  private readonly isAcquiring: boolean[];

  constructor(
    threads: number,
    order: LockAlgorithm['order'],
    nodeOf: (thread: number) => number,
    isLockWord: (word: number) => boolean,
    leftBehind: () => string | null,
  ) {
    this.order = order;
    this.nodeOf = nodeOf;
    this.isLockWord = isLockWord;
    this.leftBehind = leftBehind;
    this.isAcquiring = Array.from({ length: threads }, () => false);
  }

  restart(): void {
    this.inside.length = 0;
    this.insideShared.length = 0;
    this.waiting.length = 0;
    this.isAcquiring.fill(true);
  }

  arrived(thread: number, mark: number, isShared: number): Finding | null {
    if (mark !== MARK.section) return null;
    this.isAcquiring[thread] = false;
    const wrong = this.intruded(thread, isShared === 1) ?? this.passed(thread);
    (isShared === 1 ? this.insideShared : this.inside).push(thread);
    const at = this.waiting.indexOf(thread);
    if (at >= 0) this.waiting.splice(at, 1);
    return wrong;
  }

  private intruded(thread: number, isShared: boolean): Finding | null {
    const others = isShared ? this.inside : [...this.inside, ...this.insideShared];
    if (others.length === 0) return null;
    const names = others.map((other) => `thread ${other}`).join(' and ');
    const message = `thread ${thread} came inside while ${names} was there`;
    return { kind: 'mutual exclusion', message };
  }

  private passed(thread: number): Finding | null {
    if (this.order === 'passing') return null;
    const at = this.waiting.indexOf(thread);
    const passed = this.waiting
      .slice(0, Math.max(at, 0))
      .find((other) => this.order === 'fifo' || this.nodeOf(other) === this.nodeOf(thread));
    if (passed === undefined) return null;
    const message = `thread ${thread} came inside before thread ${passed}, which came to the lock first`;
    return { kind: 'order', message };
  }

  left({ id, a: mark, b: isShared }: ThreadState): null {
    if (mark !== MARK.section) return null;
    const list = isShared === 1 ? this.insideShared : this.inside;
    list.splice(list.indexOf(id), 1);
    return null;
  }

  operates(): null {
    return null;
  }

  /** An acquisition begins: the next change of a lock's word is how the thread comes to it. */
  begins(thread: number): void {
    this.isAcquiring[thread] = true;
  }

  modified(thread: number, word: number): void {
    if (this.order === 'passing' || !this.isAcquiring[thread] || !this.isLockWord(word)) return;
    this.isAcquiring[thread] = false;
    this.waiting.push(thread);
  }

  addTo(digest: Digest): void {
    for (const thread of this.waiting) digest.add(thread + 1);
  }

  ended(): Finding | null {
    const word = this.leftBehind();
    if (word === null) return null;
    return { kind: 'words left behind', message: `${word} when all threads had ended` };
  }
}
