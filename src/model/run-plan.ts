import { z } from 'zod';
import { indexNames, lockNames, MODULE_PATH } from './algorithm-names.js';
import { phaseNames } from './phases.js';

/**
 * The validated, fully resolved description of one run. `plan/` makes it, the backends carry it
 * out, every result repeats it. Units are in the names; counts are plain integers.
 */

const count = z.int().min(0);
const positive = z.int().min(1);
const durationNs = z.number().min(0);

/** A lock or index of the user's own. */
const modulePath = z.string().regex(MODULE_PATH);

/** A strategy is a point on five axes (index × lock × scope × connect × bypass) with a name. */
export const strategySchema = z.strictObject({
  /** The preset it is equal to, or its index, lock and scope where no preset is. */
  name: z.string(),
  index: z.union([z.enum(indexNames), modulePath]),
  /** The hlist has 2 to this power buckets; other indexes have no use for it. */
  hashBits: z.int().min(1).max(16),
  lock: z.union([z.enum(lockNames), modulePath]),
  scope: z.enum(['global', 'sharded', 'token']),
  /** Locks that tokens are spread over by their hash: 1 in the global scope. */
  shards: z.int().min(1).max(1024),
  /** Whether the callbacks of a connect run inside the lock or outside it. */
  connect: z.enum(['inside', 'outside']),
  /** `off`: the module parameter says no; `none`: compiled without it. */
  bypass: z.enum(['on', 'off', 'none']),
  /** The share of irqfds with the opt-out flag: they never meet the manager. */
  noBypassShare: z.number().min(0).max(1),
});
export type Strategy = z.infer<typeof strategySchema>;

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['kill-vm', 'throw-vm', 'oom-vm']),
    /** The measured round (from 1) in which the VM dies. */
    round: positive,
    /** Which burst VM (from 0). */
    vm: count,
    /** Whether it dies inside the critical section or right after it left it. */
    holding: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('slow-lock'),
    /** The critical section takes this many times as long as it would. */
    factor: z.number().min(1),
  }),
]);
export type Fault = z.infer<typeof faultSchema>;

/**
 * How long creating a VM waits beside the CPU time it takes: a measured histogram to draw from.
 * Within a bucket all times are as likely as each other.
 */
export const waitHistogramSchema = z.array(
  z.strictObject({ fromNs: z.number().positive(), toNs: z.number().positive(), count: positive }),
);
export type WaitHistogram = z.infer<typeof waitHistogramSchema>;

export const runPlanSchema = z.strictObject({
  /** The workload file's name, or null for flags and defaults alone. */
  workload: z.string().nullable(),
  /** Background VMs: they registered their irqfds and sleep. */
  vms: count,
  /** Burst VMs: created, held and destroyed round after round, a thread each. */
  burst: positive,
  irqfds: positive,
  rounds: positive,
  warmupRounds: count,
  holdNs: durationNs,
  /** `together`: a barrier starts every round. `free`: each VM runs on its own. */
  release: z.enum(['together', 'free']),
  strategy: strategySchema,
  producersPerVm: count,
  producerOrder: z.enum(['before', 'after']),
  /** What one connect, and one disconnect, costs in the callbacks. */
  connectCostNs: durationNs,
  /** How the callbacks pass that time: asleep, or with work for the CPU. */
  connectMode: z.enum(['spin', 'sleep']),
  connectFailureRate: z.number().min(0).max(1),
  background: z.enum(['state', 'threads']),
  /** CPU time of the phases around the registrations. */
  createCostNs: durationNs,
  irqchipCostNs: durationNs,
  destroyCostNs: durationNs,
  /** CPU time of each assign outside of the manager. */
  assignCostNs: durationNs.default(0),
  /** Empty where creating a VM waits for nothing; a simulated host may have one. */
  createWaits: waitHistogramSchema.default([]),
  /** What of the kernel around the manager's lock there is, in the order of `PHASES`; empty: bare. */
  phases: z.array(z.enum(phaseNames)).default([]),
  /** The least that a grace period of a VM's irqfds takes, and one that destroying VMs share. */
  irqGraceNs: durationNs.default(0),
  destroyGraceNs: durationNs.default(0),
  /** The kernel's clock tick, 1/HZ, which grace periods of RCU are counted in; 0: none is waited for. */
  tickNs: durationNs.default(0),
  seed: z.int().min(0).max(0xffff_ffff),
  /** NUMA nodes that the burst VMs are spread over, in equal runs: what NUMA-aware locks are told. */
  nodes: positive,
  /** A run without any progress for this long is ended; 0 waits for ever. */
  stallTimeoutNs: durationNs,
  /** `off`, a policy, or the CPUs the burst VMs are pinned to in turn. */
  pin: z.union([z.enum(['off', 'spread', 'compact']), z.array(count).min(1)]),
  fault: faultSchema.nullable(),
  /** Processes that the VMs are spread over, on backends that have them. */
  processes: positive.optional(),
});
export type RunPlan = Readonly<z.infer<typeof runPlanSchema>>;
