import type { RunPlan } from '../../model/run-plan.js';
import type { LatencyName } from '../../model/run-result.js';
import type { CrewLayout, Phase } from './shared.js';

/** What goes between the processes of a run, and into their threads. */

/** The part of a run that one process carries out. */
export interface CrewTask {
  readonly plan: RunPlan;
  readonly device: string;
  readonly background: number;
  /** The CPU of each of its burst VMs, or null. */
  readonly cpus: readonly (number | null)[];
  /** The process that started it, which it does not outlive. */
  readonly parent: number;
}

/** One burst VM's thread. */
export interface KvmVmTask {
  readonly buffer: SharedArrayBuffer;
  readonly layout: CrewLayout;
  readonly plan: RunPlan;
  /** The open /dev/kvm of its process. */
  readonly device: number;
  readonly vm: number;
  readonly cpu: number | null;
}

/** A thread's word to its process: 'ready', or the round that is over. */
export type VmNews = 'ready' | number;

export type Order =
  | { readonly kind: 'set-up'; readonly task: CrewTask }
  /** Lets a round begin, at a time of the monotonic clock; 0: all rounds, at once. */
  | { readonly kind: 'round'; readonly beginNs: number }
  | { readonly kind: 'stop' };

/** Samples in ns, an array a VM, oldest first. */
export type CrewSamples = Readonly<Record<LatencyName | Phase, readonly Float64Array[]>>;

export type News =
  | { readonly kind: 'populated'; readonly vms: number }
  | { readonly kind: 'started'; readonly threads: number; readonly foreignCallNs: number }
  | { readonly kind: 'round-done'; readonly round: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'samples'; readonly samples: CrewSamples; readonly cpuNs: number }
  /** Everything is closed: descriptors before the first VM, and now; null: the system does not say. */
  | { readonly kind: 'closed'; readonly before: number | null; readonly after: number | null };
