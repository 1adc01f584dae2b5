import { type AnyResult, isReal } from '../model/real-result.js';
import {
  type CallName,
  callNames,
  type LatencyName,
  type LatencySummary,
  latencyNames,
} from '../model/run-result.js';
import { formatCount, formatNs } from '../units.js';
import { maxText, meanText, minText, nsOrUnknown, percentileText, UNKNOWN } from './figures.js';

export { nsOrUnknown, UNKNOWN } from './figures.js';

/**
 * What a report for people says, before it has a look: rows and items with their figures already
 * written as text. The text and the markdown format lay out the same content.
 */

export interface RenderOptions {
  /** The percentiles (0–100) to show, in this order; they need not be those that were saved. */
  readonly percentiles: readonly number[];
  /** Whether to add the reproducer's line for every burst VM (text and markdown). */
  readonly perVm: boolean;
  /** Whether the text format may use terminal colours; no other format ever does. */
  readonly color: boolean;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The columns that are words; where it is not said, the first. All others are figures. */
  readonly text?: readonly number[];
}

/** Whether a column is words, so aligned to the left. */
export function isText({ text = [0] }: Table, column: number): boolean {
  return text.includes(column);
}

export interface Item {
  readonly name: string;
  readonly value: string;
}

export const LATENCY_LABELS: Readonly<Record<LatencyName | CallName, string>> = {
  register: 'register',
  deregister: 'deregister',
  vmReady: 'VM ready',
  deassign: 'deassign',
  destroy: 'destroy',
};

/** Text from a machine or a saved file: never more than one line, never a terminal escape. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

/** The latencies that a result has, in the order in which they are reported. */
export function latenciesOf({ latency }: AnyResult): [LatencyName | CallName, LatencySummary][] {
  return [...latencyNames, ...callNames].flatMap((name) => {
    const summary = latency[name];
    return summary === undefined ? [] : [[name, summary]];
  });
}

/** Each latency: count, min, the percentiles, max, mean. */
export function latencyTable(result: AnyResult, percentiles: readonly number[]): Table {
  return {
    head: ['latency', 'count', 'min', ...percentiles.map((p) => `p${p}`), 'max', 'mean'],
    rows: latenciesOf(result).map(([name, summary]) => [
      LATENCY_LABELS[name],
      formatCount(summary.count),
      minText(summary),
      ...percentiles.map((p) => percentileText(summary, p)),
      maxText(summary),
      meanText(summary),
    ]),
  };
}

/** The row that `perf lock contention` prints, under its column names; null: nobody looked. */
export function lockRow(result: AnyResult): Item[] | null {
  const { lock } = result;
  if (lock === null) return null;
  return [
    { name: 'contended', value: formatCount(lock.contended) },
    { name: 'total wait', value: formatNs(lock.waitTotalNs) },
    { name: 'max wait', value: nsOrUnknown(lock.waitMaxNs) },
    { name: 'avg wait', value: nsOrUnknown(lock.waitMeanNs) },
    {
      name: 'type',
      value: isReal(result) ? oneLine(result.lock?.type ?? '') : result.plan.strategy.lock,
    },
    // perf names a lock by where it was taken; these are all four places together.
    { name: 'caller', value: 'irq_bypass_*' },
  ];
}

/** How often the lock was taken, and how often a thread slept for it and was woken. */
export function lockItems(result: AnyResult): Item[] {
  // From outside, only waiting is seen.
  if (isReal(result)) return [];
  const { lock } = result;
  return [
    { name: 'acquisitions', value: formatCount(lock.acquisitions) },
    { name: 'parks', value: formatCount(lock.parks) },
    { name: 'wakes', value: formatCount(lock.wakes) },
  ];
}

/** The locks of the tokens' entries, together; empty where the strategy has none. */
export function entryLockItems({ entryLock }: AnyResult): Item[] {
  if (entryLock === null) return [];
  return [
    { name: 'acquisitions', value: formatCount(entryLock.acquisitions) },
    { name: 'contended', value: formatCount(entryLock.contended) },
    { name: 'total wait', value: formatNs(entryLock.waitTotalNs) },
    { name: 'max wait', value: formatNs(entryLock.waitMaxNs) },
    { name: 'avg wait', value: nsOrUnknown(entryLock.waitMeanNs) },
    { name: 'parks', value: formatCount(entryLock.parks) },
    { name: 'wakes', value: formatCount(entryLock.wakes) },
  ];
}

/** How evenly the burst VMs were served. */
export function fairnessItems({ fairness, vms }: AnyResult): Item[] {
  if (vms.length === 0 && fairness.jain === null) return [];
  const ratio = (value: number | null) => (value === null ? UNKNOWN : value.toFixed(3));
  return [
    { name: 'VMs', value: formatCount(vms.length) },
    { name: "Jain's index", value: ratio(fairness.jain) },
    { name: 'slowest/fastest', value: ratio(fairness.slowestToFastest) },
  ];
}

/** What the manager did, counted. */
export function workItems({ work }: AnyResult): Item[] {
  if (work === null) return [];
  return [
    { name: 'registrations', value: formatCount(work.registrations) },
    { name: 'deregistrations', value: formatCount(work.deregistrations) },
    ...(work.optedOut > 0 ? [{ name: 'opted out', value: formatCount(work.optedOut) }] : []),
    { name: 'nodes visited', value: formatCount(work.nodesVisited) },
    { name: 'connects', value: formatCount(work.connects) },
    { name: 'disconnects', value: formatCount(work.disconnects) },
    { name: 'connect failures', value: formatCount(work.connectFailures) },
    { name: 'manager warnings', value: formatCount(work.warnings) },
  ];
}

/** What a connect's callbacks were to take and took; empty where they were to take nothing. */
export function connectCostItems({ connectCost }: AnyResult): Item[] {
  if (connectCost === null) return [];
  const { askedNs, paid, achievedMeanNs } = connectCost;
  if (askedNs === 0) return [];
  return [
    { name: 'cost asked', value: formatNs(askedNs) },
    { name: 'cost achieved', value: nsOrUnknown(achievedMeanNs) },
    { name: 'times paid', value: formatCount(paid) },
  ];
}

/** Refused registrations by errno name; empty where none was refused. */
export function errorItems({ work }: AnyResult): Item[] {
  return Object.entries(work?.errors ?? {})
    .filter(([, count]) => count > 0)
    .map(([errno, count]) => ({ name: oneLine(errno), value: formatCount(count) }));
}

/** Where the time went, and what the clock itself costs. */
export function timingItems({ timing, timer }: AnyResult): Item[] {
  if (timing === null) return [];
  const items = [
    { name: 'set-up', value: formatNs(timing.setupNs) },
    { name: 'start', value: formatNs(timing.startNs) },
    { name: 'run', value: formatNs(timing.runNs) },
    { name: 'CPU', value: formatNs(timing.cpuNs) },
  ];
  if (timer === null) return items;
  return [
    ...items,
    { name: 'timer cost', value: formatNs(timer.overheadNs) },
    { name: 'timer resolution', value: formatNs(timer.resolutionNs) },
  ];
}

/** The audit's verdict in a word or two, and what it found; null where there was none. */
export function auditReport({ audit }: AnyResult): {
  clean: boolean;
  verdict: string;
  findings: string[];
} | null {
  if (audit === null) return null;
  const clean = audit.damage === 0 && audit.findings.length === 0;
  return {
    clean,
    verdict: clean ? 'clean' : `DAMAGE (${formatCount(audit.damage)})`,
    findings: audit.findings.map(oneLine),
  };
}

/** Why the figures are not those of the whole plan, or null where they are. */
export function incompleteness(result: AnyResult): { mark: string; reason: string } | null {
  const { failure, latency, partial, plan } = result;
  if (!partial && failure === null) return null;
  const why = failure === null ? 'interrupted' : `the run failed: ${oneLine(failure)}`;
  if (!partial) return { mark: 'FAILED', reason: why };
  if (plan === null) return { mark: 'PARTIAL', reason: why };
  const planned = formatCount(plan.burst * plan.irqfds * plan.rounds);
  const measured = `${formatCount(latency.register.count)} of ${planned} registrations measured`;
  return { mark: 'PARTIAL', reason: `${why} (${measured})` };
}

/** The reproducer's own lines, `idx N min A max B avg C`: register latency in ns, one a VM. */
export function perVmLines({ vms }: AnyResult): string[] {
  const whole = (ns: number | null) => (ns === null ? UNKNOWN : String(Math.round(ns)));
  return vms.map(
    ({ vm, register: { minNs, maxNs, meanNs } }) =>
      `idx ${vm} min ${whole(minNs)} max ${whole(maxNs)} avg ${whole(meanNs)}`,
  );
}
