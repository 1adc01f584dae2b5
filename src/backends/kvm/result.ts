import { summarize } from '../../measure/histogram.js';
import { samplesARound } from '../../measure/recorder.js';
import { fairness, pool, roundSeries, type SamplesByVm, vmSeries } from '../../measure/series.js';
import { collectWarnings } from '../../measure/warnings.js';
import type { KvmFacts, RealResult } from '../../model/real-result.js';
import type { RunPlan } from '../../model/run-plan.js';
import {
  type Environment,
  type LatencyName,
  type LatencySummary,
  latencyNames,
  type RunResult,
  SCHEMA_VERSION,
} from '../../model/run-result.js';
import { bypassUse, readBypassFacts } from '../../system/bypass.js';
import { readSymbols } from '../../system/symbols.js';
import { counted } from '../../units.js';
import { VERSION } from '../../version.js';
import type { Meter } from '../threads/meter.js';
import type { CrewRun } from './crew-run.js';
import type { Phase } from './shared.js';
import { kvmWarnings } from './warnings.js';

/** What the processes of a run measured, as one result. */

export interface EndedRun {
  readonly run: CrewRun;
  readonly plan: RunPlan;
  readonly device: string;
  readonly apiVersion: number;
  /** Open descriptors of this process, before the others were started and after they ended. */
  readonly own: Counted;
  readonly meter: Meter;
  readonly environment: Environment;
  readonly timer: RunResult['timer'];
}

interface Counted {
  readonly before: number | null;
  readonly after: number | null;
}

const MANAGER = 'irq_bypass_register_consumer';

export function resultOf(ended: EndedRun, percentiles: readonly number[]): RealResult {
  const { run, plan, device, apiVersion, meter, environment, timer } = ended;
  const symbols = readSymbols([MANAGER]);
  const bypass = bypassUse(readBypassFacts(symbols ? symbols.has(MANAGER) : null));
  const samples: SamplesByVm = samplesOf(run, latencyNames);
  const summary = (name: LatencyName) => summarize(pool(samples[name]), percentiles);
  const latency = {
    register: summary('register'),
    deregister: summary('deregister'),
    vmReady: summary('vmReady'),
  };
  const rounds = roundSeries(samples, plan.rounds, samplesARound(plan.irqfds));
  const vms = vmSeries(samples);
  const descriptors = addUp([ended.own, ...run.crews.map((crew) => crew.descriptors)]);
  const audit = descriptors === null ? null : auditOf(descriptors);
  const facts: KvmFacts = {
    device,
    apiVersion,
    processes: run.crews.length,
    foreignCallNs: run.crews[0]?.foreignCallNs ?? 0,
    bypassInUse: bypass.isInUse,
    ...phasesOf(run, percentiles),
    descriptors,
  };
  const damage = audit?.findings[0];
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'irqbench', version: VERSION },
    backend: 'kvm',
    plan,
    seed: plan.seed,
    environment,
    timer,
    partial: !run.isComplete,
    failure: run.failure ?? (damage === undefined ? null : damage),
    warnings: [
      ...kvmWarnings(facts, bypass, latency),
      ...collectWarnings({
        plan,
        environment,
        timer,
        latency,
        rounds,
        stolenShare: meter.stolenShare,
        lockWaiting: 'parks',
      }),
    ],
    deterministic: run.isComplete ? latencyNames.map((name) => `latency.${name}.count`) : [],
    timing: {
      setupNs: run.setupNs,
      startNs: run.startNs,
      runNs: meter.runNs,
      cpuNs: run.crews.reduce((sum, { cpuNs }) => sum + cpuNs, 0),
    },
    latency,
    lock: null,
    entryLock: null,
    work: null,
    connectCost: null,
    fairness: fairness(vms),
    audit,
    rounds,
    vms,
    kvm: facts,
    imported: null,
  };
}

/** By VM, in the order of the processes. */
function samplesOf<Name extends LatencyName | Phase>(run: CrewRun, names: readonly Name[]) {
  return Object.fromEntries(
    names.map((name) => [name, run.crews.flatMap(({ samples }) => samples?.[name] ?? [])]),
  ) as Record<Name, Float64Array[]>;
}

function phasesOf(run: CrewRun, percentiles: readonly number[]) {
  const of = (phase: Phase): LatencySummary =>
    summarize(pool(samplesOf(run, [phase])[phase]), percentiles);
  return { createVm: of('create'), createIrqchip: of('irqchip'), destroyVm: of('destroy') };
}

/** Of all processes together; null where one of them did not say. */
function addUp(counts: readonly (Counted | null)[]): KvmFacts['descriptors'] {
  let before = 0;
  let after = 0;
  for (const count of counts) {
    if (count === null || count.before === null || count.after === null) return null;
    before += count.before;
    after += count.after;
  }
  return { before, after };
}

/** Whatever a run opened it has to close. */
function auditOf({ before, after }: NonNullable<KvmFacts['descriptors']>): RealResult['audit'] {
  const left = Math.max(0, after - before);
  if (left === 0) return { damage: 0, findings: [] };
  return {
    damage: left,
    findings: [`${counted(left, 'descriptor')} stayed open after the last VM`],
  };
}
