import { kindOf, type RunMetric } from '../model/run-metric.js';
import type { SweepPoint, SweepResult } from '../model/sweep-result.js';
import { csvOf, identityOf, type Row } from './csv.js';

/**
 * One table, a row a point: what identifies its runs as in a run's csv, its values on the axes as
 * the options take them, then median, minimum and maximum over the seeds of each metric.
 */
export function sweepCsv(result: SweepResult): string {
  const nowhere = { index: 0, values: [], plan: result.plan, failure: null, figures: {}, runs: [] };
  const columns = Object.keys(rowOf(nowhere, result));
  return csvOf(
    result.points.map((point) => rowOf(point, result)),
    columns,
  );
}

function rowOf(
  { index, values, plan, failure, figures, runs }: SweepPoint,
  { axes, backend, metrics, seeds }: SweepResult,
): Row {
  return {
    point: index,
    ...identityOf({ backend, partial: runs.length < seeds, plan, seed: plan.seed }),
    seeds,
    failure,
    ...Object.fromEntries(axes.map(({ option }, axis) => [`axis_${option}`, values[axis]])),
    ...Object.fromEntries(
      metrics.flatMap((metric) => {
        const figure = figures[metric];
        const name = columnOf(metric);
        return [
          [name, figure?.median],
          [`${name}_min`, figure?.min],
          [`${name}_max`, figure?.max],
        ];
      }),
    ),
  };
}

/** `register_p50_ns`, `lock_waitMean_ns`, `work_nodesVisited`. */
function columnOf(metric: RunMetric): string {
  return `${metric.replace('.', '_')}${kindOf(metric).unit === 'ns' ? '_ns' : ''}`;
}
