import { parseArgs } from 'node:util';
import type { TrialResult } from '../../src/model/verify-result.js';
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
  --markdown          print a table for a README
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

async function main(): Promise<void> {
  print(HEAD);
  if (values.markdown) print(['---', '---', '--:', '--:', '--:', '--:', '---']);
  for (const text of [...STRATEGIES, ...MORE_STRATEGIES]) {
    if (!labelOf(text).includes(values.only)) continue;
    const plain = { ms: null, schedules: Number(values.plain), text: values.plain };
    const [reduced, all] = [await search(text, true, MINUTE), await search(text, false, plain)];
    reduced.trials.forEach((trial, i) => {
      const other = all.trials[i];
      if (trial.ending === 'violation' || other?.ending === 'violation') process.exitCode = 1;
      print([
        i === 0 || !values.markdown ? labelOf(text) : '',
        trial.name,
        counted(trial, trial.schedules),
        counted(trial, trial.states ?? 0),
        trial.seconds.toFixed(1),
        other === undefined ? '-' : counted(other, other.schedules),
        reduced.violation?.kind ?? all.violation?.kind ?? 'nothing',
      ]);
    });
  }
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
  const line = values.markdown
    ? `| ${row.join(' | ')} |`
    : row
        .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
        .join('  ')
        .trimEnd();
  process.stdout.write(`${line}\n`);
}

if (values.help) process.stdout.write(USAGE);
else await main();
