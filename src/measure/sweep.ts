import { gridSize, pointName, shareOf } from '../model/grid.js';
import type { RunMetric } from '../model/run-metric.js';
import type { Figure, Growth, RunSummary, SweepPoint, SweepResult } from '../model/sweep-result.js';
import { powerLawExponent } from '../stats/power-law.js';
import { medianOf, sorted } from '../stats/sorted.js';
import { counted, formatCount } from '../units.js';
import { metricOf, withMetrics } from './run-metric.js';

/** A sweep from its points: figures over the seeds, and how they grow along an axis. */

/** What is shown where nobody says what. */
export const DEFAULT_SWEEP_METRICS: readonly RunMetric[] = [
  'register.p50',
  'register.p95',
  'register.p99',
  'register.mean',
  'vmReady.p50',
  'lock.waitMean',
  'work.nodesVisited',
];

/** What a sweep is before it is known how far it came. */
export type SweepParts = Omit<SweepResult, 'partial' | 'failure' | 'growth'>;

/**
 * @param parts the points in any order
 * @throws IrqbenchError (2) where a saved histogram cannot be decoded
 */
export function summarizeSweep(parts: SweepParts): SweepResult {
  const { axes, metrics, shard } = parts;
  const points = parts.points
    .toSorted((one, other) => one.index - other.index)
    .map((point, at) => withFigures(point, metrics, `points.${at}`));
  // In the order of the schema, whatever the parts are from: the same sweep is the same JSON.
  return {
    schemaVersion: parts.schemaVersion,
    kind: parts.kind,
    tool: parts.tool,
    backend: parts.backend,
    environment: parts.environment,
    axes,
    plan: parts.plan,
    seeds: parts.seeds,
    metrics,
    keepsResults: parts.keepsResults,
    shard,
    partial: points.length < shareOf(axes, shard).length,
    failure: failureOf({ axes, points }),
    warnings: parts.warnings,
    points,
    growth: growthOf({ axes, points, metrics }),
  };
}

function withFigures(point: SweepPoint, metrics: readonly RunMetric[], where: string): SweepPoint {
  const runs = point.runs.map((run, at) => withMetrics(run, metrics, `${where}.runs.${at}`));
  const { index, values, plan, failure } = point;
  return { index, values, plan, failure, figures: figuresOf(runs, metrics), runs };
}

function figuresOf(
  runs: readonly RunSummary[],
  metrics: readonly RunMetric[],
): Record<RunMetric, Figure | null> {
  const good = runs.filter(({ failure }) => failure === null);
  return Object.fromEntries(
    metrics.map((metric) => [metric, figureOf(good.flatMap((run) => metricOf(run, metric) ?? []))]),
  );
}

function figureOf(values: readonly number[]): Figure | null {
  const ascending = sorted(Float64Array.from(values));
  const median = medianOf(ascending);
  if (median === null) return null;
  return { median, min: ascending[0] as number, max: ascending.at(-1) as number };
}

function failureOf({ axes, points }: Pick<SweepResult, 'axes' | 'points'>): string | null {
  const failed = points.filter(({ failure }) => failure !== null);
  const [first] = failed;
  if (first === undefined) return null;
  const where = failed.length === 1 ? 'at' : 'first at';
  const of = `${formatCount(failed.length)} of ${counted(gridSize(axes), 'point')} failed`;
  return `${of}, ${where} ${pointName(axes, first.values)}: ${first.failure}`;
}

/** Points that differ in one axis alone. */
export interface Series {
  /** The values of the other axes, by their options. */
  readonly at: Readonly<Record<string, string>>;
  readonly points: readonly SweepPoint[];
}

/** The axis that the series run along: the first of numbers, or else the last. */
export function alongAxis(axes: SweepResult['axes']): number {
  const first = axes.findIndex(({ numbers, values }) => numbers !== null && values.length > 1);
  return first === -1 ? axes.length - 1 : first;
}

export function seriesOf({ axes, points }: Pick<SweepResult, 'axes' | 'points'>): Series[] {
  const along = alongAxis(axes);
  const series = new Map<string, Series & { readonly points: SweepPoint[] }>();
  for (const point of points) {
    const others = axes.flatMap(({ option }, axis) =>
      axis === along ? [] : [[option, point.values[axis] ?? '']],
    );
    const key = JSON.stringify(others);
    const known = series.get(key);
    if (known) known.points.push(point);
    else series.set(key, { at: Object.fromEntries(others), points: [point] });
  }
  return [...series.values()];
}

function growthOf(sweep: Pick<SweepResult, 'axes' | 'points' | 'metrics'>): Growth[] {
  const { axes, metrics } = sweep;
  const along = alongAxis(axes);
  const axis = axes[along];
  const { numbers } = axis ?? { numbers: null };
  if (axis === undefined || numbers === null) return [];
  const numberOf = ({ values }: SweepPoint) =>
    numbers[axis.values.indexOf(values[along] ?? '')] as number;
  return metrics.flatMap((metric) =>
    seriesOf(sweep).map(({ at, points }) => {
      const known = points.flatMap((point) => {
        const figure = point.figures[metric];
        return figure ? [{ x: numberOf(point), y: figure.median }] : [];
      });
      const exponent = powerLawExponent(
        known.map(({ x }) => x),
        known.map(({ y }) => y),
      );
      return { metric, along: axis.option, at: { ...at }, exponent };
    }),
  );
}
