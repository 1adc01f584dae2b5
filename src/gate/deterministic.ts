import type { Baseline } from '../model/baseline.js';
import type { GateCheck, GateVerdict } from '../model/gate-result.js';
import {
  type Better,
  fixedMetrics,
  kindOf,
  metricLatencies,
  type RunMetric,
} from '../model/run-metric.js';
import type { RunResult } from '../model/run-result.js';
import { type Figures, findMetric, readMetric } from './metrics.js';

/**
 * Evidence that repeats to the digit wherever the plan is run again: work counters, and of a
 * simulated host every figure. Any change of it is a change, however small.
 */

const LATENCY_FIGURES = ['count', 'min', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'];

/** The metrics of a complete run that repeat, and that it has. */
export function deterministicMetrics(result: RunResult): RunMetric[] {
  const candidates =
    result.backend === 'sim' && result.deterministic.length > 0
      ? [
          ...metricLatencies.flatMap((name) =>
            LATENCY_FIGURES.map((figure) => `${name}.${figure}`),
          ),
          ...fixedMetrics,
        ]
      : result.deterministic.flatMap((path) => findMetric(path)?.path ?? []);
  return candidates.filter((metric) => readMetric(result, metric).value !== null);
}

/**
 * @param run what the checks are of
 * @param now null where the run ended before its plan did: nothing repeats then
 * @param allowed metrics that may change
 */
export function checkDeterministic(
  baseline: Pick<Baseline, 'deterministic' | 'figures'>,
  run: string,
  now: Figures,
  allowed: ReadonlySet<RunMetric>,
): GateCheck[] {
  return baseline.deterministic.map((metric) => {
    const was = readMetric(baseline.figures, metric).value;
    const is = readMetric(now, metric);
    const [verdict, reason] = judge(metric, was, is.value, is.reason, allowed);
    return {
      evidence: 'deterministic',
      run,
      metric,
      unit: kindOf(metric).unit,
      baseline: was,
      now: is.value,
      ratio: was && is.value !== null ? { value: is.value / was, low: null, high: null } : null,
      p: null,
      attempts: 1,
      verdict,
      reason,
    };
  });
}

function judge(
  metric: RunMetric,
  was: number | null,
  is: number | null,
  missing: string | null,
  allowed: ReadonlySet<RunMetric>,
): [GateVerdict, string] {
  if (was === is) return ['held', 'the same to the digit'];
  if (allowed.has(metric)) return ['allowed', `differs, which --allow ${metric} permits`];
  if (is === null) return ['changed', missing ?? 'the run does not have it'];
  if (was === null) return ['changed', 'the baseline does not have it'];
  const { better } = kindOf(metric);
  if (better === 'neither') return ['changed', 'it is to repeat to the digit, and did not'];
  const isBetter = is < was === (better === 'smaller');
  return isBetter
    ? ['improved', `it repeats to the digit, and is ${SIZE[better].better}`]
    : ['regressed', `it repeats to the digit, and is ${SIZE[better].worse}`];
}

const SIZE: Readonly<Record<Exclude<Better, 'neither'>, { better: string; worse: string }>> = {
  smaller: { better: 'smaller', worse: 'larger' },
  larger: { better: 'larger', worse: 'smaller' },
};
