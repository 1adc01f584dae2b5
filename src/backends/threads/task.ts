import type { Fault } from '../../model/run-plan.js';
import type { HostLayout, HostPlan } from '../../vm/host.js';
import type { RehearsalTask } from './rehearsal.js';

/** The one message into a burst VM's worker. Nothing comes back but the end. */
export interface VmTask {
  readonly buffer: SharedArrayBuffer;
  readonly layout: HostLayout;
  readonly plan: HostPlan;
  /** The host on which all burst VMs make their code ready. */
  readonly rehearsal: RehearsalTask;
  /** Which burst VM, from 0; also the thread's number for its locks. */
  readonly vm: number;
  readonly fault: Fault | null;
  /** The CPU to pin the worker to, or null. */
  readonly cpu: number | null;
}

/** The one message into a background VM's worker: what it sleeps on, and where it says so. */
export interface BackgroundTask {
  readonly buffer: SharedArrayBuffer;
  readonly stopAt: number;
  readonly parkedAt: number;
}
