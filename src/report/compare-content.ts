import { withPercentiles } from '../measure/histogram.js';
import type { CompareResult, Comparison, RoundMetric } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import type { Warning } from '../model/run-result.js';
import {
  counted,
  formatCount,
  formatNs,
  formatProbability,
  formatRatio,
  formatShare,
} from '../units.js';
import { auditReport, incompleteness, oneLine, type Table, UNKNOWN } from './content.js';
import { maxText, percentileText } from './figures.js';

/** What a report of a comparison says, before it has a look; see content.ts. */

/** A row a strategy: how long registrations took, how often they queued, what it cost. */
export function strategyTable({ runs }: CompareResult, percentiles: readonly number[]): Table {
  const shown = [...percentiles.map((p) => `p${p}`), 'max'];
  return {
    head: [
      'strategy',
      ...shown.map((name, at) => (at === 0 ? `register ${name}` : name)),
      'VM ready p99',
      'contended',
      'CPU time',
    ],
    rows: runs.map(({ label, result }) => {
      const { register, vmReady } = result.latency;
      return [
        oneLine(label),
        ...percentiles.map((p) => percentileText(register, p)),
        maxText(register),
        percentileText(withPercentiles(vmReady, [99]), 99),
        contendedShare(result),
        result.timing === null ? UNKNOWN : formatNs(result.timing.cpuNs),
      ];
    }),
  };
}

function contendedShare({ lock }: AnyResult): string {
  if (!lock?.acquisitions) return UNKNOWN;
  return formatShare(lock.contended / lock.acquisitions);
}

/** Counters that are of interest only where one of the strategies has them. */
const OCCASIONAL: readonly {
  head: string;
  of: (result: AnyResult) => number | null | undefined;
}[] = [
  { head: 'connect failures', of: ({ work }) => work?.connectFailures },
  { head: 'under lock', of: ({ work }) => work?.callbacksUnderLock },
  {
    head: 'refused',
    of: ({ work }) => work && Object.values(work.errors).reduce((sum, count) => sum + count, 0),
  },
  { head: 'warnings', of: ({ work }) => work?.warnings },
];

/** A row a strategy: what the manager did, counted. */
export function workTable({ runs }: CompareResult): Table {
  const occasional = OCCASIONAL.filter(({ of }) =>
    runs.some(({ result }) => (of(result) ?? 0) > 0),
  );
  return {
    head: [
      'strategy',
      'registrations',
      'nodes visited',
      'acquisitions',
      'connects',
      'opted out',
      ...occasional.map(({ head }) => head),
    ],
    rows: runs.map(({ label, result }) => {
      const { lock, work } = result;
      return [
        oneLine(label),
        ...[
          work?.registrations ?? result.latency.register.count,
          work?.nodesVisited,
          lock?.acquisitions,
          work?.connects,
          work?.optedOut,
          ...occasional.map(({ of }) => of(result)),
        ].map((count) => (count === null || count === undefined ? UNKNOWN : formatCount(count))),
      ];
    }),
  };
}

/** One metric with the comparisons by it, in the order of the result. */
export interface MetricGroup {
  readonly metric: RoundMetric;
  readonly comparisons: readonly Comparison[];
}

export function byMetric({ comparisons }: CompareResult): MetricGroup[] {
  const metrics = [...new Set(comparisons.map(({ metric }) => metric))];
  return metrics.map((metric) => ({
    metric,
    comparisons: comparisons.filter((comparison) => comparison.metric === metric),
  }));
}

/** The ratio of each comparison with its interval and p, and the verdict. */
export function comparisonTable(result: CompareResult): Table {
  const { comparisons, confidence } = result;
  return {
    head: [
      'metric',
      'strategy',
      'ratio',
      `${formatShare(confidence)} interval`,
      'p (Holm)',
      'verdict',
    ],
    text: [0, 1, 5],
    rows: comparisons.map(({ metric, label, ratio, pAdjusted, verdict }) => [
      metric,
      oneLine(label),
      ratio === null ? UNKNOWN : formatRatio(ratio.value),
      intervalText(ratio),
      pAdjusted === null ? UNKNOWN : formatProbability(pAdjusted),
      verdict,
    ]),
  };
}

function intervalText(ratio: Comparison['ratio']): string {
  if (ratio === null || ratio.low === null || ratio.high === null) return UNKNOWN;
  return `${formatRatio(ratio.low)} to ${formatRatio(ratio.high)}`;
}

/** How the table of comparisons is to be read. */
export function comparisonRules(result: CompareResult): string[] {
  const { comparisons, noise, significance } = result;
  const reference = oneLine(comparisons[0]?.reference ?? '');
  const tests = comparisons.filter(({ p }) => p !== null).length;
  return [
    `ratio: median over the rounds to that of ${reference}; less is faster`,
    `p: Mann-Whitney over the rounds, after Holm's correction for ${counted(tests, 'comparison')}`,
    `faster, slower: p is below ${significance} and the interval clears the noise of ${formatShare(noise)}`,
  ];
}

/** Every verdict in words: how much faster or slower, or else why there is no difference. */
export function verdictSentences({ comparisons }: CompareResult): string[] {
  return comparisons.map((comparison) => oneLine(sentenceOf(comparison)));
}

function sentenceOf(comparison: Comparison): string {
  const { metric, label, reference, verdict, reason } = comparison;
  switch (verdict) {
    case 'faster':
    case 'slower':
      return `${label} is ${verdict} than ${reference} by ${metric}: ${extentOf(comparison) ?? reason}`;
    case 'no difference shown':
      return `${label} and ${reference} show no difference by ${metric}: ${reason}`;
    case 'cannot tell':
      return `${label} and ${reference} cannot be told apart by ${metric}: ${reason}`;
  }
}

/** `8.00 times as fast (7.81 to 8.20)`: a number above 1 either way, as people say it. */
function extentOf({ ratio, verdict }: Comparison): string | null {
  if (!ratio?.value || !ratio.low || !ratio.high) return null;
  const { value, low, high } = ratio;
  const [times, from, to] =
    verdict === 'faster' ? [1 / value, 1 / high, 1 / low] : [value, low, high];
  const how = verdict === 'faster' ? 'fast' : 'long';
  return `${formatRatio(times)} times as ${how} (${formatRatio(from)} to ${formatRatio(to)})`;
}

/** Why the figures are not those of the whole plans; empty where they are. */
export function compareIncompleteness(result: CompareResult): { mark: string; reason: string }[] {
  const ofRuns = result.runs.flatMap((run) => {
    const found = incompleteness(run.result);
    return found ? [{ mark: found.mark, reason: `${oneLine(run.label)}: ${found.reason}` }] : [];
  });
  const { failure, partial } = result;
  const mark = partial ? 'PARTIAL' : 'FAILED';
  if (failure !== null) return [{ mark, reason: `the run failed: ${oneLine(failure)}` }, ...ofRuns];
  return partial && ofRuns.length === 0 ? [{ mark, reason: 'interrupted' }] : ofRuns;
}

/** What the audits found; empty where all are clean. */
export function damageLines({ runs }: CompareResult): string[] {
  return runs.flatMap(({ label, result }) => {
    const audit = auditReport(result);
    if (audit === null || audit.clean) return [];
    return [audit.verdict, ...audit.findings].map((text) => `${oneLine(label)}: ${text}`);
  });
}

/** The warnings of the comparison, then those of its runs, each once and with whom it concerns. */
export function compareWarnings({ runs, warnings }: CompareResult): Omit<Warning, 'code'>[] {
  const labelsOf = new Map<string, { warning: Warning; labels: string[] }>();
  for (const { label, result } of runs) {
    for (const warning of result.warnings) {
      const key = JSON.stringify([warning.message, warning.remedy]);
      const known = labelsOf.get(key) ?? { warning, labels: [] };
      known.labels.push(oneLine(label));
      labelsOf.set(key, known);
    }
  }
  const isOwn = ({ message }: Warning) => warnings.every((own) => own.message !== message);
  const ofRuns = [...labelsOf.values()].filter(({ warning }) => isOwn(warning));
  return [
    ...warnings.map(({ message, remedy }) => ({
      message: oneLine(message),
      remedy: oneLine(remedy),
    })),
    ...ofRuns.map(({ warning, labels }) => {
      const whom = labels.length === runs.length ? '' : `${labels.join(', ')}: `;
      return { message: whom + oneLine(warning.message), remedy: oneLine(warning.remedy) };
    }),
  ];
}
