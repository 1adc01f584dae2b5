import { readMetric } from '../measure/run-metric.js';
import type { GateCheck, GateResult } from '../model/gate-result.js';
import { type Better, kindOf, METRIC, type RunMetric } from '../model/run-metric.js';
import { oneLine } from './content.js';

/** The figures of a gate for programs that keep them from commit to commit. */

export interface TrendFigure {
  /** `linux-6.2: register.p99` */
  readonly name: string;
  readonly metric: RunMetric;
  readonly unit: GateCheck['unit'];
  readonly better: Better;
  readonly value: number;
  /** Of a figure that has an interval: its ends. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** What the gate made of it, if it was held. */
  readonly remark: string | null;
}

/** What is kept of every run, whatever it was held to. */
const USUAL: readonly RunMetric[] = [
  'register.p50',
  'register.p99',
  'register.mean',
  'deregister.p50',
  'vmReady.p50',
  'lock.waitTotal',
  'work.nodesVisited',
];

/**
 * The figures of each whole run as they were measured, then what was measured as a ratio to a
 * yardstick, which moves less from machine to machine. Of a run that was cut short there are none.
 */
export function trendFigures({ runs, checks }: GateResult): TrendFigure[] {
  const whole = runs.filter(({ result }) => !result.partial && result.failure === null);
  return whole.flatMap(({ label, result }) => {
    const own = checks.filter(({ run, metric }) => run === label && METRIC.test(metric));
    const metrics = [...new Set([...USUAL, ...own.map(({ metric }) => metric)])];
    const measured = metrics.flatMap((metric): TrendFigure[] => {
      const { value } = readMetric(result, metric);
      if (value === null) return [];
      const held = own.find((check) => check.metric === metric && check.evidence !== 'statistical');
      return [
        {
          name: `${oneLine(label)}: ${metric}`,
          metric,
          ...kindOf(metric),
          value,
          interval: null,
          remark: held ? remarkOf(held) : null,
        },
      ];
    });
    return [...measured, ...own.flatMap(yardstickFigure)];
  });
}

function yardstickFigure(check: GateCheck): TrendFigure[] {
  const { evidence, run, metric, unit, now, baseline, ratio } = check;
  if (evidence !== 'statistical' || unit !== 'ratio' || now === null) return [];
  const ends =
    ratio === null || ratio.low === null || ratio.high === null || baseline === null
      ? null
      : { low: ratio.low * baseline, high: ratio.high * baseline };
  return [
    {
      name: `${oneLine(run)}: ${metric} to the yardstick`,
      metric,
      unit,
      better: kindOf(metric).better,
      value: now,
      interval: ends,
      remark: remarkOf(check),
    },
  ];
}

function remarkOf({ verdict, reason }: GateCheck): string {
  return `${verdict}: ${oneLine(reason)}`;
}

/**
 * What github-action-benchmark takes as `customSmallerIsBetter`: figures of which less is better, for
 * it knows no other direction in one file.
 * Source of the shape: benchmark-action/github-action-benchmark, README, "customSmallerIsBetter".
 */
export function githubActionBenchmark(result: GateResult): string {
  const entries = trendFigures(result)
    .filter(({ better }) => better === 'smaller')
    .map(({ name, unit, value, interval, remark }) => ({
      name,
      unit,
      value,
      ...(interval === null ? {} : { range: `${interval.low} to ${interval.high}` }),
      ...(remark === null ? {} : { extra: remark }),
    }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** Bencher's measures; `latency` is its own, and in nanoseconds. */
const MEASURES: Readonly<Record<GateCheck['unit'], string>> = {
  ns: 'latency',
  count: 'count',
  ratio: 'ratio',
};

/**
 * Bencher Metric Format. A measure has one direction in Bencher, so a figure of which more is better
 * is a measure of its own, and one without a direction is left out.
 * Source of the shape: bencher.dev, "Bencher Metric Format (BMF)".
 */
export function bencher(result: GateResult): string {
  const benchmarks = trendFigures(result)
    .filter(({ better }) => better !== 'neither')
    .map(({ name, metric, unit, better, value, interval }) => {
      const measure = better === 'smaller' ? MEASURES[unit] : metric.replace('.', '-');
      const ends =
        interval === null ? {} : { lower_value: interval.low, upper_value: interval.high };
      return [name, { [measure]: { value, ...ends } }];
    });
  return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`;
}
