import { type Command, Option } from 'commander';
import { predict } from '../backends/fidelity.js';
import { EXIT, type ExitCode, usageError } from '../errors.js';
import { judge } from '../measure/fidelity.js';
import type { FidelityResult, ReferenceOutcome } from '../model/fidelity-result.js';
import { SCHEMA_VERSION } from '../model/run-result.js';
import { type ResolvedReference, resolveReference, type Trial } from '../plan/fidelity.js';
import { listReferences, loadReference } from '../plan/reference-file.js';
import {
  FIDELITY_FORMATS,
  type FidelityFormat,
  renderFidelity,
} from '../report/fidelity-render.js';
import { parseCount } from '../units.js';
import { VERSION } from '../version.js';
import { interruptible } from './interrupts.js';
import { createProgressLine } from './progress.js';
import { type Streams, tell, wantsColor, writeOut } from './streams.js';

/** `irqbench fidelity`: the simulator held against what was published. */

interface FidelityFlags {
  readonly reference?: readonly string[];
  readonly seeds: number;
  readonly sensitivity?: true;
  readonly format: FidelityFormat;
  readonly color: boolean;
  readonly quiet?: true;
}

const MAX_SEEDS = 1000;

const EXAMPLES = `
Figures are medians over the seeds, with their range. A figure that a parameter was fitted to is
shown as such and not counted as predicted. That predictions miss is a result: the exit code is 0.

Examples:
  irqbench fidelity                                          all references, 9 seeds each
  irqbench fidelity --reference kernel-bug-217379 --seeds 3
  irqbench fidelity --reference cna-locktorture --sensitivity
  irqbench fidelity --reference icelake-174k --seeds 1       a map of what the source leaves open
  irqbench fidelity --format markdown > fidelity.md`;

export function addFidelityCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('fidelity')
    .summary('hold the simulator against published measurements')
    .description(
      'Simulates what was measured on real machines and published, and prints predicted beside ' +
        'published, figure by figure.',
    )
    .option(
      '--reference <file|name>',
      'a published measurement (irqbench list references); repeatable (default: all, but for those with a map alone)',
      (given: string, before: readonly string[] = []) => [...before, given],
    )
    .option('--seeds <count>', 'seeds to simulate each with, from 1 on', readSeeds, 9)
    .option('--sensitivity', 'also with each fitted parameter halved and doubled')
    .addOption(
      new Option('--format <name>', 'format of the output')
        .choices(FIDELITY_FORMATS)
        .default('text'),
    )
    .option('--quiet', 'no progress on the standard error')
    .option('--no-color', 'no colours (NO_COLOR=1 does the same)')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: FidelityFlags) => exit(await fidelity(flags, streams)));
}

async function fidelity(flags: FidelityFlags, streams: Streams): Promise<ExitCode> {
  const seeds = Array.from({ length: flags.seeds }, (_, i) => i + 1);
  const references = flags.reference?.map(loadReference) ?? listReferences().filter(isNoMap);
  const resolved = references.map((reference) =>
    resolveReference(reference, seeds, flags.sensitivity === true),
  );
  const result = await interruptible((signal) => run(resolved, seeds, flags, streams, signal));
  const color = wantsColor(streams, flags.color);
  await writeOut(streams, renderFidelity(result, flags.format, color));
  if (!result.partial) return EXIT.done;
  tell(streams, 'error', 'interrupted: what was simulated so far is printed');
  return EXIT.interrupted;
}

function isNoMap({ scenario }: ReturnType<typeof loadReference>): boolean {
  return scenario.kind !== 'run' || Object.keys(scenario.unpublished).length === 0;
}

async function run(
  resolved: readonly ResolvedReference[],
  seeds: readonly number[],
  flags: FidelityFlags,
  streams: Streams,
  signal: AbortSignal,
): Promise<FidelityResult> {
  const total = resolved.reduce((sum, { trials }) => sum + trials.length * seeds.length, 0);
  const progress = createProgressLine(streams, !flags.quiet);
  let done = 0;
  const valuesOf = async (trial: Trial): Promise<number[][]> => {
    const runs: number[][] = [];
    for (const [at, seed] of seeds.entries()) {
      const onProgress = (share: number) =>
        progress.show({ phase: 'runs', done: done + share, total });
      onProgress(0);
      const values = signal.aborted
        ? null
        : await predict(trial, trial.plans[at], seed, { signal, onProgress });
      if (values === null) break;
      runs.push(values);
      done++;
    }
    return runs;
  };
  const references: ReferenceOutcome[] = [];
  try {
    for (const one of resolved) {
      if (!signal.aborted) references.push(await outcomeOf(one, valuesOf));
    }
  } finally {
    progress.end();
  }
  return {
    kind: 'fidelity',
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'irqbench', version: VERSION },
    seeds: [...seeds],
    partial: done < total,
    references,
  };
}

async function outcomeOf(
  { reference, parameters, trials }: ResolvedReference,
  valuesOf: (trial: Trial) => Promise<number[][]>,
): Promise<ReferenceOutcome> {
  const outcome: ReferenceOutcome = {
    reference,
    parameters: [...parameters],
    figures: [],
    sensitivity: [],
    map: [],
  };
  for (const trial of trials) {
    const { role } = trial;
    const runs = await valuesOf(trial);
    if (role.kind !== 'itself' && runs.length === 0) continue;
    const figures = judge(reference, runs, role.kind !== 'varied');
    if (role.kind === 'itself') {
      outcome.figures = figures;
    } else if (role.kind === 'varied') {
      const { parameter, factor, value } = role;
      outcome.sensitivity.push({ parameter, factor, value, figures });
    } else {
      outcome.map.push({ settings: role.settings, figures });
    }
  }
  return outcome;
}

function readSeeds(text: string): number {
  const count = parseCount(text);
  if (count !== undefined && count >= 1 && count <= MAX_SEEDS) return count;
  throw usageError(`--seeds ${text}: give a whole number from 1 to ${MAX_SEEDS}`);
}
