import type { Command } from 'commander';
import { loadBackend } from '../backends/registry.js';
import { PARKED_WORKER_BYTES, WORKER_START_MS } from '../backends/threads/budget.js';
import { EXIT, type ExitCode } from '../errors.js';
import { checkSamples } from '../gate/thresholds.js';
import type { AnyResult } from '../model/real-result.js';
import type { RunPlan } from '../model/run-plan.js';
import { optionKeys } from '../plan/options.js';
import { printPlan } from '../plan/print-plan.js';
import { type FlagValues, resolvePlan, workloadOf } from '../plan/resolve.js';
import { render, renderHeader, renderTextBody } from '../report/render.js';
import { counted, formatBytes } from '../units.js';
import {
  addBackendOptions,
  type BackendFlags,
  type ChosenBackend,
  chooseBackend,
  machineOf,
  planFor,
} from './backend-option.js';
import { checkPlatform, endingOf, tellWarnings } from './endings.js';
import { interruptible } from './interrupts.js';
import { createProgressLine } from './progress.js';
import { addReportOptions, type ReportFlags, Reporting } from './report-options.js';
import { addRunOptions } from './run-options.js';
import { type Streams, tell, writeOut } from './streams.js';
import {
  addThresholdOption,
  holdResult,
  type ThresholdFlags,
  thresholdsOf,
} from './threshold-options.js';

/** `irqbench fork`: the main job, named after the reproducer `kvm_irqfd_fork`. */

interface ForkFlags extends ReportFlags, BackendFlags, ThresholdFlags {
  readonly quiet?: true;
  readonly printPlan?: true;
  readonly debug?: true;
}

const EXAMPLES = `
Examples:
  irqbench fork --vms 800 --burst 20                        the bug, as on Linux before 6.17
  irqbench fork --vms 800 --burst 20 --strategy linux-6.17  the same host with the xarray
  irqbench fork --workload kvm-irqfd-fork                   the reproducer to the letter
  irqbench fork --phases kernel                             with what KVM does around the manager
  irqbench fork --workload smoke --format json              seconds, for machines
  irqbench fork --vms 800 --producers-per-vm 3 --connect-cost 5us --output result.json
  irqbench fork --workload ./mine.yaml --rounds 50 --print-plan
  irqbench fork --workload smoke --fail-if 'register.p95 > 20ms' --fail-if 'audit.damage > 0'
  irqbench fork --backend sim --host xeon-8255c --vms 800   on 96 CPUs, in virtual time
  irqbench fork --backend kvm --vms 200 --burst 10          the real kernel (irqbench doctor)`;

export function addForkCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('fork')
    .summary('create, hold and destroy VMs on a crowded host, and time their irqfds')
    .description(
      'Registers the irqfds of background VMs, then lets burst VMs (a thread each) be created, ' +
        'held and destroyed round after round, and reports how long each registration took.',
    );
  addBackendOptions(command);
  addRunOptions(command, optionKeys);
  command
    .option(
      '--workload <file|name>',
      'take the options from a workload (irqbench list workloads); flags override it',
    )
    .option(
      '--print-plan',
      'print the resolved plan with the source of each value, and run nothing',
    )
    .option('--quiet', 'no progress and no notes on the standard error');
  addThresholdOption(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES);
  // With the program's own options: --debug may stand before the command or after it.
  command.action(async () => exit(await fork(command.optsWithGlobals(), streams)));
}

async function fork(flags: ForkFlags & FlagValues, streams: Streams): Promise<ExitCode> {
  const workload = workloadOf(flags);
  const backend = chooseBackend(flags, workload);
  const resolved = planFor(backend, resolvePlan(flags, backend.host, workload));
  const { given, thresholds } = thresholdsOf(flags, workload);
  checkSamples(thresholds, { name: null, plan: resolved.plan, base: null });
  if (flags.printPlan) {
    const format = flags.format === 'json' ? 'json' : 'text';
    await writeOut(streams, printPlan(resolved, format, given));
    return EXIT.done;
  }
  checkPlatform();
  const reporting = new Reporting(flags, streams);
  const result = await interruptible((signal) =>
    measure(resolved.plan, backend, flags, reporting, streams, signal),
  );
  return holdResult(thresholds, result, endingOf(result, streams), streams);
}

async function measure(
  plan: RunPlan,
  backend: ChosenBackend,
  flags: ForkFlags,
  reporting: Reporting,
  streams: Streams,
  signal: AbortSignal,
): Promise<AnyResult> {
  const run = await loadBackend(backend.name, backend);
  const isText = reporting.format === 'text';
  let isHeaderOut = false;
  const onBegin = async () => {
    if (plan.background === 'threads' && !flags.quiet) tell(streams, 'note', costOfThreads(plan));
    if (!isText) return;
    isHeaderOut = true;
    const { color } = reporting.options;
    await writeOut(streams, renderHeader(plan, machineOf(backend), color, backend.name));
  };
  const progress = createProgressLine(streams, !flags.quiet);
  const { percentiles } = reporting.options;
  let result: AnyResult;
  try {
    result = await run(plan, {
      percentiles,
      signal,
      onBegin,
      onDeath: (thrown) => {
        if (flags.debug && thrown instanceof Error) streams.stderr.write(`${thrown.stack}\n`);
      },
      onProgress: progress.show,
    });
  } finally {
    progress.end();
  }
  const report = isHeaderOut
    ? renderTextBody(result, reporting.options)
    : render(result, reporting.format, reporting.options);
  await reporting.write(result, streams, report);
  if (!flags.quiet) tellWarnings(result.warnings, reporting.format, streams);
  return result;
}

function costOfThreads({ vms }: RunPlan): string {
  const seconds = Math.ceil((vms * WORKER_START_MS) / 1e3);
  return `a thread for each of ${counted(vms, 'background VM')} takes about ${formatBytes(vms * PARKED_WORKER_BYTES)} and ${counted(seconds, 'second')} to start`;
}
