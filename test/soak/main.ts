import { parseArgs } from 'node:util';
import { allCombinations, ContractCrew } from '../irqbypass/strategy-contract.js';

/** `npm run soak`: the contract of strategies with many seeds, for hours when no test may take them. */

const USAGE = `usage: npm run soak -- [options]

  --seeds N     seeds for each strategy (default: 50)
  --first N     the first of them (default: 1)
  --filter TEXT only strategies whose name contains TEXT
  --help        print this

Violations go to the standard output; exit code 1 where there is one.
`;

function readOptions() {
  return parseArgs({
    options: {
      seeds: { type: 'string', default: '50' },
      first: { type: 'string', default: '1' },
      filter: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

async function main(): Promise<number> {
  const { seeds, first, filter, help } = readOptions();
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [count, from] = [Number(seeds), Number(first)];
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(from) || from < 0) {
    process.stderr.write('soak: --seeds is a count from 1, --first one from 0\n');
    return 2;
  }
  const combinations = allCombinations().filter(({ name }) => name.includes(filter));
  if (combinations.length === 0) {
    process.stderr.write(`soak: no strategy's name contains ${filter}\n`);
    return 2;
  }
  const crew = new ContractCrew();
  const total = { trials: 0, broken: 0, connects: 0, failures: 0, refusals: 0 };
  const begunMs = performance.now();
  for (const [i, combination] of combinations.entries()) {
    for (let seed = from; seed < from + count; seed++) {
      const name = `${combination.name}, seed ${seed}`;
      total.trials++;
      try {
        const outcome = await crew.run(combination, seed);
        total.connects += outcome.connects;
        total.failures += outcome.failures;
        total.refusals += outcome.refusals;
        if (outcome.violations.length === 0) continue;
        process.stdout.write(`${name}: ${outcome.violations.join('; ')}\n`);
      } catch (thrown) {
        process.stdout.write(`${name}: ${thrown instanceof Error ? thrown.message : thrown}\n`);
      }
      total.broken++;
    }
    const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
    process.stderr.write(
      `${i + 1} of ${combinations.length} after ${seconds} s: ${combination.name}\n`,
    );
  }
  await crew.dismiss();
  process.stdout.write(
    `${total.trials} trials, ${total.broken} with violations; ` +
      `${total.connects} connects, ${total.failures} failed, ${total.refusals} duplicates refused\n`,
  );
  return total.broken === 0 ? 0 : 1;
}

process.exitCode = await main();
