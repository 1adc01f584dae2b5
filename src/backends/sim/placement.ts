import { usageError } from '../../errors.js';
import { pinOrder } from '../../measure/cpus.js';
import type { RunPlan } from '../../model/run-plan.js';
import type { Topology } from './topology.js';

/** Where simulated threads begin, and where they may go. */
export interface Seat {
  readonly cpu: number;
  /** The CPUs that a thread may run on, as flags; null for all. */
  readonly allowed: Uint8Array | null;
}

/**
 * A seat for each burst VM. Pinned, it has one CPU. Else it may go anywhere; but where VMs are
 * spread over nodes, as locks are told, it stays in its node's socket.
 * @throws IrqbenchError (2) where the host has no such CPU
 */
export function placeThreads(
  { burst, nodes, pin }: Pick<RunPlan, 'burst' | 'nodes' | 'pin'>,
  topology: Topology,
): Seat[] {
  const vms = Array.from({ length: burst }, (_, vm) => vm);
  if (pin !== 'off') {
    const order = pinnedOrder(pin, topology);
    return vms.map((vm) => {
      const cpu = order[vm % order.length] as number;
      return { cpu, allowed: flagsOf(topology, (other) => other === cpu) };
    });
  }
  const taken = new Array<number>(topology.sockets).fill(0);
  return vms.map((vm) => {
    const node = nodes === 1 ? vm : Math.floor((vm * nodes) / burst);
    const socket = node % topology.sockets;
    const cpus = topology.all().filter((cpu) => topology.socketOf(cpu) === socket);
    const turn = taken[socket] as number;
    taken[socket] = turn + 1;
    const cpu = cpus[turn % cpus.length] as number;
    const isFree = nodes === 1;
    return { cpu, allowed: isFree ? null : flagsOf(topology, (other) => cpus.includes(other)) };
  });
}

function pinnedOrder(pin: Exclude<RunPlan['pin'], 'off'>, topology: Topology): readonly number[] {
  if (typeof pin === 'string') {
    const cpus = topology.all().map((cpu) => ({
      cpu,
      package: topology.socketOf(cpu),
      core: topology.coreOf(cpu),
    }));
    return pinOrder(cpus, pin);
  }
  const missing = pin.find((cpu) => cpu >= topology.cpus);
  if (missing === undefined) return pin;
  throw usageError(`--pin: the host has no CPU ${missing}; give some of 0-${topology.cpus - 1}`);
}

function flagsOf(topology: Topology, isIn: (cpu: number) => boolean): Uint8Array {
  return Uint8Array.from(topology.all(), (cpu) => (isIn(cpu) ? 1 : 0));
}
