import { z } from 'zod';

/**
 * The validated, fully resolved description of one run. `plan/` makes it, the backends carry it
 * out, every result repeats it. Units are in the names; counts are plain integers.
 */

const count = z.int().min(0);
const positive = z.int().min(1);
const durationNs = z.number().min(0);

/** A strategy is a point on five axes (index × lock × scope × connect × bypass) with a name. */
export const strategySchema = z.strictObject({
  /** The preset it is equal to, or `index+lock` where no preset is. */
  name: z.string(),
  index: z.enum(['list', 'xarray']),
  lock: z.enum(['mutex']),
  scope: z.enum(['global']),
  connect: z.enum(['inside']),
  bypass: z.enum(['on']),
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
  connectFailureRate: z.number().min(0).max(1),
  background: z.enum(['state', 'threads']),
  /** CPU time of the phases around the registrations. */
  createCostNs: durationNs,
  irqchipCostNs: durationNs,
  destroyCostNs: durationNs,
  seed: z.int().min(0).max(0xffff_ffff),
  /** `off`, a policy, or the CPUs the burst VMs are pinned to in turn. */
  pin: z.union([z.enum(['off', 'spread', 'compact']), z.array(count).min(1)]),
  fault: faultSchema.nullable(),
});
export type RunPlan = Readonly<z.infer<typeof runPlanSchema>>;
