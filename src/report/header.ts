import { cpusOfProfile, type HostProfile } from '../model/host-profile.js';
import { type AnyResult, isReal } from '../model/real-result.js';
import type { RunPlan, Strategy } from '../model/run-plan.js';
import { isSimulated, type Machine } from '../model/run-result.js';
import { spellIndex, spellPhases, spellScope } from '../model/spelling.js';
import { counted, formatCount, formatNs, formatShare } from '../units.js';
import { oneLine } from './content.js';

/** Who ran what where: the two lines that stand above the figures in text and markdown. */

export type Backend = AnyResult['backend'];

const OS_NAMES = new Map([
  ['linux', 'Linux'],
  ['darwin', 'Darwin'],
]);

/** `list + mutex, scope global, connect inside, bypass on`: every axis with its value. */
export function describePoint(strategy: Strategy): string {
  const { lock, connect, bypass, noBypassShare } = strategy;
  const share = noBypassShare > 0 ? `, no-bypass share ${noBypassShare}` : '';
  return oneLine(
    `${spellIndex(strategy)} + ${lock}, scope ${spellScope(strategy)}, connect ${connect}, bypass ${bypass}${share}`,
  );
}

/** CPU, quota, system and Node, on one line; or the host that was simulated. */
export function describeMachine(machine: Machine): string {
  if (isSimulated(machine)) return describeHost(machine);
  const { cpuModel, cpus, cpuQuota, platform, kernel, node } = machine;
  const quota = cpuQuota === null ? '' : ` (quota ${Number(cpuQuota.toFixed(2))})`;
  const system = `${OS_NAMES.get(platform) ?? platform} ${kernel}`;
  return oneLine(
    `${cpuModel}, ${counted(cpus, 'CPU')}${quota}, ${system}, Node ${node.replace(/^v/, '')}`,
  );
}

function describeHost(host: HostProfile): string {
  const { sockets, coresPerSocket, threadsPerCore } = host.topology;
  const each = threadsPerCore.value === 1 ? '' : ` x ${threadsPerCore.value}`;
  const shape = `${sockets.value} x ${coresPerSocket.value} cores${each}`;
  return oneLine(
    `simulated host ${host.name}: ${host.model}, ${shape} at ${host.core.ghz.value} GHz, ${counted(cpusOfProfile(host), 'CPU')}, virtual time`,
  );
}

function describeFault(fault: NonNullable<RunPlan['fault']>): string {
  if (fault.kind === 'slow-lock') return `fault slow-lock x ${fault.factor}`;
  const where = fault.holding ? 'holding the lock' : 'not holding the lock';
  return `fault ${fault.kind} in round ${fault.round} (VM ${fault.vm}, ${where})`;
}

/** A description, and what it is put together from. */
export interface Whole {
  readonly whole: string;
  readonly parts: readonly string[];
}

/** Who is on the host: what {@link describePlan} begins with. */
export function describeCrowd({ vms, background, burst, irqfds }: RunPlan): Whole {
  const asleep = `${counted(vms, 'background VM')}${background === 'threads' ? ' (threads)' : ''}`;
  const parts = [asleep, counted(burst, 'burst VM'), counted(irqfds, 'irqfd')] as const;
  return { whole: `${parts[0]} + ${parts[1]} x ${parts[2]}`, parts };
}

/**
 * What every run has, then only what this one was given beyond the plain main job; the strategy
 * is not among it.
 */
export function describePlan(plan: RunPlan): string[] {
  const warmup = plan.warmupRounds === 0 ? '' : ` + ${formatCount(plan.warmupRounds)} warm-up`;
  const parts = [
    describeCrowd(plan).whole,
    ...(plan.processes === undefined ? [] : [inProcesses(plan.processes)]),
    `${counted(plan.rounds, 'round')}${warmup}`,
    `hold ${formatNs(plan.holdNs)}`,
    plan.release === 'together' ? 'released together' : 'running free',
  ];
  if (plan.producersPerVm > 0) {
    parts.push(`${counted(plan.producersPerVm, 'producer')} a VM ${plan.producerOrder} consumers`);
  }
  if (plan.connectCostNs > 0) parts.push(`connect cost ${formatNs(plan.connectCostNs)}`);
  if (plan.connectMode !== 'spin') parts.push(`connect mode ${plan.connectMode}`);
  if (plan.connectFailureRate > 0) parts.push(`connect failure rate ${plan.connectFailureRate}`);
  const phases = {
    create: plan.createCostNs,
    irqchip: plan.irqchipCostNs,
    assign: plan.assignCostNs,
  };
  for (const [phase, costNs] of Object.entries({ ...phases, destroy: plan.destroyCostNs })) {
    if (costNs > 0) parts.push(`${phase} cost ${formatNs(costNs)}`);
  }
  if (plan.createWaits.length > 0) parts.push('creation waits as measured');
  if (plan.phases.length > 0) parts.push(`phases ${spellPhases(plan.phases)}`);
  if (plan.irqGraceNs > 0) parts.push(`irq grace ${formatNs(plan.irqGraceNs)}`);
  if (plan.destroyGraceNs > 0) parts.push(`destroy grace ${formatNs(plan.destroyGraceNs)}`);
  if (plan.graceSpread > 0) parts.push(`grace spread ${formatShare(plan.graceSpread)}`);
  if (plan.nodes > 1) parts.push(`spread over ${counted(plan.nodes, 'node')}`);
  if (plan.pin !== 'off')
    parts.push(`pinned ${Array.isArray(plan.pin) ? plan.pin.join(',') : plan.pin}`);
  if (plan.fault !== null) parts.push(describeFault(plan.fault));
  if (plan.workload !== null) parts.push(`workload ${plan.workload}`);
  parts.push(`seed ${plan.seed}`);
  return parts.map(oneLine);
}

function inProcesses(processes: number): string {
  return processes === 1 ? 'in 1 process' : `in ${formatCount(processes)} processes`;
}

/** @returns the line that names the strategy, and the line of the machine and the plan */
export function headerLines(
  plan: RunPlan,
  environment: Machine,
  backend: Backend,
): [subject: string, setting: string] {
  return [
    `irqbench fork · ${whatRuns(plan, environment, backend)} · backend ${backend}`,
    `${describeMachine(environment)}; ${describePlan(plan).join(', ')}`,
  ];
}

export function ownManager(machine: Machine): string {
  return isSimulated(machine) ? 'its manager' : `the manager of Linux ${oneLine(machine.kernel)}`;
}

/** The strategy; on a real kernel, its own manager. */
function whatRuns({ strategy }: RunPlan, machine: Machine, backend: Backend): string {
  if (backend === 'kvm') return ownManager(machine);
  return `${oneLine(strategy.name)} (${describePoint(strategy)})`;
}

/** The same lines of a result; an imported one knows neither plan nor machine. */
export function resultHeaderLines(result: AnyResult): [subject: string, setting: string] {
  const { plan, environment, backend } = result;
  if (plan !== null && environment !== null) return headerLines(plan, environment, backend);
  const imported = isReal(result) ? result.imported : null;
  const tools = imported?.tools.join(', ') ?? 'nothing known';
  return [
    `irqbench import · ${oneLine(imported?.file ?? '')} · backend ${backend}`,
    `${tools}; of a real kernel: percentiles are the ranges that they lie in`,
  ];
}
