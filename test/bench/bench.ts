import type { NativeReferences } from './native.js';
import type { Row } from './rows.js';

/** What a benchmark is, and what it is given. */

export interface Benchmark {
  /** What `--filter` chooses by. */
  readonly name: string;
  run(bench: Bench): Promise<Row[]>;
}

/** How long to measure. */
export interface Effort {
  /** How often irqbench and the reference take turns. */
  readonly alternations: number;
  /** Batches of a repetition, of which the fastest counts. */
  readonly batches: number;
  /** About how many list nodes to walk in a repetition. */
  readonly walkedNodes: number;
  readonly contendedMs: number;
  /** Background VMs of the real kernel. */
  readonly vms: number;
}

export const FULL: Effort = {
  alternations: 7,
  batches: 50,
  walkedNodes: 3_000_000,
  contendedMs: 250,
  vms: 400,
};
export const QUICK: Effort = {
  alternations: 1,
  batches: 4,
  walkedNodes: 200_000,
  contendedMs: 20,
  vms: 20,
};

export type Figures = Readonly<Record<string, number>>;

/** The same figures from both sides, an entry for each alternation. */
export interface Sides<T extends Figures> {
  readonly irqbench: T[];
  /** Null where there is no compiler. */
  readonly native: Figures[] | null;
}

export class Bench {
  readonly effort: Effort;
  private readonly references: NativeReferences | null;
  private readonly progress: (text: string) => void;

  constructor(
    effort: Effort,
    references: NativeReferences | null,
    progress: (text: string) => void,
  ) {
    this.effort = effort;
    this.references = references;
    this.progress = progress;
  }

  /**
   * Measures irqbench and the reference in turn, each going first as often as the other, so that a
   * machine that changes on the way changes for both.
   * @param label for the progress line
   * @param times how many alternations, where they are not to be the usual number
   */
  async alternate<T extends Figures>(
    label: string,
    irqbench: () => Promise<T>,
    native?: (references: NativeReferences) => Promise<Figures>,
    times = this.effort.alternations,
  ): Promise<Sides<T>> {
    const { references } = this;
    const sides = { irqbench: [] as T[], native: [] as Figures[] };
    const measureOwn = async () => sides.irqbench.push(await irqbench());
    const measureNative = async () => {
      if (native && references) sides.native.push(await native(references));
    };
    for (let turn = 0; turn < times; turn++) {
      this.progress(`${label}: ${turn + 1} of ${times}`);
      const steps = turn % 2 === 0 ? [measureOwn, measureNative] : [measureNative, measureOwn];
      for (const step of steps) await step();
    }
    return { irqbench: sides.irqbench, native: native && references ? sides.native : null };
  }
}

/** One figure of all alternations. */
export function column(figures: readonly Figures[] | null, name: string): number[] | null {
  if (figures === null) return null;
  return figures.map((figure) => {
    const value = figure[name];
    if (value === undefined) throw new Error(`a reference does not print ${name}`);
    return value;
  });
}
