import { alongAxis, type Series, seriesOf } from '../measure/sweep.js';
import { pointName, shareOf, valuesAt } from '../model/grid.js';
import { kindOf, latencyFigure, type RunMetric } from '../model/run-metric.js';
import type { Warning } from '../model/run-result.js';
import type { Figure, SweepPoint, SweepResult } from '../model/sweep-result.js';
import { counted, formatCount, formatFigure } from '../units.js';
import { type Bar, barRows, scaleOf, widthsOf } from './bars.js';
import { LATENCY_LABELS, oneLine, type Table, UNKNOWN } from './content.js';

/** What a report of a sweep says, before it has a look; see content.ts. */

/** `register p50`, `VM ready mean`, `lock wait mean`, `nodes visited`. */
export function metricTitle(metric: RunMetric): string {
  const asked = latencyFigure(metric);
  if (asked !== null) return `${LATENCY_LABELS[asked.latency]} ${asked.figure}`;
  const [group = '', name = ''] = metric.split('.');
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return group === 'work' ? words : `${group} ${words}`;
}

function formatMetric(metric: RunMetric, value: number): string {
  return formatFigure(value, kindOf(metric).unit);
}

/** A row a point: its values, then the median of each metric over the seeds. */
export function medianTable(result: SweepResult): Table {
  return pointTable(result, (metric, { median }) => formatMetric(metric, median));
}

/** The same with the smallest and the largest of the seeds. */
export function rangeTable(result: SweepResult): Table {
  return pointTable(
    result,
    (metric, { min, max }) => `${formatMetric(metric, min)} to ${formatMetric(metric, max)}`,
  );
}

function pointTable(
  { axes, metrics, points }: SweepResult,
  cell: (metric: RunMetric, figure: Figure) => string,
): Table {
  return {
    head: [
      ...axes.map(({ option }) => option),
      ...metrics.map((metric, at) => columnTitle(metric, metrics[at - 1])),
    ],
    text: axes.flatMap(({ numbers }, axis) => (numbers === null ? [axis] : [])),
    rows: points.map(({ values, figures }) => [
      ...values.map(oneLine),
      ...metrics.map((metric) => {
        const figure = figures[metric];
        return figure ? cell(metric, figure) : UNKNOWN;
      }),
    ]),
  };
}

/** Without the latency where it is that of the column before. */
function columnTitle(metric: RunMetric, before: RunMetric | undefined): string {
  const asked = latencyFigure(metric);
  const isSame = asked !== null && latencyFigure(before ?? '')?.latency === asked.latency;
  return isSame ? asked.figure : metricTitle(metric);
}

/** Bars of more metrics than these would hide the table; then medians of latencies have some. */
const MOST_BARS = 3;

function metricsWithBars(metrics: readonly RunMetric[]): readonly RunMetric[] {
  if (metrics.length <= MOST_BARS) return metrics;
  const medians = metrics.filter((metric) => latencyFigure(metric)?.percentile === 50);
  return (medians.length > 0 ? medians : metrics).slice(0, MOST_BARS);
}

/** A block a metric: its points along the axis of numbers, for each value of the other axes. */
export function sweepBars(result: SweepResult): { title: string; lines: string[] }[] {
  const { metrics, points } = result;
  return metricsWithBars(metrics)
    .filter((metric) => points.some(({ figures }) => figures[metric]))
    .map((metric) => barsOf(result, metric));
}

function barsOf(result: SweepResult, metric: RunMetric): { title: string; lines: string[] } {
  const { axes, seeds } = result;
  const along = alongAxis(axes);
  const axis = axes[along];
  const format = (value: number) => formatMetric(metric, value);
  const blocks = seriesOf(result).map((series) => ({
    title: seriesTitle(result, metric, series),
    bars: series.points.map((point) => barOf(point, along, metric)),
  }));
  const all = blocks.flatMap(({ bars }) => bars);
  const nameWidth = Math.max(...all.map(({ name }) => name.length));
  const aligned = (bars: readonly Bar[]) =>
    axis?.numbers ? bars.map((bar) => ({ ...bar, name: bar.name.padStart(nameWidth) })) : bars;
  const scale = scaleOf(
    all.map(({ value }) => value),
    format,
    axis?.isGeometric === true,
  );
  const widths = widthsOf(all, format);
  const over = seeds === 1 ? '' : `, median of ${counted(seeds, 'seed')}`;
  return {
    title: `${metricTitle(metric)} by ${axis?.option}${over}${scale.note}`,
    lines: blocks.flatMap(({ title, bars }) => [
      ...(title === '' ? [] : [title]),
      ...barRows(aligned(bars), scale, format, widths).map((row) => `  ${row}`),
    ]),
  };
}

function barOf({ values, figures }: SweepPoint, along: number, metric: RunMetric): Bar {
  return { name: oneLine(values[along] ?? ''), value: figures[metric]?.median ?? null };
}

/** `strategy linux-6.2: grows as vms^1.02` */
function seriesTitle({ growth }: SweepResult, metric: RunMetric, { at }: Series): string {
  const name = Object.entries(at)
    .map(([option, value]) => `${option} ${oneLine(value)}`)
    .join(', ');
  const key = JSON.stringify(at);
  const found = growth.find((one) => one.metric === metric && JSON.stringify(one.at) === key);
  if (found === undefined || found.exponent === null) return name;
  // Without the sign of what rounds to nothing.
  const exponent = (Math.round(found.exponent * 100) / 100 || 0).toFixed(2);
  const grows = `grows as ${found.along}^${exponent}`;
  return name === '' ? grows : `${name}: ${grows}`;
}

const MOST_NAMED = 8;

/** Why the points are not those of the whole grid; empty where they are. */
export function sweepProblems(result: SweepResult): { mark: string; reason: string }[] {
  const { axes, partial, points, shard } = result;
  const failed = points.flatMap(({ values, failure }) =>
    failure === null
      ? []
      : [{ mark: 'FAILED', reason: oneLine(`${pointName(axes, values)}: ${failure}`) }],
  );
  if (!partial) return failed;
  const done = new Set(points.map(({ index }) => index));
  const share = shareOf(axes, shard);
  const missing = share.filter((index) => !done.has(index));
  const named = missing.slice(0, MOST_NAMED).map((index) => pointName(axes, valuesAt(axes, index)));
  const others = missing.length - named.length;
  const more = others > 0 ? [`${formatCount(others)} more`] : [];
  const of = `${formatCount(missing.length)} of ${counted(share.length, 'point')} are missing`;
  const reason = oneLine(`${of}: ${[...named, ...more].join(', ')}`);
  return [{ mark: 'PARTIAL', reason }, ...failed];
}

/** The warnings of the sweep, those of its runs, and metrics that have too few samples. */
export function sweepWarnings(result: SweepResult): Omit<Warning, 'code'>[] {
  const { axes, points, warnings } = result;
  const pointsOf = new Map<string, { warning: Warning; names: Set<string> }>();
  for (const { values, runs } of points) {
    for (const warning of runs.flatMap((run) => run.warnings)) {
      const known = pointsOf.get(warning.code) ?? { warning, names: new Set() };
      known.names.add(pointName(axes, values));
      pointsOf.set(warning.code, known);
    }
  }
  return [
    ...warnings,
    ...[...pointsOf.values()].map(({ warning, names }) => {
      const [first = ''] = names;
      const which = names.size === 1 ? first : `${first} and ${formatCount(names.size - 1)} more`;
      return { message: `${which}: ${warning.message}`, remedy: warning.remedy };
    }),
    ...tooFewSamples(result),
  ].map(({ message, remedy }) => ({ message: oneLine(message), remedy: oneLine(remedy) }));
}

function tooFewSamples({ metrics, points }: SweepResult): Omit<Warning, 'code'>[] {
  const good = points.filter(({ failure }) => failure === null);
  const short = metrics.filter((metric) => {
    const isPercentile = (latencyFigure(metric)?.percentile ?? null) !== null;
    return isPercentile && good.some(({ figures }) => figures[metric] === null);
  });
  if (short.length === 0) return [];
  return [
    {
      message: `too few samples at some points for ${short.join(', ')}`,
      remedy: 'give more --rounds, or a lower percentile to --metric',
    },
  ];
}
