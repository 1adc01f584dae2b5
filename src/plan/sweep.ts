import { IrqbenchError, usageError } from '../errors.js';
import { gridSize, placesAt, pointName, type Shard, valuesAt } from '../model/grid.js';
import type { HostProfile } from '../model/host-profile.js';
import { type RunPlan, runPlanSchema } from '../model/run-plan.js';
import type { SweepAxis } from '../model/sweep-result.js';
import { counted, formatCount, parseCount } from '../units.js';
import { didYouMean, quote } from '../wording.js';
import { flagAttribute } from './option.js';
import { keyOfName, type OptionKey, runOptions } from './options.js';
import { MAX_RUNS, readVaried } from './ranges.js';
import { type FlagValues, type ResolvedPlan, resolvePlan, workloadOf } from './resolve.js';
import { strategySettings } from './strategy-text.js';
import { count, MAX_COUNT, parseValue } from './values.js';
import type { Workload } from './workload-file.js';

/** What is swept: a plan for every point of a grid over the run options. */

export interface GridPoint {
  /** From 1, the last axis running fastest. */
  readonly index: number;
  /** One of each axis, as `--vary` takes them. */
  readonly values: readonly string[];
  /** `vms=100 strategy=linux-6.2` */
  readonly name: string;
  readonly plan: RunPlan;
}

export interface SweepPlan {
  readonly axes: readonly SweepAxis[];
  /** Every point of the grid. */
  readonly points: readonly GridPoint[];
  /** The first point's: all others differ in what is varied alone. */
  readonly first: ResolvedPlan;
  /** The options that are decided by the point. */
  readonly varied: ReadonlySet<OptionKey>;
}

interface VariedAxis extends SweepAxis {
  /** The flags that each value stands for, under commander's names. */
  readonly flags: readonly FlagValues[];
  readonly keys: readonly OptionKey[];
}

/**
 * @param texts what was given to `--vary`: `vms=100..1600:x2`, the slowest axis first
 * @param seeds runs of each point
 * @throws IrqbenchError (2) that names the axis, or the point, at fault
 */
export function resolveSweep(
  texts: readonly string[],
  flags: FlagValues,
  seeds: number,
  host: HostProfile | null = null,
  workload: Workload | null = workloadOf(flags),
): SweepPlan {
  if (texts.length === 0) {
    throw usageError('sweep: nothing varies; give --vary, such as --vary vms=100..1600:x2');
  }
  const axes = texts.map((text) => readAxis(text, flags));
  checkKeys(axes);
  checkSize(axes, seeds);
  const resolved = Array.from({ length: gridSize(axes) }, (_, place) => {
    const places = placesAt(axes, place + 1);
    const own = axes.map(({ flags: of }, axis) => of[places[axis] as number]);
    return atPoint(axes, place + 1, () =>
      resolvePlan(Object.assign({}, flags, ...own), host, workload),
    );
  });
  const [first] = resolved as [ResolvedPlan];
  checkSeeds(resolved, axes, seeds);
  return {
    axes: axes.map(({ option, values, numbers, isGeometric }) => ({
      option,
      values,
      numbers,
      isGeometric,
    })),
    points: resolved.map(({ plan }, place) => {
      const values = valuesAt(axes, place + 1);
      return { index: place + 1, values, name: pointName(axes, values), plan };
    }),
    first,
    varied: new Set(axes.flatMap(({ keys }) => keys)),
  };
}

function readAxis(text: string, flags: FlagValues): VariedAxis {
  const [, name = '', values] = /^([^=]*)=(.*)$/s.exec(text.trim()) ?? [];
  if (values === undefined) {
    throw usageError(`--vary: ${quote(text)} is no option=values; give one such as vms=100,200`);
  }
  const option = name.trim().replace(/^--/, '');
  const key = keyOfName.get(option);
  if (key === undefined) {
    const hint = didYouMean(option, [...keyOfName.keys()]);
    throw usageError(`--vary: ${quote(option)} is no run option${hint}; see irqbench sweep --help`);
  }
  const where = `--vary ${option}`;
  const read = readVaried(key, values, where);
  const settings = read.values.map((value) =>
    key === 'strategy'
      ? [...strategySettings(value, where).settings]
      : [[key, value] as [OptionKey, string]],
  );
  const keys = [...new Set(settings.flatMap((of) => of.map(([set]) => set)))];
  for (const set of keys) {
    if (flags[flagAttribute(runOptions[set].name)] === undefined) continue;
    throw usageError(`${where}: --${runOptions[set].name} is given as well; keep one of them`);
  }
  return {
    option,
    values: [...read.values],
    numbers: read.numbers && [...read.numbers],
    isGeometric: read.isGeometric,
    flags: settings.map((of) =>
      Object.fromEntries(of.map(([set, value]) => [flagAttribute(runOptions[set].name), value])),
    ),
    keys,
  };
}

function checkKeys(axes: readonly VariedAxis[]): void {
  const takenBy = new Map<OptionKey, string>();
  for (const { option, keys } of axes) {
    for (const key of keys) {
      const other = takenBy.get(key);
      if (other === option) throw usageError(`--vary ${option}: is given twice; keep one of them`);
      if (other !== undefined) {
        throw usageError(
          `--vary ${option}: --vary ${other} decides ${runOptions[key].name} as well; keep one of them`,
        );
      }
      takenBy.set(key, option);
    }
  }
}

function checkSize(axes: readonly VariedAxis[], seeds: number): void {
  const points = gridSize(axes);
  if (points * seeds <= MAX_RUNS) return;
  const each = seeds === 1 ? '' : ` of ${counted(seeds, 'seed')}`;
  throw usageError(
    `--vary: ${counted(points, 'point')}${each} are more than the ${formatCount(MAX_RUNS)} runs of a sweep; vary less, or in larger steps`,
  );
}

function atPoint<T>(axes: readonly SweepAxis[], index: number, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof IrqbenchError)) throw thrown;
    throw new IrqbenchError(
      thrown.exitCode,
      `--vary: at ${pointName(axes, valuesAt(axes, index))}: ${thrown.message}`,
      { cause: thrown },
    );
  }
}

const MAX_SEED = runPlanSchema.shape.seed.maxValue ?? MAX_COUNT;

function checkSeeds(
  resolved: readonly ResolvedPlan[],
  axes: readonly VariedAxis[],
  seeds: number,
): void {
  if (seeds === 1) return;
  if (axes.some(({ keys }) => keys.includes('seed'))) {
    throw usageError('--seeds: the seed varies already; keep one of --seeds and --vary seed');
  }
  const seed = Math.max(...resolved.map(({ plan }) => plan.seed));
  if (seed + seeds - 1 <= MAX_SEED) return;
  throw usageError(
    `--seeds: ${counted(seeds, 'seed')} from ${seed} on go beyond the last, ${MAX_SEED}; give a smaller --seed`,
  );
}

/** @throws IrqbenchError (2) where it is no `i/n` with i from 1 to n */
export function readShard(text: string): Shard {
  const [, first, second] = /^(\d+)\/(\d+)$/.exec(text.trim()) ?? [];
  const shard = parseCount(first ?? '') ?? 0;
  const of = parseCount(second ?? '') ?? 0;
  if (shard >= 1 && shard <= of) return { shard, of };
  throw usageError(`--shard: ${quote(text)} is no share; give i/n with i from 1 to n, such as 2/4`);
}

const seedCount = count({ min: 1, max: MAX_RUNS, example: '5' });

/** @throws IrqbenchError (2) where it is no number of runs */
export function readSeeds(text: string): number {
  return parseValue(seedCount, text, '--seeds');
}
