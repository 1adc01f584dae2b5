import { parseArgs } from 'node:util';
import { createLogUpdate } from 'log-update';
import { tuneCompiler } from '../../src/backends/threads/compiler.js';
import { IrqbenchError, messageOf, usageError } from '../../src/errors.js';
import { describeEnvironment } from '../../src/measure/environment.js';
import { Bench, type Benchmark, FULL, QUICK } from './bench.js';
import { clock } from './clock.js';
import { kvm } from './kvm.js';
import { list } from './list.js';
import { lock } from './lock.js';
import { lockThreads } from './lock-threads.js';
import { locks } from './locks.js';
import { buildReferences } from './native.js';
import { recorder } from './recorder.js';
import { json, markdown, text } from './render.js';
import { ring } from './ring.js';
import type { Row } from './rows.js';
import { stepping } from './stepping.js';
import { xarray } from './xarray.js';
import { xarrayPair } from './xarray-pair.js';

/** `npm run bench`: what the parts of the hot path cost, here, beside native references. */

const BENCHMARKS: readonly Benchmark[] = [
  list,
  xarray,
  xarrayPair,
  lock,
  lockThreads,
  ring,
  ...locks,
  recorder,
  clock,
  stepping,
  kvm,
];

const USAGE = `usage: npm run bench -- [options]

  --quick          seconds instead of minutes; the figures mean little
  --filter NAME    only the benchmark NAME, or those that begin so (repeatable):
                   ${BENCHMARKS.map(({ name }) => name).join(', ')}
  --markdown       print a table for a README
  --json           print everything, for programs
  --help           print this

A target that is missed is said in the table; the exit code is 0 all the same.
CC names the C compiler of the native references (default: cc).
`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        filter: { type: 'string', multiple: true, default: [] },
        markdown: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (thrown) {
    throw usageError(`${messageOf(thrown)} (see --help)`, thrown);
  }
}

function choose(filters: readonly string[]): readonly Benchmark[] {
  const unknown = filters.find((filter) => !BENCHMARKS.some(({ name }) => name.startsWith(filter)));
  if (unknown !== undefined) {
    const names = BENCHMARKS.map(({ name }) => name).join(', ');
    throw usageError(`--filter ${unknown}: no benchmark begins so; there are ${names}`);
  }
  if (filters.length === 0) return BENCHMARKS;
  const names = new Set(BENCHMARKS.map(({ name }) => name));
  return BENCHMARKS.filter(({ name }) =>
    filters.some((filter) => (names.has(filter) ? name === filter : name.startsWith(filter))),
  );
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (options.markdown && options.json) {
    throw usageError('--markdown and --json: there is one output, choose one of them');
  }
  const chosen = choose(options.filter);
  const effort = options.quick ? QUICK : FULL;
  const environment = describeEnvironment();
  tuneCompiler();
  const built = await buildReferences();
  const references = typeof built === 'string' ? null : built;
  const line = process.stderr.isTTY ? createLogUpdate(process.stderr) : null;
  const bench = new Bench(effort, references, (progress) => line?.(progress));
  const rows: Row[] = [];
  try {
    for (const benchmark of chosen) rows.push(...(await benchmark.run(bench)));
  } finally {
    line?.clear();
  }
  const render = options.json ? json : options.markdown ? markdown : text;
  process.stdout.write(
    render({
      environment,
      compiler: references?.compiler ?? null,
      withoutNative: typeof built === 'string' ? built : null,
      rows,
    }),
  );
}

try {
  await main();
} catch (thrown) {
  if (!(thrown instanceof IrqbenchError)) throw thrown;
  process.stderr.write(`bench: ${thrown.message}\n`);
  process.exitCode = thrown.exitCode;
}
