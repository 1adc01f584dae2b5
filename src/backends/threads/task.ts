import type { Fault } from '../../model/run-plan.js';
import type { HostLayout, HostPlan } from '../../vm/host.js';
import type { RehearsalTask } from './rehearsal.js';
import type { YardstickTask } from './yardstick.js';

/** The one message into a thread of a session. Nothing comes back but the end. */
export interface ThreadTask {
  readonly buffer: SharedArrayBuffer;
  readonly layout: HostLayout;
  readonly plan: HostPlan;
  /** The host on which all of them make their code ready. */
  readonly rehearsal: RehearsalTask;
  readonly fault: Fault | null;
}

export interface VmTask extends ThreadTask {
  /** Which burst VM, from 0; also the thread's number for its locks. */
  readonly vm: number;
  /** The CPU to pin the worker to, or null. */
  readonly cpu: number | null;
  /** Whether the thread has lived for another session of this plan, so that its code is hot. */
  readonly isReady: boolean;
  /** What its latencies are measured in as well, or null. */
  readonly yardstick: YardstickTask | null;
}

export interface CleanUpTask extends ThreadTask {
  /** Which worker of the clean-up queue, from 0. */
  readonly worker: number;
}

/** The one message into a background VM's worker: what it sleeps on, and where it says so. */
export interface BackgroundTask {
  readonly buffer: SharedArrayBuffer;
  readonly stopAt: number;
  readonly parkedAt: number;
}
