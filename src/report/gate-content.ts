import {
  type GateCheck,
  type GateResult,
  type GateVerdict,
  gateVerdicts,
  isFailure,
} from '../model/gate-result.js';
import { counted, formatCount, formatFigure, formatProbability, formatRatio } from '../units.js';
import { oneLine, type Table, UNKNOWN } from './content.js';
import { describeMachine } from './header.js';

/** What a report of a gate says, before it has a look; see content.ts. */

/** `irqbench gate · linux-6.2, outside · baseline ci.baseline.json`, and the machine. */
export function gateHeader({ baseline, runs }: GateResult): { subject: string; setting: string } {
  const names = [...new Set(runs.map(({ label }) => oneLine(label)))];
  const against = baseline === null ? 'thresholds alone' : `baseline ${oneLine(baseline)}`;
  const machines = runs.flatMap(({ result: { environment } }) =>
    environment === null ? [] : [describeMachine(environment)],
  );
  return {
    subject: `irqbench gate · ${names.length === 0 ? 'nothing ran' : names.join(', ')} · ${against}`,
    setting: [...new Set(machines)].join('; ') || 'no machine is known',
  };
}

/** A row a check, in the order of the result. Columns that no check has anything for are left out. */
export function checkTable(checks: readonly GateCheck[]): Table {
  const columns = COLUMNS.filter(
    ({ isOptional, of }) => !isOptional || checks.some((check) => of(check) !== UNKNOWN),
  );
  return {
    head: columns.map(({ head }) => head),
    text: columns.flatMap(({ isText }, at) => (isText ? [at] : [])),
    rows: checks.map((check) => columns.map(({ of }) => of(check))),
  };
}

interface Column {
  readonly head: string;
  readonly of: (check: GateCheck) => string;
  readonly isText?: true;
  readonly isOptional?: true;
}

const COLUMNS: readonly Column[] = [
  { head: 'run', of: ({ run }) => oneLine(run), isText: true },
  { head: 'evidence', of: ({ evidence }) => evidence, isText: true },
  { head: 'metric', of: ({ metric }) => oneLine(metric), isText: true },
  { head: 'baseline', of: ({ baseline, unit }) => figure(baseline, unit) },
  { head: 'now', of: ({ now, unit }) => figure(now, unit) },
  {
    head: 'ratio',
    of: ({ ratio }) => (ratio === null ? UNKNOWN : formatRatio(ratio.value)),
    isOptional: true,
  },
  { head: '95 % interval', of: intervalOf, isOptional: true },
  {
    head: 'p (Holm)',
    of: ({ p }) => (p === null ? UNKNOWN : formatProbability(p)),
    isOptional: true,
  },
  {
    head: 'attempts',
    of: ({ attempts }) => (attempts === 1 ? UNKNOWN : formatCount(attempts)),
    isOptional: true,
  },
  { head: 'verdict', of: ({ verdict }) => verdict, isText: true },
];

function intervalOf({ ratio }: GateCheck): string {
  if (ratio === null || (ratio.low === null && ratio.high === null)) return UNKNOWN;
  const end = (value: number | null) => (value === null ? UNKNOWN : formatRatio(value));
  return `${end(ratio.low)} to ${end(ratio.high)}`;
}

/** A figure in its unit, if it is known; a ratio is a multiple. */
export function figure(value: number | null, unit: GateCheck['unit']): string {
  return value === null ? UNKNOWN : formatFigure(value, unit);
}

/** `regressed: linux-6.2 register.p99 (statistical): …`: a line for each check that is worth one. */
export function sentenceOf({ verdict, run, metric, evidence, reason }: GateCheck): string {
  return `${verdict}: ${oneLine(run)} ${oneLine(metric)} (${evidence}): ${oneLine(reason)}`;
}

/** Those that do not simply hold: failures first, in the order of the result. */
export function remarkable({ checks }: GateResult): GateCheck[] {
  const others = checks.filter(({ verdict }) => verdict !== 'held');
  return [
    ...others.filter(({ verdict }) => isFailure(verdict)),
    ...others.filter(({ verdict }) => !isFailure(verdict)),
  ];
}

/** `passed: 31 checks, 30 held, 1 improved`, or why not. */
export function outcomeOf(result: GateResult): {
  readonly mark: 'passed' | 'FAILED' | 'interrupted';
  readonly counts: string;
} {
  const { checks, passed, partial, failure } = result;
  const counts = gateVerdicts.flatMap((verdict) => {
    const count = countOf(checks, verdict);
    return count === 0 ? [] : [`${formatCount(count)} ${verdict}`];
  });
  const all = [counted(checks.length, 'check'), ...counts].join(', ');
  if (partial && failure === null) return { mark: 'interrupted', counts: all };
  return { mark: passed ? 'passed' : 'FAILED', counts: all };
}

function countOf(checks: readonly GateCheck[], verdict: GateVerdict): number {
  return checks.filter((check) => check.verdict === verdict).length;
}

/** Why the figures are not those of whole runs, or null where they are. */
export function gateIncompleteness({ failure, partial }: GateResult): string | null {
  if (failure !== null) return `FAILED: the run failed: ${oneLine(failure)}`;
  return partial ? 'PARTIAL: interrupted; nothing is proven by what was measured' : null;
}

/** What of the baseline was not held against, a line each. */
export function refusedLines({ refused }: GateResult): string[] {
  return refused.map(
    ({ evidence, differences }) =>
      `${evidence} evidence of the baseline was not held against: ${differences.map(oneLine).join('; ')}`,
  );
}
