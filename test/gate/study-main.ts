import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { GateResult } from '../../src/model/gate-result.js';
import { medianOf, sorted } from '../../src/stats/sorted.js';
import { buildMutant } from './mutant.js';

/** `npm run gate-study`: how often `irqbench gate` is wrong, and how often it is right. */

const USAGE = `usage: npm run gate-study -- [options] [-- gate options]

  --runs <n>          of each kind (default 60)
  --only <kinds>      of same,slow,nodes (default: all)
  --per-baseline <n>  runs against one baseline before the next is saved (default 10)
  --folder <folder>   where baselines and outcomes are kept; what is there already is not run again
                      (default: irqbench-gate-study in the folder for temporary files)
  --help              print this

  same   the statistical gate with its defaults, against a baseline of the very same: 5 is wrong
  slow   the same with critical sections a quarter longer (slow-lock=1.25): 5 is right
  nodes  the gate of the workload ci, with an index that visits 1 % more nodes: 5 is right

Prints a table in markdown; progress goes to the standard error. Let nothing else run.
`;

const KINDS = ['same', 'slow', 'nodes'] as const;
type Kind = (typeof KINDS)[number];

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COMMAND = join(ROOT, 'bin/irqbench.js');
const CROSSED = 5;

const { values, positionals: gateOptions } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '60' },
    only: { type: 'string', default: KINDS.join(',') },
    'per-baseline': { type: 'string', default: '10' },
    folder: { type: 'string', default: join(tmpdir(), 'irqbench-gate-study') },
    help: { type: 'boolean', default: false },
  },
});

/** One gate, as it ended. */
interface Outcome {
  readonly kind: Kind;
  readonly run: number;
  readonly code: number | null;
  readonly ms: number;
  /** Each metric that was not held to the digit: its ratio, p, attempts and verdict. */
  readonly found: readonly string[];
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly ms: number;
}

function run(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const begunMs = performance.now();
    const child = spawn(process.execPath, [command, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, ms: performance.now() - begunMs }));
  });
}

/** The baseline that a run is held against, saved where it is the first of its kind. */
async function baselineOf(name: string, args: readonly string[]): Promise<string> {
  const file = join(values.folder, `${name}.json`);
  if (existsSync(file)) return file;
  const { code, ms } = await run(COMMAND, ['gate', '--save-baseline', file, ...args]);
  if (code !== 0) throw new Error(`saving ${file} ended with ${code}`);
  process.stderr.write(`saved ${file} in ${(ms / 1e3).toFixed(1)} s\n`);
  return file;
}

async function gate(kind: Kind, at: number): Promise<Ended> {
  if (kind === 'nodes') {
    const args = ['--workload', 'ci', '--seed', String(at + 1)];
    const file = await baselineOf(`nodes-${at}`, args);
    return run(mutant(), ['gate', '--baseline', file, ...args, '--format', 'json']);
  }
  const file = await baselineOf(`same-${Math.floor(at / perBaseline)}`, gateOptions);
  const fault = kind === 'slow' ? ['--fault', 'slow-lock=1.25'] : [];
  return run(COMMAND, ['gate', '--baseline', file, ...gateOptions, ...fault, '--format', 'json']);
}

let built: string | null = null;
function mutant(): string {
  built ??= buildMutant(ROOT, join(values.folder, 'mutant'));
  return built;
}

function foundIn(stdout: string): string[] {
  if (stdout === '') return [];
  const { checks } = JSON.parse(stdout) as GateResult;
  return checks.flatMap(({ evidence, metric, ratio, p, attempts, verdict }) => {
    if (evidence !== 'statistical') return verdict === 'held' ? [] : [`${metric} ${verdict}`];
    const interval = ratio && `${ratio.low?.toFixed(3)} to ${ratio.high?.toFixed(3)}`;
    return [
      `${metric} ${ratio?.value.toFixed(3)} (${interval}) p ${p?.toExponential(1)} x${attempts} ${verdict}`,
    ];
  });
}

function tableOf(outcomes: readonly Outcome[], kinds: readonly Kind[]): string {
  const wanted: Record<Kind, string> = {
    same: 'the same again (5 is wrong)',
    slow: '`--fault slow-lock=1.25` (5 is right)',
    nodes: 'an index that visits 1 % more nodes (5 is right)',
  };
  const rows = kinds.map((kind) => {
    const own = outcomes.filter((outcome) => outcome.kind === kind);
    const times = sorted(Float64Array.from(own, ({ ms }) => ms / 1e3));
    const crossed = own.filter(({ code }) => code === CROSSED).length;
    const failed = own.filter(({ code }) => code !== 0 && code !== CROSSED).length;
    const seconds = (value: number | null | undefined) => `${(value ?? Number.NaN).toFixed(1)} s`;
    return `| ${wanted[kind]} | ${own.length} | ${crossed} | ${failed} | ${seconds(medianOf(times))} | ${seconds(times.at(-1))} |`;
  });
  return [
    '| gate | runs | exit 5 | other errors | median time | longest |',
    '| :-- | --: | --: | --: | --: | --: |',
    ...rows,
    '',
  ].join('\n');
}

function countOf(text: string, flag: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  process.stderr.write(`gate-study: ${flag} is a count from 1\n`);
  process.exit(2);
}

if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const runs = countOf(values.runs, '--runs');
const perBaseline = countOf(values['per-baseline'], '--per-baseline');
const kinds = KINDS.filter((kind) => values.only.split(',').includes(kind));
mkdirSync(values.folder, { recursive: true });
const log = join(values.folder, 'outcomes.jsonl');
const outcomes: Outcome[] = existsSync(log)
  ? readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Outcome)
  : [];

// Kinds take turns, so that a machine that changes on the way changes for all of them.
for (let at = 0; at < runs; at++) {
  for (const kind of kinds) {
    if (outcomes.some((outcome) => outcome.kind === kind && outcome.run === at)) continue;
    const { code, stdout, ms } = await gate(kind, at);
    const outcome: Outcome = { kind, run: at, code, ms, found: foundIn(stdout) };
    outcomes.push(outcome);
    appendFileSync(log, `${JSON.stringify(outcome)}\n`);
    const said = kind === 'nodes' ? outcome.found.length : outcome.found.join('; ');
    process.stderr.write(
      `${at + 1}/${runs} ${kind}: exit ${code}, ${(ms / 1e3).toFixed(1)} s; ${said}\n`,
    );
  }
}
const shown = outcomes.filter((outcome) => outcome.run < runs);
process.stdout.write(tableOf(shown, kinds));
