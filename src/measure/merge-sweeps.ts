import { isDeepStrictEqual } from 'node:util';
import { usageError } from '../errors.js';
import { pointName } from '../model/grid.js';
import { type Environment, isSimulated, type Warning } from '../model/run-result.js';
import type { SweepPoint, SweepResult } from '../model/sweep-result.js';
import { counted } from '../units.js';
import { summarizeSweep } from './sweep.js';

/** The shards of one sweep, put together. */

export interface NamedSweep {
  /** Its file, for error messages. */
  readonly name: string;
  readonly sweep: SweepResult;
}

/**
 * The result is the same whatever the order of the shards; of all the shards of a simulated sweep
 * it is what one process would have given.
 * @param shards at least one
 * @throws IrqbenchError (2) where they are of several sweeps, or two results of one point differ
 */
export function mergeSweeps(shards: readonly NamedSweep[]): SweepResult {
  const sorted = shards.toSorted((one, other) => firstPoint(one) - firstPoint(other));
  const [first] = sorted as [NamedSweep];
  for (const other of sorted) checkSame(other, first);
  return summarizeSweep({
    ...first.sweep,
    shard: null,
    warnings: warningsOf(sorted.map(({ sweep }) => sweep)),
    points: pointsOf(sorted),
  });
}

function firstPoint({ sweep }: NamedSweep): number {
  return sweep.points[0]?.index ?? Number.POSITIVE_INFINITY;
}

function checkSame(other: NamedSweep, first: NamedSweep): void {
  const path = firstDifference(identityOf(other.sweep), identityOf(first.sweep));
  if (path === null) return;
  throw usageError(
    `${other.name}: is of another sweep than ${first.name}, for ${path.join('.')} is not the same; give shards of one sweep`,
  );
}

/** What all shards of a sweep have in common. */
function identityOf(sweep: SweepResult) {
  const { tool, backend, axes, plan, seeds, metrics, keepsResults, environment } = sweep;
  const host = isSimulated(environment) ? environment : null;
  return { tool, backend, axes, plan, seeds, metrics, keepsResults, host };
}

/** Where two values differ first; null where they are equal. */
function firstDifference(one: unknown, other: unknown): string[] | null {
  if (isDeepStrictEqual(one, other)) return null;
  const [these, those] = [Object(one), Object(other)] as Record<string, unknown>[];
  if (these !== one || those !== other) return [];
  for (const key of new Set([...Object.keys(these), ...Object.keys(those)])) {
    const path = firstDifference(these[key], those[key]);
    if (path !== null) return [key, ...path];
  }
  return [];
}

function pointsOf(shards: readonly NamedSweep[]): SweepPoint[] {
  const found = new Map<number, { readonly name: string; readonly point: SweepPoint }>();
  for (const { name, sweep } of shards) {
    for (const point of sweep.points) {
      const known = found.get(point.index);
      if (known !== undefined && !isDeepStrictEqual(known.point, point)) {
        throw usageError(
          `${name}: has another result of ${pointName(sweep.axes, point.values)} than ${known.name}; keep one of the files`,
        );
      }
      found.set(point.index, { name, point });
    }
  }
  return [...found.values()].map(({ point }) => point);
}

function warningsOf(sweeps: readonly SweepResult[]): Warning[] {
  const all = [...sweeps.flatMap(({ warnings }) => warnings), ...severalMachines(sweeps)];
  return all.filter(
    (warning, at) => all.findIndex((one) => isDeepStrictEqual(one, warning)) === at,
  );
}

function severalMachines(sweeps: readonly SweepResult[]): Warning[] {
  const machines = new Map<string, Environment>();
  for (const { environment } of sweeps) {
    if (isSimulated(environment)) continue;
    machines.set(JSON.stringify({ ...environment, loadAverage: null }), environment);
  }
  if (machines.size < 2) return [];
  const names = [...machines.values()].map(
    ({ cpuModel, cpus, kernel }) => `${cpuModel}, ${counted(cpus, 'CPU')}, ${kernel}`,
  );
  return [
    {
      code: 'several-machines',
      message: `the points were measured on ${machines.size} machines: ${names.join('; ')}`,
      remedy: 'compare points of one shard with each other, or sweep on one machine',
    },
  ];
}
