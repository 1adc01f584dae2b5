import { z } from 'zod';
import { type HostProfile, hostProfileSchema } from './host-profile.js';
import { runPlanSchema } from './run-plan.js';

/**
 * What a run measured, whatever the backend. This schema is the one source of the type, of the
 * check on a file that is read back, and of the JSON Schema that is published.
 */

export const SCHEMA_VERSION = 1;

const count = z.int().min(0);
const ns = z.number().min(0);

/** Whole nanoseconds, both ends included; `highNs` is null where there is no upper end. */
export const rangeSchema = z.strictObject({ lowNs: ns, highNs: ns.nullable() });
export type Range = z.infer<typeof rangeSchema>;

/** How many samples lie in a range: a row of a histogram that somebody else counted. */
export const bucketSchema = rangeSchema.extend({ count });
export type Bucket = z.infer<typeof bucketSchema>;

/**
 * A distribution of latencies. Everything is null (or absent) where there is no sample. One that
 * was read from a histogram is bucketed: it has no percentiles but ranges that they lie in.
 */
export const latencySummarySchema = z.strictObject({
  count,
  minNs: ns.nullable(),
  meanNs: ns.nullable(),
  maxNs: ns.nullable(),
  /** By percentile (`"99.9"`); null where n (1 - p) < 5, so where the samples cannot tell. */
  percentiles: z.record(z.string(), ns.nullable()),
  /** The HDR histogram (3 significant digits), compressed, in base64. */
  hdr: z.string().nullable(),
  /** Of a bucketed one: its histogram, ascending. */
  buckets: z.array(bucketSchema).optional(),
  /** Of a bucketed one, instead of `percentiles`: where each lies. */
  percentileRanges: z.record(z.string(), rangeSchema.nullable()).optional(),
  /** Of a bucketed one whose mean is not known to the nanosecond: where it lies. */
  meanRange: rangeSchema.optional(),
});
export type LatencySummary = z.infer<typeof latencySummarySchema>;

/** The short form, for series: one round, or one VM. */
export const sampleStatsSchema = z.strictObject({
  count,
  minNs: ns.nullable(),
  meanNs: ns.nullable(),
  medianNs: ns.nullable(),
  /** Null where fewer than 100 samples cannot tell. */
  p95Ns: ns.nullable(),
  maxNs: ns.nullable(),
});
export type SampleStats = z.infer<typeof sampleStatsSchema>;

export const environmentSchema = z.strictObject({
  cpuModel: z.string(),
  cpus: z.int().min(1),
  /** CPUs' worth of time the control group allows, or null where it sets no limit. */
  cpuQuota: z.number().nullable(),
  memoryBytes: count,
  platform: z.string(),
  arch: z.string(),
  kernel: z.string(),
  node: z.string(),
  v8: z.string(),
  /** One-minute load average before the run; null where the platform has none. */
  loadAverage: z.number().nullable(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** Where a result is from: the machine that it was measured on, or the one that was simulated. */
export const machineSchema = z.union([environmentSchema, hostProfileSchema]);
export type Machine = Environment | HostProfile;

export function isSimulated(machine: Machine): machine is HostProfile {
  return 'topology' in machine;
}

export const warningSchema = z.strictObject({
  /** A stable name, for machines: `too-few-samples`, `oversubscribed` … */
  code: z.string(),
  /** What is wrong. */
  message: z.string(),
  /** What to do about it. */
  remedy: z.string(),
});
export type Warning = z.infer<typeof warningSchema>;

export const latencyNames = ['register', 'deregister', 'vmReady'] as const;
export type LatencyName = (typeof latencyNames)[number];

/** Whole calls of KVM's, which are more than the manager's part where a run has phases around it. */
export const callNames = ['deassign', 'destroy'] as const;
export type CallName = (typeof callNames)[number];

export const lockStatisticsSchema = z.strictObject({
  acquisitions: count,
  /** Acquisitions that took the slow path; the wait figures are of these alone. */
  contended: count,
  waitTotalNs: ns,
  waitMeanNs: ns.nullable(),
  waitMaxNs: ns,
  /** Times a thread went to sleep for the lock. */
  parks: count,
  /** Times a release woke a sleeper. */
  wakes: count,
});
export type LockStatistics = z.infer<typeof lockStatisticsSchema>;

export const runResultSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.strictObject({ name: z.literal('irqbench'), version: z.string() }),
  backend: z.enum(['threads', 'sim']),
  plan: runPlanSchema,
  seed: z.int(),
  environment: machineSchema,
  timer: z.strictObject({ source: z.string(), overheadNs: ns, resolutionNs: ns }).nullable(),
  /** True where the run ended before its plan did. */
  partial: z.boolean(),
  /** Why the run failed, or null: a partial result without a failure was interrupted. */
  failure: z.string().nullable(),
  warnings: z.array(warningSchema),
  /** Metric paths that repeat exactly with the same plan and seed, on any machine. */
  deterministic: z.array(z.string()),
  timing: z.strictObject({
    /** Laying out the background VMs; takes no virtual time. */
    setupNs: ns,
    /** Starting the burst VMs and compiling their code; takes no virtual time. */
    startNs: ns,
    /** From the first round's start to the last VM's end, warm-up included. */
    runNs: ns,
    /** CPU time of the whole process during the run, all threads; of the simulated ones alone. */
    cpuNs: ns,
  }),
  latency: z.strictObject({
    /** One `registerConsumer`, as the reproducer times `KVM_IRQFD`. */
    register: latencySummarySchema,
    /** One `unregisterConsumer`, whichever thread calls it. */
    deregister: latencySummarySchema,
    /** From a VM's first registration begun to its last one done. */
    vmReady: latencySummarySchema,
    /** A whole deassign: queue, flush and grace period with the deregistration in it. */
    deassign: latencySummarySchema.optional(),
    /** A VM's end: flush, `destroyCostNs` and the grace period that all share. */
    destroy: latencySummarySchema.optional(),
  }),
  /** The locks of the manager's tables together. */
  lock: lockStatisticsSchema,
  /** Those of the tokens' entries, which connects outside are made under; null where there are none. */
  entryLock: lockStatisticsSchema.nullable(),
  work: z.strictObject({
    registrations: count,
    deregistrations: count,
    /** List nodes or tree nodes looked at. */
    nodesVisited: count,
    connects: count,
    disconnects: count,
    connectFailures: count,
    /** Irqfds that never met the manager: bypass is off, or they opted out. */
    optedOut: count,
    /** Callbacks that ran inside a lock of the tables: none where connects are outside. */
    callbacksUnderLock: count,
    /** The manager's WARN_ON: what a correct caller never sees. */
    warnings: count,
    /** Registrations that were refused, by errno name. */
    errors: z.record(z.string(), count),
  }),
  /** What a connect's callbacks were asked to take, and what they took. */
  connectCost: z.strictObject({ askedNs: ns, paid: count, achievedMeanNs: ns.nullable() }),
  fairness: z.strictObject({
    /** Jain's index over the VMs' mean registration latency: 1 is even, 1/n is one VM alone. */
    jain: z.number().nullable(),
    /** The slowest VM's mean over the fastest VM's. */
    slowestToFastest: z.number().nullable(),
  }),
  audit: z.strictObject({ damage: count, findings: z.array(z.string()) }),
  rounds: z.array(
    z.strictObject({
      round: z.int().min(1),
      register: sampleStatsSchema,
      deregister: sampleStatsSchema,
      vmReady: sampleStatsSchema,
    }),
  ),
  vms: z.array(
    z.strictObject({
      vm: count,
      register: sampleStatsSchema,
      deregister: sampleStatsSchema,
      vmReady: sampleStatsSchema,
    }),
  ),
});
export type RunResult = z.infer<typeof runResultSchema>;
