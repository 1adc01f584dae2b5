import type {
  ThreadPosition,
  TraceStep,
  TrialResult,
  VerifyResult,
  Violation,
} from '../model/verify-result.js';
import { counted, formatCount } from '../units.js';
import { type Table, UNKNOWN } from './content.js';
import { describePoint } from './header.js';

/** What the reports of a verification say, before it has a look. */

/** What was verified: the lock's name, or the strategy as it was given. */
export function nameOfSubject({ lock, strategyText }: VerifyResult): string {
  return lock ?? strategyText ?? '';
}

export function subjectOf(result: VerifyResult): string {
  const { threads, acquisitions, strategy, locks } = result;
  const name = nameOfSubject(result);
  if (strategy === null) {
    return `${name}: ${counted(threads ?? 0, 'thread')}, ${counted(acquisitions ?? 0, 'acquisition')} each, sequentially consistent`;
  }
  return `${name}: ${describePoint(strategy)}; locks are taken ${locks}, sequentially consistent`;
}

const EXPLORERS: Readonly<Record<VerifyResult['explorer'], string>> = {
  dfs: 'depth-first, every schedule',
  pct: 'PCT, drawn priorities',
  random: 'random walk',
};

export function settingOf(result: VerifyResult): string {
  const { explorer, preemptions, budget, seed, spurious } = result;
  const bound = counted(preemptions, 'preemption');
  const waits = spurious ? ', spurious wake-ups' : '';
  const each = nounOfTrial(result);
  return `${EXPLORERS[explorer]} with at most ${bound}${waits}, budget ${budget} a ${each}, seed ${seed}`;
}

export function nounOfTrial({ strategy }: VerifyResult): string {
  return strategy === null ? 'trial' : 'scenario';
}

export function trialTable(result: VerifyResult): Table {
  return {
    head: [nounOfTrial(result), 'schedules', 'steps', 'states', 'seconds', 'ended by'],
    rows: result.trials.map((trial) => [
      trial.name,
      formatCount(trial.schedules),
      formatCount(trial.steps),
      trial.states === null ? UNKNOWN : formatCount(trial.states),
      trial.seconds.toFixed(2),
      endingOf(trial),
    ]),
    text: [0, 5],
  };
}

const ENDINGS: Readonly<Record<TrialResult['ending'], string>> = {
  exhausted: 'nothing left',
  budget: 'its budget',
  violation: 'a violation',
  interrupted: 'an interrupt',
  replayed: 'the end of the schedule',
};

function endingOf({ ending }: TrialResult): string {
  return ENDINGS[ending];
}

/** What may be concluded, and what not: a sentence each. */
export function verdictLines(result: VerifyResult): string[] {
  const { violation, trials, partial } = result;
  if (violation !== null) return [`VIOLATION (${violation.kind}): ${violation.message}`];
  if (trials.some(({ ending }) => ending === 'replayed')) return ['no violation in this schedule'];
  const lines = [...groupedByCoverage(result)].map(
    ([coverage, names]) => `${spellNames(names, result)}: no violation; ${coverage}`,
  );
  if (trials.some((trial) => trial.threadsInterchangeable)) {
    lines.push(
      'threads were taken for interchangeable, as random schedules with renamed threads said they are',
    );
  }
  return partial ? ['interrupted', ...lines] : lines;
}

/** What was covered of the trials → their names. */
function groupedByCoverage(result: VerifyResult): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const trial of result.trials) {
    const coverage = coverageOf(trial, result);
    groups.set(coverage, [...(groups.get(coverage) ?? []), trial.name]);
  }
  return groups;
}

function spellNames(names: readonly string[], { trials, strategy }: VerifyResult): string {
  const isAll = strategy !== null && names.length > 1 && names.length === trials.length;
  return isAll ? `all ${names.length} scenarios` : names.join(', ');
}

function coverageOf(trial: TrialResult, { explorer, preemptions }: VerifyResult): string {
  if (!trial.isBounded) return 'exhaustive: every schedule there is was covered';
  if (explorer !== 'dfs') return 'bounded, not exhaustive: schedules were drawn';
  const upTo = counted(trial.covered ?? 0, 'preemption');
  if (trial.covered === null) {
    return 'bounded, not exhaustive: it ended before all schedules without preemption were covered';
  }
  const ended = trial.covered < preemptions ? 'it ended early; ' : '';
  return `bounded, not exhaustive: ${ended}every schedule with at most ${upTo} was covered`;
}

/** `mutex.ts:42` */
function place({ file, line }: Pick<TraceStep, 'file' | 'line'>): string {
  return file === null ? '' : `${file.split('/').at(-1)}:${line} `;
}

/** The trace with a column for each thread. */
export function traceTable({ trace, threads, omitted }: Violation): Table {
  const rows = trace.map((step, index) => [
    String(index + 1 + (omitted !== null && index >= omitted.after ? omitted.steps : 0)),
    ...threads.map(({ thread }) =>
      thread === step.thread ? `${place(step)}${step.operation}` : '',
    ),
  ]);
  if (omitted !== null) rows.splice(omitted.after, 0, ['…', ...threads.map(() => '…')]);
  return {
    head: ['step', ...threads.map(({ thread }) => `T${thread}`)],
    rows,
    text: threads.map(({ thread }) => thread + 1),
  };
}

/** Where each thread is at the end. */
export function positionLines({ threads }: Violation): string[] {
  return threads.map((at) => `T${at.thread} ${positionOf(at)}`);
}

function positionOf({ state, operation, file, line }: ThreadPosition): string {
  const where = file === null ? '' : ` (${file}:${line})`;
  return `${state} ${operation}`.trim() + where;
}

/** The lines of source that the trace and the positions name: `src/locks/mutex.ts:42`, and the line. */
export function sourceLines({ trace, threads }: Violation): [string, string][] {
  const lines = new Map<
    string,
    { readonly file: string; readonly line: number; readonly source: string }
  >();
  for (const { file, line, source } of [...trace, ...threads]) {
    if (file !== null && line !== null && source !== null)
      lines.set(`${file}:${line}`, { file, line, source });
  }
  return [...lines.entries()]
    .sort(([, a], [, b]) => a.file.localeCompare(b.file) || a.line - b.line)
    .map(([name, { source }]) => [name, source]);
}

/** How to see it again. */
export function replayCommand(result: VerifyResult, { replay, trial }: Violation): string {
  const { lock, strategyText, locks, spurious } = result;
  const parts =
    lock === null ? ['--strategy', quoted(strategyText ?? '')] : ['--lock', quoted(lock)];
  // A packaged scenario is found by the name that the schedule begins with.
  if (lock === null && !replay.startsWith(`${trial}@`)) parts.push('--scenario', quoted(trial));
  if (locks === 'step by step') parts.push('--step-locks');
  if (spurious) parts.push('--spurious');
  return ['irqbench verify', ...parts, '--replay', replay].join(' ');
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w./@+,:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
