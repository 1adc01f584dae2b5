import type { HostProfile } from '../../model/host-profile.js';

/** The figures of a profile as the simulator reckons with them: nanoseconds, without their sources. */
export interface Costs {
  readonly atomicNs: number;
  readonly clockNs: number;
  readonly lookNs: number;
  readonly siblingSlowdown: number;
  /** Having a line at hand. */
  readonly hitNs: number;
  /** From the socket's shared cache. */
  readonly l3Ns: number;
  readonly memoryLocalNs: number;
  readonly memoryRemoteNs: number;
  /** Getting a line that another CPU has, by `DISTANCE`. */
  readonly transferNs: readonly number[];
  readonly contextSwitchNs: number;
  readonly sliceNs: number;
  readonly futexCallNs: number;
  readonly wakeNs: number;
  readonly wakeToRunNs: number;
  readonly timerSlackNs: number;
  /** From the lightest. */
  readonly idle: readonly { readonly afterNs: number; readonly exitNs: number }[];
}

export function costsOf(profile: HostProfile): Costs {
  const { core, caches, memory, transfer, system } = profile;
  const cycleNs = 1 / core.ghz.value;
  const hitNs = caches.l1.cycles.value * cycleNs;
  return {
    atomicNs: core.atomicCycles.value * cycleNs,
    clockNs: core.clockCycles.value * cycleNs,
    lookNs: core.lookCycles.value * cycleNs,
    // Where there is no other thread or socket, nobody is there to make it cost anything.
    siblingSlowdown: core.siblingSlowdown?.value ?? 1,
    hitNs,
    l3Ns: caches.l3.ns.value,
    memoryLocalNs: memory.localNs.value,
    memoryRemoteNs: memory.remoteNs?.value ?? memory.localNs.value,
    transferNs: [
      hitNs,
      transfer.siblingNs?.value ?? 0,
      transfer.socketNs.value,
      transfer.otherSocketNs?.value ?? 0,
    ],
    contextSwitchNs: system.contextSwitchNs.value,
    sliceNs: system.sliceNs.value,
    futexCallNs: system.futexCallNs.value,
    wakeNs: system.wakeNs.value,
    wakeToRunNs: system.wakeToRunNs.value,
    timerSlackNs: system.timerSlackNs.value,
    idle: profile.idle.map(({ afterNs, exitNs }) => ({
      afterNs: afterNs.value,
      exitNs: exitNs.value,
    })),
  };
}
