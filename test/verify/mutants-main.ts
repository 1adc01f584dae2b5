import { parseArgs } from 'node:util';
import { explorerNames } from '../../src/model/verify-result.js';
import type { Exploration } from '../../src/verify/session.js';
import { MUTANTS, type Mutant } from './mutants.js';

/** `npm run mutants`: which explorer finds which mutant, and what that takes. */

const USAGE = `usage: npm run mutants -- [options] [name …]

  --markdown  print a table for a README
  --help      print this

What each explorer runs until it finds a mutant: schedules. dfs: depth-first, at most three
preemptions, what is known left out; plain: nothing left out, 100,000 schedules at most; pct and
random: with seed 1. A minute for each. seconds: of dfs. Exit code 1 where dfs lets a mutant live.
`;
const EXPLORATION: Exploration = {
  preemptions: 3,
  explorer: 'dfs',
  budget: { ms: 60_000, schedules: null, text: '60s' },
  seed: 1,
  spurious: false,
};
const PLAIN_CAP = { ms: null, schedules: 100_000, text: '1e5' };

const HEAD = [
  'mutant',
  'what is wrong with it',
  'found as',
  'dfs',
  'plain',
  'pct',
  'random',
  'preemptions',
  'seconds',
  'tried with',
];
const NUMBERS_FROM = 3;
const NUMBERS_TO = 8;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Found {
  /** How many, or why there is no such number. */
  readonly schedules: string;
  readonly seconds: number;
  readonly kind: string | null;
  readonly preemptions: number | null;
}

async function find(mutant: Mutant, changes: Partial<Exploration>): Promise<Found> {
  const { trials, violation } = await mutant.verify({ ...EXPLORATION, ...changes });
  const schedules = trials.reduce((sum, trial) => sum + trial.schedules, 0);
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  const isKilled = violation !== null && mutant.kinds.includes(violation.kind);
  return {
    schedules: `${isKilled ? '' : '> '}${schedules.toLocaleString('en-US')}`,
    seconds,
    kind: violation?.kind ?? null,
    preemptions: violation?.preemptions ?? null,
  };
}

async function row(mutant: Mutant): Promise<string[]> {
  const [dfs, pct, random] = await inTurn(explorerNames, (explorer) => find(mutant, { explorer }));
  const plain = await find(mutant, { reduces: false, budget: PLAIN_CAP });
  const found = dfs as Found;
  const isKilled = found.kind !== null && mutant.kinds.includes(found.kind);
  if (!isKilled) process.exitCode = 1;
  return [
    mutant.name,
    mutant.wrong,
    isKilled ? (found.kind as string) : `SURVIVED${found.kind === null ? '' : ` (${found.kind})`}`,
    found.schedules,
    plain.schedules,
    pct?.schedules ?? '',
    random?.schedules ?? '',
    found.preemptions === null ? '-' : String(found.preemptions),
    found.seconds.toFixed(2),
    mutant.trial,
  ];
}

async function inTurn<T, R>(list: readonly T[], act: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const one of list) results.push(await act(one));
  return results;
}

async function main(): Promise<void> {
  const unknown = positionals.find((name) => !MUTANTS.some((mutant) => mutant.name === name));
  if (unknown !== undefined) {
    process.stderr.write(
      `there is no mutant ${unknown}: ${MUTANTS.map(({ name }) => name).join(', ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const chosen = MUTANTS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  print(HEAD);
  if (values.markdown) print(HEAD.map((_, column) => (isNumber(column) ? '--:' : '---')));
  for (const mutant of chosen) print(await row(mutant));
}

function isNumber(column: number): boolean {
  return column >= NUMBERS_FROM && column <= NUMBERS_TO;
}

const WIDTHS = [18, 88, 18, 7, 9, 7, 7, 11, 7, 0];

function print(cells: readonly string[]): void {
  const padded = cells.map((cell, column) => {
    const width = WIDTHS[column] ?? 0;
    return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
  });
  const line = values.markdown ? `| ${cells.join(' | ')} |` : padded.join('  ').trimEnd();
  process.stdout.write(`${line}\n`);
}

if (values.help) process.stdout.write(USAGE);
else await main();
