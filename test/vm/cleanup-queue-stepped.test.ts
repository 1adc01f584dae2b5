import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stepped } from '../../src/stepping/operation.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import type { Machine } from '../../src/verify/machine.js';
import type { FindingKind } from '../../src/verify/program.js';
import { type CleanUpLayout, reserveCleanUpQueue } from '../../src/vm/cleanup-queue.js';
import type { Edit } from '../support/edit.js';
import { Stage, search, Witness } from '../support/stepped.js';

/** The clean-up queue under the checker: what it promises, and what each part of it is there for. */

/** A queue of the stepped world: its methods are generators. */
interface SteppedQueue {
  push(consumer: number, vm: number): Stepped<void>;
  flush(): Stepped<void>;
  leave(): Stepped<void>;
  claim(): Stepped<number>;
  consumerOf(ticket: number): Stepped<number>;
  vmOf(ticket: number): Stepped<number>;
  finish(ticket: number): Stepped<void>;
}
type QueueClass = new (memory: unknown, layout: CleanUpLayout) => SteppedQueue;

interface Shape {
  readonly users: number;
  readonly workers: number;
  /** What each user queues before a flush, and how often it does both. */
  readonly pushes: number;
  readonly flushes: number;
  /** Each worker serves one and leaves, without being told to. */
  readonly servesOne?: true;
}

/** Where the witness keeps, as bits of the consumers: queued, served, and what each user awaits. */
const QUEUED = 0;
const SERVED = 1;
const AWAITED = 2;
/** Consumers have numbers from 1. */
const bit = (consumer: number) => 1 << (consumer - 1);

class Trial {
  private readonly stage: Stage;
  private readonly queue: QueueClass;
  private readonly shape: Shape;
  private readonly witness = new Witness();
  private readonly layout: CleanUpLayout;
  /** For each consumer what its shutdown writes. */
  private readonly dataAt: number;
  private readonly memory;

  private constructor(stage: Stage, queue: QueueClass, shape: Shape) {
    this.stage = stage;
    this.queue = queue;
    this.shape = shape;
    const layout = new Layout();
    const { users, pushes, workers } = shape;
    this.layout = reserveCleanUpQueue(layout, users, pushes, workers);
    this.dataAt = layout.reserve(1 + users * pushes);
    this.memory = allocateMemory(layout.totalBytes);
  }

  static async of(shape: Shape, edits: readonly Edit[] = []): Promise<Trial> {
    const stage = new Stage(edits);
    const { CleanUpQueue } = await stage.module<{ CleanUpQueue: QueueClass }>('vm/cleanup-queue');
    return new Trial(stage, CleanUpQueue, shape);
  }

  machine(): Machine {
    const { users, workers } = this.shape;
    return this.stage.machine(
      this.memory,
      users + workers,
      (thread) => {
        const queue = new this.queue(this.memory, this.layout);
        return thread < users ? this.use(thread, queue) : this.serve(queue);
      },
      { oracle: this.witness },
    );
  }

  /** A VM: all that it queued is shut down when its flush returns, and all that others had queued. */
  private *use(user: number, queue: SteppedQueue): Stepped<void> {
    const { shape, stage, witness } = this;
    for (let flush = 0; flush < shape.flushes; flush++) {
      for (let push = 0; push < shape.pushes; push++) {
        yield* stage.begin(flush * 8 + push);
        const consumer = 1 + user * shape.pushes + push;
        // It was served before; now it is to be again, which may happen before the push returns.
        witness.set(SERVED, witness.get(SERVED) & ~bit(consumer));
        yield* queue.push(consumer, user);
        witness.set(QUEUED, (witness.get(QUEUED) | bit(consumer)) & ~witness.get(SERVED));
      }
      yield* stage.begin(flush * 8 + shape.pushes);
      witness.set(AWAITED + user, witness.get(QUEUED));
      yield* queue.flush();
      if (witness.get(AWAITED + user) !== 0) throw new Error('a flush has not waited');
      for (let push = 0; push < shape.pushes; push++) {
        stage.read(this.memory.words, this.dataAt + 1 + user * shape.pushes + push);
      }
    }
    if (!shape.servesOne) yield* queue.leave();
  }

  private *serve(queue: SteppedQueue): Stepped<void> {
    const { stage } = this;
    for (let isOpen = true; isOpen; isOpen = !this.shape.servesOne) {
      const ticket = yield* queue.claim();
      const consumer = yield* queue.consumerOf(ticket);
      if (consumer > 0) {
        const vm = yield* queue.vmOf(ticket);
        const owner = Math.floor((consumer - 1) / this.shape.pushes);
        if (vm !== owner) throw new Error(`consumer ${consumer} is said to be of VM ${vm}`);
        const at = this.dataAt + consumer;
        stage.write(this.memory.words, at, stage.read(this.memory.words, at) + 1);
        yield* stage.begin(ticket * 64 + consumer);
        yield* stage.pause();
        this.served(consumer);
      }
      yield* stage.begin(ticket * 64 + 32);
      yield* queue.finish(ticket);
      if (consumer < 0) return;
    }
  }

  private served(consumer: number): void {
    const { witness } = this;
    if ((witness.get(SERVED) & bit(consumer)) !== 0) throw new Error('served twice');
    witness.set(SERVED, witness.get(SERVED) | bit(consumer));
    witness.set(QUEUED, witness.get(QUEUED) & ~bit(consumer));
    for (let user = 0; user < this.shape.users; user++) {
      witness.set(AWAITED + user, witness.get(AWAITED + user) & ~bit(consumer));
    }
  }
}

async function trying(shape: Shape, preemptions: number, edits: readonly Edit[] = []) {
  return search((await Trial.of(shape, edits)).machine(), preemptions);
}

const PAIR: Shape = { users: 2, workers: 1, pushes: 1, flushes: 1 };

const SHAPES: [name: string, shape: Shape, preemptions: number][] = [
  ['two VMs and a worker', PAIR, 2],
  ['a VM that goes round the ring', { ...PAIR, users: 1, flushes: 3 }, 3],
  ['two VMs that queue twice', { ...PAIR, flushes: 2 }, 1],
  ['two at a time', { ...PAIR, users: 1, pushes: 2 }, 3],
  ['two workers', { ...PAIR, users: 1, workers: 2, pushes: 2 }, 2],
  ['two workers of two VMs', { ...PAIR, workers: 2, servesOne: true }, 2],
  ['two workers of two VMs, until they have left', { ...PAIR, workers: 2 }, 1],
];

for (const [name, shape, preemptions] of SHAPES) {
  test(`${name}: a flush waits for what was queued (preemption bound ${preemptions})`, async () => {
    const { finding, covered } = await trying(shape, preemptions);
    assert.deepEqual([finding, covered], [null, preemptions]);
  });
}

/** What is wrong with a queue, and as what that shows. */
interface Mutant {
  readonly edits: readonly (readonly [from: string, to: string])[];
  readonly shape?: Partial<Shape>;
  readonly shows: readonly FindingKind[];
}

/** A flush returns too early, and reads what a shutdown writes. */
const EARLY: FindingKind[] = ['exception', 'data race'];
const ASLEEP: FindingKind[] = ['lost wake-up', 'deadlock'];
const ONE: Partial<Shape> = { users: 1 };
const TWO_WORKERS: Partial<Shape> = { users: 1, workers: 2, pushes: 2 };

const MUTANTS: Readonly<Record<string, Mutant>> = {
  'says of the wrong ticket that the mark has passed it': {
    edits: [['this.pass(mark);', 'this.pass(mark + 1);']],
    shows: ASLEEP,
  },
  'waits for all but the last': {
    edits: [
      [
        'const end = Atomics.load(this.words, this.at + TAIL);',
        'const end = Atomics.load(this.words, this.at + TAIL) - 1;',
      ],
    ],
    shape: ONE,
    shows: EARLY,
  },
  'waits for as many as are claimed': {
    edits: [
      [
        'const end = Atomics.load(this.words, this.at + TAIL);',
        'const end = Atomics.load(this.words, this.at + HEAD);',
      ],
    ],
    shape: ONE,
    shows: EARLY,
  },
  'counts what is finished, whatever it is': {
    edits: [['while (this.isFinished(mark)) {', 'for (const first = mark; mark === first;) {']],
    shape: { workers: 2 },
    shows: EARLY,
  },
  'moves the mark by one alone': {
    edits: [
      [
        `                this.pass(mark);
            mark = Atomics.load(this.words, this.at + MARK);`,
        `                this.pass(mark);
            return;`,
      ],
    ],
    shape: TWO_WORKERS,
    shows: ASLEEP,
  },
  'looks for flushes before it moves the mark': {
    edits: [
      [
        'while (this.isFinished(mark)) {',
        `while (this.isFinished(mark)) {
            const flushers = Atomics.load(this.words, this.slotOf(mark) + FLUSHERS);`,
      ],
      ['this.pass(mark);', 'this.pass(mark, flushers);'],
      ['pass(ticket) {', 'pass(ticket, flushers) {'],
      ['if (Atomics.load(this.words, slot + FLUSHERS) > 0)', 'if (flushers > 0)'],
    ],
    shape: ONE,
    shows: ASLEEP,
  },
  'sleeps without another look at the mark': {
    edits: [['while (this.isBefore(end)) {', 'for (let i = 0; i < 1; i++) {']],
    shape: ONE,
    shows: ASLEEP,
  },
  'looks for workers that sleep before it gives a ticket': {
    edits: [
      [
        `const slot = this.slotOf(Atomics.add(this.words, this.at + TAIL, 1));`,
        `const idle = Atomics.load(this.words, this.at + IDLE);
        const slot = this.slotOf(Atomics.add(this.words, this.at + TAIL, 1));
        if (idle === 0) {
            this.words[slot + VM] = vm;
            Atomics.store(this.words, slot + CONSUMER, consumer);
            return;
        }`,
      ],
    ],
    shape: ONE,
    shows: ASLEEP,
  },
  'claims without a look whether another has': {
    edits: [
      [
        'Atomics.compareExchange(this.words, this.at + HEAD, head, head + 1) === head',
        'Atomics.store(this.words, this.at + HEAD, head + 1) === head + 1',
      ],
    ],
    shape: TWO_WORKERS,
    shows: [...EARLY, ...ASLEEP],
  },
  'fills a slot before it says whose it is': {
    edits: [
      [
        `this.words[slot + VM] = vm;
        Atomics.store(this.words, slot + CONSUMER, consumer);`,
        `Atomics.store(this.words, slot + CONSUMER, consumer);
        this.words[slot + VM] = vm;`,
      ],
    ],
    shows: ['data race'],
  },
  'takes what lies in a slot before it is filled': {
    edits: [['spinWhile(this.words, at, 0);', '']],
    shape: ONE,
    shows: ['exception', ...ASLEEP],
  },
};

for (const [name, { edits, shape, shows }] of Object.entries(MUTANTS)) {
  test(`a queue that ${name} is found out`, async () => {
    const made = edits.map(([from, to]) => ({ module: 'vm/cleanup-queue', from, to }));
    const { finding } = await trying({ ...PAIR, ...shape }, 2, made);
    assert.ok(finding && shows.includes(finding.kind), `${finding?.kind}: ${finding?.message}`);
  });
}
