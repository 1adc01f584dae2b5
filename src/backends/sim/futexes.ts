import type { SimThread } from './sim-thread.js';

/** Who sleeps on which word: first in, first out, as `Atomics.wait` and `notify` have it. */
export class Futexes {
  private readonly sleepers = new Map<number, SimThread[]>();

  add(word: number, thread: SimThread): void {
    const queue = this.sleepers.get(word);
    if (queue === undefined) this.sleepers.set(word, [thread]);
    else queue.push(thread);
  }

  /** Takes the first so many out, as far as there are any. */
  take(word: number, count: number): SimThread[] {
    const queue = this.sleepers.get(word);
    if (queue === undefined) return [];
    const taken = queue.splice(0, count);
    if (queue.length === 0) this.sleepers.delete(word);
    return taken;
  }

  /** Takes one out, wherever it stands. */
  remove(word: number, thread: SimThread): void {
    const queue = this.sleepers.get(word);
    if (queue === undefined) return;
    queue.splice(queue.indexOf(thread), 1);
    if (queue.length === 0) this.sleepers.delete(word);
  }

  /** Takes all out whose word is not any more what they sleep for. */
  takeOutdated(): SimThread[] {
    const isOutdated = ({ array, at, a }: SimThread) => array[at] !== a;
    const outdated = [...this.sleepers].flatMap(([word, queue]) =>
      queue.filter(isOutdated).map((thread) => ({ word, thread })),
    );
    for (const { word, thread } of outdated) this.remove(word, thread);
    return outdated.map(({ thread }) => thread);
  }
}
