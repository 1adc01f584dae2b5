import type { Algorithms } from '../irqbypass/algorithms.js';
import { type AuditReport, auditBypass } from '../irqbypass/audit.js';
import { summarize } from '../measure/histogram.js';
import { type SampleKind, samplesARound, samplesOf } from '../measure/recorder.js';
import { fairness, pool, roundSeries, type SamplesByVm, vmSeries } from '../measure/series.js';
import {
  addUpCounters,
  connectCost,
  lockStatistics,
  type Totals,
  workCounters,
} from '../measure/totals.js';
import type { RunPlan } from '../model/run-plan.js';
import { callNames, latencyNames, type RunResult } from '../model/run-result.js';
import type { SharedMemory } from '../sync/memory.js';
import { type HostLayout, progressWord } from '../vm/host.js';

/** The parts of a result that are read from the shared memory when nobody runs any more. */
export type Collected = Pick<
  RunResult,
  | 'latency'
  | 'lock'
  | 'entryLock'
  | 'work'
  | 'connectCost'
  | 'fairness'
  | 'audit'
  | 'rounds'
  | 'vms'
>;

export function collect(
  memory: SharedMemory,
  layout: HostLayout,
  plan: RunPlan,
  algorithms: Algorithms,
  percentiles: readonly number[],
): Collected {
  const vms = Array.from({ length: plan.burst }, (_, vm) => vm);
  // A VM that ended in its warm-up measured nothing: what it holds is the warm-up's.
  const measured = (vm: number) => (memory.words[progressWord(layout, vm)] as number) >= 1;
  const of = (name: SampleKind) =>
    vms.map((vm) =>
      measured(vm) ? samplesOf(memory, layout.recorders, vm, name) : new Float64Array(0),
    );
  const samples = Object.fromEntries(
    latencyNames.map((name) => [name, of(name)]),
  ) as unknown as SamplesByVm;
  const totals = addUpCounters(memory, layout.countersAt, vms.filter(measured));
  const series = vmSeries(samples);
  const summary = (name: SampleKind) => summarize(pool(of(name)), percentiles);
  return {
    latency: {
      register: summary('register'),
      deregister: summary('deregister'),
      vmReady: summary('vmReady'),
      ...(hasCalls(plan) && { deassign: summary('deassign'), destroy: summary('destroy') }),
    },
    lock: lockStatistics(totals),
    entryLock: hasEntries(plan)
      ? lockStatistics(addUpCounters(memory, layout.bypass.entryCountersAt, vms.filter(measured)))
      : null,
    work: workCounters(totals),
    connectCost: connectCost(totals, plan.connectCostNs),
    fairness: fairness(series),
    audit: withCallbacks(
      auditBypass(memory, layout.bypass, algorithms, {
        backgroundConsumers: plan.vms * plan.irqfds,
        backgroundProducers: plan.vms * plan.producersPerVm,
      }),
      plan,
      totals,
    ),
    rounds: roundSeries(samples, plan.rounds, samplesARound(plan.irqfds)),
    vms: series,
  };
}

/** Whether there is more to a deassign or destroy than the manager's part. */
function hasCalls({ phases }: RunPlan): boolean {
  return phases.length > 0;
}

function hasEntries({ strategy }: RunPlan): boolean {
  return strategy.scope === 'token';
}

/** Connects outside the locks are what such a strategy is for, so one inside is damage. */
function withCallbacks(
  { damage, findings }: AuditReport,
  { strategy }: RunPlan,
  { callbacksUnderLock: inside }: Totals,
): AuditReport {
  if (strategy.connect === 'inside' || inside === 0) return { damage, findings };
  const finding = `${inside} callbacks ran inside a lock of the tables`;
  return { damage: damage + 1, findings: [...findings, finding] };
}

/**
 * Which figures of a complete run the plan and the seed alone decide. What a walk meets depends
 * on who came before: with one burst VM nobody else does; in an xarray the way to a token that
 * is there always has the same length, but the way to one that is not, which a look-up of entries
 * or of readers takes first, ends where it ends.
 */
export function deterministicMetrics(plan: RunPlan): string[] {
  const { index, lock, scope } = plan.strategy;
  const isFullWay = index === 'xarray' && lock !== 'rwsem' && scope !== 'token';
  const walks = plan.burst === 1 || (isFullWay && plan.producersPerVm === 0);
  return [
    ...[...latencyNames, ...(hasCalls(plan) ? callNames : [])].map(
      (name) => `latency.${name}.count`,
    ),
    'lock.acquisitions',
    ...(hasEntries(plan) ? ['entryLock.acquisitions'] : []),
    'work.registrations',
    'work.deregistrations',
    ...(walks ? ['work.nodesVisited'] : []),
    'work.connects',
    'work.disconnects',
    'work.connectFailures',
    'work.optedOut',
    'work.callbacksUnderLock',
    'work.warnings',
    'work.errors',
    'audit.damage',
  ];
}
