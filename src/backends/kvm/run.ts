import { closeSync, openSync } from 'node:fs';
import { machineError } from '../../errors.js';
import { describeEnvironment } from '../../measure/environment.js';
import { calibrateTimer } from '../../measure/timer.js';
import type { RealResult } from '../../model/real-result.js';
import type { RunPlan } from '../../model/run-plan.js';
import {
  type Trouble,
  troubleOfArchitecture,
  troubleOpening,
  versionOf,
} from '../../system/kvm-device.js';
import { loadLibc } from '../../system/libc.js';
import { openDescriptors } from '../../system/limits.js';
import type { Backend, RunOptions } from '../backend.js';
import { chooseCpus } from '../threads/choose-cpus.js';
import { Meter } from '../threads/meter.js';
import { checkBudget, readLimits, shareOut } from './budget.js';
import { CrewRun } from './crew-run.js';
import { resultOf } from './result.js';

export interface KvmOptions extends RunOptions {
  readonly device: string;
  readonly processes: number;
}

/**
 * Runs a plan on the real kernel: every VM is one of KVM's, in as many processes as asked for.
 * @throws IrqbenchError (6) before anything is started, where this machine cannot do it
 */
export async function runOnKvm(plan: RunPlan, options: KvmOptions): Promise<RealResult> {
  const { device, processes } = options;
  const apiVersion = checkDevice(device);
  const cpus = chooseCpus(plan);
  const shares = shareOut(plan, processes);
  checkBudget(plan, shares, readLimits());
  await options.onBegin();
  const surroundings = { environment: describeEnvironment(), timer: calibrateTimer() };
  const before = openDescriptors();
  const run = new CrewRun(plan, device, shares, cpus, options);
  const interrupt = () => run.cancel();
  options.signal.addEventListener('abort', interrupt, { once: true });
  if (options.signal.aborted) interrupt();
  const meter = new Meter();
  try {
    await run.setUp();
    await meter.during(() => run.runAll());
    await run.destroy();
    const own = { before, after: openDescriptors() };
    return resultOf(
      { run, plan, device, apiVersion, own, meter, ...surroundings },
      options.percentiles,
    );
  } finally {
    options.signal.removeEventListener('abort', interrupt);
    await run.destroy();
  }
}

/** The same as a backend of a certain device. */
export function kvmBackend(
  settings: Pick<KvmOptions, 'device' | 'processes'>,
): Backend<RunPlan, RealResult> {
  return (plan, options) => runOnKvm(plan, { ...options, ...settings });
}

/** @returns the API version. @throws IrqbenchError (6) in one line, with what to do */
function checkDevice(device: string): number {
  refuse(troubleOfArchitecture(process.arch) ?? troubleOpening(device));
  const libc = loadLibc('--backend kvm', '--backend threads');
  const fd = openSync(device, 'r+');
  try {
    const { apiVersion, trouble } = versionOf(libc, fd);
    refuse(trouble);
    return apiVersion;
  } finally {
    closeSync(fd);
  }
}

function refuse(trouble: Trouble | null): void {
  if (trouble === null) return;
  throw machineError(`--backend kvm: ${trouble.problem}: ${trouble.remedy} (irqbench doctor)`);
}
