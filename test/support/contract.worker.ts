import { parentPort } from 'node:worker_threads';
import { type Algorithms, loadAlgorithms } from '../../src/irqbypass/algorithms.js';
import { type BypassLayout, createManager } from '../../src/irqbypass/bypass-layout.js';
import type { CallbackCosts } from '../../src/irqbypass/callbacks.js';
import type { Manager } from '../../src/irqbypass/manager.js';
import { clearToken } from '../../src/irqbypass/objects.js';
import { Counters } from '../../src/sync/counters.js';
import { Gate } from '../../src/sync/gate.js';
import { type SharedMemory, viewMemory } from '../../src/sync/memory.js';
import { hash32 } from '../../src/sync/random.js';
import { StopWord } from '../../src/sync/stop.js';
import { MARK } from './log-rules.js';
import { SHARED_LOCKS } from './shared-lock.js';
import { eventfdToken, halves } from './token.js';

/** What one thread of a strategy's trial does: verbs on objects of its own, on tokens of all. */
export interface ContractTask {
  readonly buffer: SharedArrayBuffer;
  readonly layout: BypassLayout;
  /** A lock of the tests instead of the strategy's. */
  readonly testLock: keyof typeof SHARED_LOCKS | null;
  readonly costs: CallbackCosts;
  readonly countersAt: number;
  readonly stopAt: number;
  /** Where all begin, and where they wait while they are looked at. */
  readonly beginAt: number;
  readonly leaveAt: number;
  readonly self: number;
  /** The thread's own objects. */
  readonly consumers: readonly number[];
  readonly producers: readonly number[];
  readonly tokens: number;
  readonly verbs: number;
  readonly seed: number;
}

/** What a thread says when it has done its verbs, and again when it has cleaned up. */
export interface ContractReport {
  /** Objects that it has registered, by address, each with the number of its token. */
  readonly held: ReadonlyMap<number, number>;
  /** What registrations returned: how often each. */
  readonly codes: ReadonlyMap<number, number>;
}

/** One verb in so many is followed by a nap, which lets another thread come in between. */
const NAP_EVERY = 6;
const NAP_MS = 0.02;

class Trial {
  private readonly memory: SharedMemory;
  private readonly task: ContractTask;
  private readonly manager: Manager;
  private readonly held = new Map<number, number>();
  private readonly codes = new Map<number, number>();

  constructor(memory: SharedMemory, task: ContractTask, algorithms: Algorithms) {
    this.memory = memory;
    this.task = task;
    const { layout, costs, self, countersAt } = task;
    const counters = new Counters(memory, countersAt, self);
    this.manager = createManager({ memory, layout, algorithms, costs, self, counters });
  }

  compete(): void {
    const { seed, self, verbs, consumers, producers, tokens, layout } = this.task;
    const objects = [...consumers, ...producers];
    for (let verb = 0; verb < verbs; verb++) {
      const object = objects[hash32(seed, self, 3 * verb) % objects.length] as number;
      const token = hash32(seed, self, 3 * verb + 1) % tokens;
      if (this.held.has(object)) this.unregister(object);
      else this.register(object, token);
      if (hash32(seed, self, 3 * verb + 2) % NAP_EVERY === 0)
        Atomics.wait(this.memory.words, layout.napAt, 0, NAP_MS);
    }
  }

  leave(): void {
    for (const object of [...this.held.keys()]) this.unregister(object);
  }

  report(): ContractReport {
    return { held: this.held, codes: this.codes };
  }

  private register(object: number, token: number): void {
    const { hi, lo } = halves(eventfdToken(token));
    const isConsumer = this.task.consumers.includes(object);
    this.mark(MARK.registerBegins, object, 0);
    const code = isConsumer
      ? this.manager.registerConsumer(object, hi, lo)
      : this.manager.registerProducer(object, hi, lo);
    this.mark(MARK.registerEnds, object, code);
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    if (code === 0) this.held.set(object, token);
    else if (!isConsumer) clearToken(this.memory.words, object);
  }

  private unregister(object: number): void {
    this.mark(MARK.unregisterBegins, object, 0);
    if (this.task.consumers.includes(object)) this.manager.unregisterConsumer(object);
    else this.manager.unregisterProducer(object);
    this.mark(MARK.unregisterEnds, object, 0);
    this.held.delete(object);
    // With lists it is the owner who forgets.
    clearToken(this.memory.words, object);
  }

  private mark(what: number, object: number, value: number): void {
    const { words } = this.memory;
    const { at, capacity } = this.task.layout.callbackLog;
    const entry = Atomics.add(words, at, 1);
    if (entry >= capacity) return;
    words.set([what, object, value], at + 1 + 3 * entry);
  }
}

parentPort?.on('message', async (task: ContractTask) => {
  const memory = viewMemory(task.buffer);
  const { strategy } = task.layout;
  const lock = task.testLock === null ? strategy.lock : 'mutex';
  const loaded = await loadAlgorithms({ ...strategy, lock });
  const algorithms =
    task.testLock === null ? loaded : { ...loaded, lock: SHARED_LOCKS[task.testLock] };
  const trial = new Trial(memory, task, algorithms);
  const stop = new StopWord(memory.words, task.stopAt);
  new Gate(memory.words, task.beginAt).enter(stop);
  trial.compete();
  parentPort?.postMessage(trial.report());
  new Gate(memory.words, task.leaveAt).enter(stop);
  trial.leave();
  parentPort?.postMessage(trial.report());
});
