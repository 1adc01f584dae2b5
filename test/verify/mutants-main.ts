import { parseArgs } from 'node:util';
import { explorerNames } from '../../src/model/verify-result.js';
import { verifyLock } from '../../src/verify/verify-lock.js';
import { MUTANTS, mutantNames, mutantPath } from './mutants.js';

/** `npm run mutants`: which explorer finds which mutant, and what that takes. */

const USAGE = `usage: npm run mutants -- [options]

  --markdown  print a table for a README
  --help      print this

Three threads, two acquisitions each, at most three preemptions, a minute for each; exit code 1
where a mutant survives the depth-first search.
`;
const MINUTE = { ms: 60_000, schedules: null, text: '60s' };

const { values } = parseArgs({
  options: {
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const head = ['mutant', 'explorer', 'schedules', 'seconds', 'preemptions', 'steps', 'found'];
  if (values.markdown)
    print(
      head,
      head.map(() => '---'),
    );
  else print(head);
  for (const name of mutantNames) {
    for (const explorer of explorerNames) {
      const { trials, violation } = await verifyLock(
        {
          lock: mutantPath(name),
          threads: 3,
          acquisitions: 2,
          preemptions: 3,
          explorer,
          budget: MINUTE,
          seed: 1,
          spurious: false,
          replay: null,
        },
        new AbortController().signal,
      );
      const sum = (value: (trial: (typeof trials)[number]) => number) =>
        trials.reduce((total, trial) => total + value(trial), 0);
      const kinds: readonly string[] = MUTANTS[name];
      const isKilled = violation !== null && kinds.includes(violation.kind);
      if (!isKilled && explorer === 'dfs') process.exitCode = 1;
      print([
        name,
        explorer,
        String(sum(({ schedules }) => schedules)),
        sum(({ seconds }) => seconds).toFixed(2),
        violation === null ? '-' : String(violation.preemptions),
        violation === null ? '-' : String(violation.trace.length + (violation.omitted?.steps ?? 0)),
        isKilled ? violation.kind : `SURVIVED${violation ? ` (${violation.kind})` : ''}`,
      ]);
    }
  }
}

const WIDTHS = [18, 8, 9, 7, 11, 5, 0];

function print(...rows: (readonly string[])[]): void {
  for (const row of rows) {
    const line = values.markdown
      ? `| ${row.join(' | ')} |`
      : row
          .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
          .join('  ')
          .trimEnd();
    process.stdout.write(`${line}\n`);
  }
}

if (values.help) process.stdout.write(USAGE);
else await main();
