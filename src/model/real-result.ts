import { z } from 'zod';
import { runPlanSchema } from './run-plan.js';
import {
  environmentSchema,
  latencySummarySchema,
  lockStatisticsSchema,
  runResultSchema,
} from './run-result.js';

/**
 * A result of a real kernel: measured through /dev/kvm, or read from what a tracer printed. It has
 * the shape of a run's result; what only irqbench's own manager can tell is null.
 */

const count = z.int().min(0);
const ns = z.number().min(0);

/** What a run on /dev/kvm has beyond others. */
export const kvmFactsSchema = z.strictObject({
  device: z.string(),
  apiVersion: z.int(),
  /** Processes that the VMs were spread over: each has an address space of its own. */
  processes: z.int().min(1),
  /** One call into the kernel that does nothing, an ioctl on no descriptor; not subtracted. */
  foreignCallNs: ns,
  /** Whether KVM registered the irqfds with the bypass manager; null where it does not say. */
  bypassInUse: z.boolean().nullable(),
  createVm: latencySummarySchema,
  createIrqchip: latencySummarySchema,
  /** Closing the VM's last descriptor. */
  destroyVm: latencySummarySchema,
  /**
   * Open descriptors of all processes together, before the first VM and after the last; null where
   * a process was ended before it could say.
   */
  descriptors: z.strictObject({ before: count, after: count }).nullable(),
});
export type KvmFacts = z.infer<typeof kvmFactsSchema>;

export const traceTools = [
  'funclatency',
  'bpftrace',
  'perf lock contention',
  'kvm_irqfd_fork',
] as const;
export type TraceTool = (typeof traceTools)[number];

/** Where an imported result comes from. */
export const importedFactsSchema = z.strictObject({
  file: z.string(),
  tools: z.array(z.enum(traceTools)),
  /** Which traced function each latency is of; null where there is none. */
  functions: z.strictObject({
    register: z.string().nullable(),
    deregister: z.string().nullable(),
    vmReady: z.string().nullable(),
  }),
  /** Everything that was traced besides. */
  others: z.array(z.strictObject({ name: z.string(), latency: latencySummarySchema })),
  /** Lines that say nothing irqbench can read, up to ten of them. */
  unread: z.strictObject({
    count,
    lines: z.array(z.strictObject({ line: z.int().min(1), text: z.string() })),
  }),
});
export type ImportedFacts = z.infer<typeof importedFactsSchema>;

/** What is known of a lock from outside: who waited, not who came and went. */
export const outsideLockSchema = lockStatisticsSchema.extend({
  acquisitions: count.nullable(),
  waitMaxNs: ns.nullable(),
  parks: count.nullable(),
  wakes: count.nullable(),
  /** The kind of lock, as perf names it. */
  type: z.string(),
});

export const realResultSchema = runResultSchema.extend({
  backend: z.enum(['kvm', 'imported']),
  plan: runPlanSchema.nullable(),
  seed: z.int().nullable(),
  environment: environmentSchema.nullable(),
  timing: runResultSchema.shape.timing.nullable(),
  lock: outsideLockSchema.nullable(),
  entryLock: z.null(),
  work: z.null(),
  connectCost: z.null(),
  audit: runResultSchema.shape.audit.nullable(),
  kvm: kvmFactsSchema.nullable(),
  imported: importedFactsSchema.nullable(),
});
export type RealResult = z.infer<typeof realResultSchema>;

/** A result of one run, whatever it ran on. */
export const anyResultSchema = z.union([runResultSchema, realResultSchema]);
export type AnyResult = z.infer<typeof anyResultSchema>;

export function isReal(result: AnyResult): result is RealResult {
  return result.work === null;
}
