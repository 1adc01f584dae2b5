import type {
  ThreadPosition,
  TraceStep,
  TrialResult,
  VerifyResult,
  Violation,
} from '../model/verify-result.js';
import { counted, formatCount } from '../units.js';
import { type Table, UNKNOWN } from './content.js';

/** What the reports of a verification say, before it has a look. */

export function subjectOf({ lock, threads, acquisitions }: VerifyResult): string {
  return `${lock}: ${counted(threads, 'thread')}, ${counted(acquisitions, 'acquisition')} each, sequentially consistent`;
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
  return `${EXPLORERS[explorer]} with at most ${bound}${waits}, budget ${budget} a trial, seed ${seed}`;
}

export function trialTable({ trials }: VerifyResult): Table {
  return {
    head: ['trial', 'schedules', 'steps', 'states', 'seconds', 'ended by'],
    rows: trials.map((trial) => [
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
  const lines = trials.map((trial) => `${trial.name}: no violation; ${coverageOf(trial, result)}`);
  if (trials.some((trial) => trial.threadsInterchangeable)) {
    lines.push(
      'threads were taken for interchangeable, as random schedules with renamed threads said they are',
    );
  }
  return partial ? ['interrupted', ...lines] : lines;
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
export function replayCommand({ lock, spurious }: VerifyResult, { replay }: Violation): string {
  const path = /^[\w./@+-]+$/.test(lock) ? lock : `'${lock.replaceAll("'", "'\\''")}'`;
  return `irqbench verify --lock ${path} --replay ${replay}${spurious ? ' --spurious' : ''}`;
}
