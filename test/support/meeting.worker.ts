import { workerData } from 'node:worker_threads';
import { Barrier } from '../../src/sync/barrier.js';
import { nowNs } from '../../src/sync/clock.js';
import { Gate } from '../../src/sync/gate.js';
import { viewMemory } from '../../src/sync/memory.js';
import { StopWord } from '../../src/sync/stop.js';

/** What a thread does in the tests of barrier, gate and stop word. */
export interface MeetingTask {
  readonly verb: 'meet' | 'meet until stopped' | 'enter' | 'sleep';
  readonly buffer: SharedArrayBuffer;
  readonly stopAt: number;
  /** The barrier's words, or the gate's. */
  readonly at: number;
  readonly self: number;
  readonly parties: number;
  readonly rounds: number;
  /** A word for each thread: how far it is. */
  readonly progressAt: number;
  /** Counts what must not happen. */
  readonly violationsAt: number;
  readonly sleepNs: number;
}

const task = workerData as MeetingTask;
const { words, doubles } = viewMemory(task.buffer);
const stop = new StopWord(words, task.stopAt);
const own = task.progressAt + task.self;

switch (task.verb) {
  case 'meet':
    meet();
    break;
  case 'meet until stopped': {
    const barrier = new Barrier(words, task.at, task.parties);
    while (!stop.isSet()) {
      barrier.arrive(stop);
      Atomics.add(words, own, 1);
    }
    break;
  }
  case 'enter':
    new Gate(words, task.at).enter(stop);
    Atomics.add(words, own, 1);
    break;
  case 'sleep': {
    Atomics.store(words, own, 1);
    const begunNs = nowNs();
    stop.sleep(task.sleepNs);
    doubles[task.violationsAt / 2] = nowNs() - begunNs;
    break;
  }
}

/** Nobody may be behind when one is through, nor two rounds ahead. */
function meet(): void {
  const barrier = new Barrier(words, task.at, task.parties);
  for (let round = 1; round <= task.rounds; round++) {
    Atomics.store(words, own, round);
    barrier.arrive(stop);
    for (let other = 0; other < task.parties; other++) {
      const theirs = Atomics.load(words, task.progressAt + other);
      if (theirs < round || theirs > round + 1) Atomics.add(words, task.violationsAt, 1);
    }
  }
}
