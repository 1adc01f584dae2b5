import { parseArgs } from 'node:util';
import type { TrialResult, VerifyResult } from '../../src/model/verify-result.js';
import { listScenarios } from '../../src/plan/scenario-file.js';
import { formatCount } from '../../src/units.js';
import type { Budget } from '../../src/verify/session.js';
import { verifyStrategy } from '../../src/verify/verify-strategy.js';
import { labelOf, MORE_STRATEGIES, STRATEGIES, strategyOf } from './strategies.js';

/** `npm run strategies`: every strategy on every scenario, searched with and without reduction. */

const USAGE = `usage: npm run strategies -- [options]

  --only <text>       strategies whose name has this in it
  --preemptions <n>   the bound (default 2)
  --plain <schedules> what plain search may take of each scenario (default 20000)
  --markdown          print a table for a README: reduced / plain schedules, then totals of the reduced search
  --help              print this

The reduced search may take a minute of each scenario; exit code 1 where either finds a violation, or
the two disagree. A count with a + is of a search that was not finished.
`;
const MINUTE: Budget = { ms: 60_000, schedules: null, text: '60s' };

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    preemptions: { type: 'string', default: '2' },
    plain: { type: 'string', default: '20000' },
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HEAD = ['strategy', 'scenario', 'schedules', 'states', 'seconds', 'plain', 'found'];
const WIDTHS = [24, 28, 10, 10, 8, 10, 0];

interface Searched {
  readonly label: string;
  readonly reduced: VerifyResult;
  readonly plain: VerifyResult;
}

async function main(): Promise<void> {
  const all: Searched[] = [];
  if (!values.markdown) print(HEAD);
  for (const text of [...STRATEGIES, ...MORE_STRATEGIES]) {
    if (!labelOf(text).includes(values.only)) continue;
    const cap = { ms: null, schedules: Number(values.plain), text: values.plain };
    const [reduced, plain] = [await search(text, true, MINUTE), await search(text, false, cap)];
    const searched = { label: labelOf(text), reduced, plain };
    if (isViolated(searched)) process.exitCode = 1;
    all.push(searched);
    if (!values.markdown) printLines(searched);
  }
  if (values.markdown) printTable(all);
}

function isViolated({ reduced, plain }: Searched): boolean {
  return reduced.violation !== null || plain.violation !== null;
}

function printLines({ label, reduced, plain }: Searched): void {
  reduced.trials.forEach((trial, i) => {
    const other = plain.trials[i];
    print([
      label,
      trial.name,
      counted(trial, trial.schedules),
      counted(trial, trial.states ?? 0),
      trial.seconds.toFixed(1),
      other === undefined ? '-' : counted(other, other.schedules),
      reduced.violation?.kind ?? plain.violation?.kind ?? 'nothing',
    ]);
  });
}

/** A column for each strategy: what both searches took of each scenario. */
function printTable(all: readonly Searched[]): void {
  printRow(
    'scenario',
    all.map(({ label }) => label),
  );
  printRow(
    '---',
    all.map(() => '--:'),
  );
  all[0]?.reduced.trials.forEach(({ name }, i) => {
    const cells = all.map(({ reduced, plain }) =>
      [reduced, plain].map(({ trials }) => schedulesOf(trials[i])).join(' / '),
    );
    printRow(name, cells);
  });
  const total = (of: (trial: TrialResult) => number) =>
    all.map(({ reduced }) => reduced.trials.reduce((sum, trial) => sum + of(trial), 0));
  printRow('states', total(({ states }) => states ?? 0).map(formatCount));
  printRow(
    'seconds',
    total(({ seconds }) => seconds).map((seconds) => seconds.toFixed(1)),
  );
  printRow(
    'violations',
    all.map((searched) => (isViolated(searched) ? '**found**' : 'none')),
  );
}

function schedulesOf(trial: TrialResult | undefined): string {
  return trial === undefined ? '-' : counted(trial, trial.schedules);
}

function printRow(first: string, rest: readonly string[]): void {
  process.stdout.write(`| ${[first, ...rest].join(' | ')} |\n`);
}

function search(text: string, reduces: boolean, budget: Budget) {
  return verifyStrategy(
    {
      strategy: strategyOf(text),
      strategyText: text,
      scenarios: listScenarios(),
      stepsLocks: false,
      preemptions: Number(values.preemptions),
      explorer: 'dfs',
      budget,
      seed: 1,
      spurious: false,
      replay: null,
      reduces,
    },
    new AbortController().signal,
  );
}

function counted({ ending }: TrialResult, count: number): string {
  return `${formatCount(count)}${ending === 'exhausted' ? '' : '+'}`;
}

function print(row: readonly string[]): void {
  const line = row.map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0)).join('  ');
  process.stdout.write(`${line.trimEnd()}\n`);
}

if (values.help) process.stdout.write(USAGE);
else await main();
