import type { Stepped } from '../../src/stepping/operation.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import type { StopWord } from '../../src/sync/stop.js';
import type { Machine } from '../../src/verify/machine.js';
import { reserveSrcu, type SrcuLayout } from '../../src/vm/srcu.js';
import type { Edit } from './edit.js';
import { type Outcome, Stage, search, Witness } from './stepped.js';

/** A domain under the checker, with writers that take from readers what they read. */

/** A domain of the stepped world: its methods are generators. */
export interface SteppedSrcu {
  readLock(): Stepped<number>;
  readUnlock(index: number): Stepped<void>;
  synchronize(): Stepped<void>;
}
export type SrcuClass = new (
  memory: unknown,
  layout: SrcuLayout,
  reader: number,
  leastNs: number,
  stop: StopWord | null,
) => SteppedSrcu;

export interface Shape {
  readonly readers: number;
  /** Sections of each reader. */
  readonly sections: number;
  readonly writers: number;
  /** Grace periods that each writer waits for. */
  readonly graces: number;
}

/** Where the witness keeps which readers are in a section, and, of each writer, which it awaits. */
const INSIDE = 0;
const AWAITED = 1;

const TOO_EARLY = 'a section that began before has not ended';

export class Trial {
  private readonly stage: Stage;
  private readonly srcu: SrcuClass;
  private readonly shape: Shape;
  private readonly witness = new Witness();
  private readonly layout = new Layout();
  private readonly domain: SrcuLayout;
  /** What writers take from the readers, and whether they have taken it. */
  private readonly dataAt: number;
  private readonly takenAt: number;
  private readonly memory;

  private constructor(stage: Stage, srcu: SrcuClass, shape: Shape) {
    this.stage = stage;
    this.srcu = srcu;
    this.shape = shape;
    this.domain = reserveSrcu(this.layout, shape.readers);
    this.dataAt = this.layout.reserve(shape.writers * shape.graces);
    this.takenAt = this.layout.reserve(shape.writers * shape.graces);
    this.memory = allocateMemory(this.layout.totalBytes);
  }

  static async of(shape: Shape, edits: readonly Edit[] = []): Promise<Trial> {
    const stage = new Stage(edits);
    const { Srcu } = await stage.module<{ Srcu: SrcuClass }>('vm/srcu');
    return new Trial(stage, Srcu, shape);
  }

  /** Writers first: where nobody is preempted, they begin before the readers. */
  machine(): Machine {
    const { readers, writers } = this.shape;
    return this.stage.machine(
      this.memory,
      readers + writers,
      (thread) => {
        const reader = Math.max(0, thread - writers);
        const srcu = new this.srcu(this.memory, this.domain, reader, 0, null);
        return thread < writers ? this.write(thread, srcu) : this.read(reader, srcu);
      },
      { oracle: this.witness },
    );
  }

  /** Looks at all that is lent before it leaves. */
  private *read(reader: number, srcu: SteppedSrcu): Stepped<void> {
    const { stage, witness } = this;
    const { words } = this.memory;
    for (let section = 0; section < this.shape.sections; section++) {
      yield* stage.begin(section * 4);
      const index = yield* srcu.readLock();
      witness.set(INSIDE, witness.get(INSIDE) | (1 << reader));
      yield* stage.begin(section * 4 + 1 + index);
      for (let data = 0; data < this.shape.writers * this.shape.graces; data++) {
        const isTaken = yield* stage.load(words, this.takenAt + data);
        if (isTaken === 0) stage.read(words, this.dataAt + data);
      }
      yield* stage.pause();
      this.left(reader);
      yield* srcu.readUnlock(index);
    }
  }

  /** Lends something no more, waits, and writes it: nobody may be there who could be reading it. */
  private *write(writer: number, srcu: SteppedSrcu): Stepped<void> {
    const { stage, witness } = this;
    const { words } = this.memory;
    for (let grace = 0; grace < this.shape.graces; grace++) {
      const data = writer * this.shape.graces + grace;
      yield* stage.begin(grace);
      yield* stage.store(words, this.takenAt + data, 1);
      witness.set(AWAITED + writer, witness.get(INSIDE));
      yield* srcu.synchronize();
      if (witness.get(AWAITED + writer) !== 0) throw new Error(TOO_EARLY);
      stage.write(words, this.dataAt + data, 1);
    }
  }

  private left(reader: number): void {
    const { witness } = this;
    witness.set(INSIDE, witness.get(INSIDE) & ~(1 << reader));
    for (let writer = 0; writer < this.shape.writers; writer++) {
      witness.set(AWAITED + writer, witness.get(AWAITED + writer) & ~(1 << reader));
    }
  }
}

export async function trying(
  shape: Shape,
  preemptions: number,
  edits: readonly Edit[] = [],
): Promise<Outcome> {
  return search((await Trial.of(shape, edits)).machine(), preemptions);
}
