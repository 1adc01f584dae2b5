import { z } from 'zod';
import { roundMetrics } from './compare-result.js';
import { METRIC } from './run-metric.js';
import { runPlanSchema } from './run-plan.js';
import { runResultSchema, SCHEMA_VERSION } from './run-result.js';
import { runSummarySchema } from './sweep-result.js';

/** What later runs are held against. The one source of the type, the check and the schema. */

/** What of a machine decides how its clock's figures compare with others. */
export const fingerprintSchema = z.strictObject({
  cpuModel: z.string(),
  cpus: z.int().min(1),
  cpuQuota: z.number().nullable(),
  platform: z.string(),
  arch: z.string(),
  kernel: z.string(),
  node: z.string(),
  v8: z.string(),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** A figure of each round of a session, as a multiple of the yardstick's in the same round. */
export const sessionSchema = z.partialRecord(
  z.enum(roundMetrics),
  z.array(z.number().positive().max(1e12)).min(1),
);
export type Session = z.infer<typeof sessionSchema>;

export const baselineSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.literal('baseline'),
  tool: z.strictObject({ name: z.literal('irqbench'), version: z.string() }),
  /** SHA-256 of all else, in hex: a baseline that was changed since is none. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  backend: runResultSchema.shape.backend,
  /** The host that was simulated, and SHA-256 of its profile; null where none was. */
  host: z.strictObject({ name: z.string(), digest: z.string() }).nullable(),
  plan: runPlanSchema,
  /** Metrics of `figures` that repeat to the digit wherever the plan is run again. */
  deterministic: z.array(z.string().regex(METRIC)),
  /** Of one run: what metrics are read from, thresholds' `base` too. */
  figures: runSummarySchema,
  /** Figures of the clock; null where the clock is virtual, or they come from a saved result. */
  clock: z
    .strictObject({
      machine: fingerprintSchema,
      yardstick: z.strictObject({ version: z.int(), nodes: z.int().min(1).max(1e9) }),
      /** Each on fresh threads and memory. */
      sessions: z.array(sessionSchema).min(1),
    })
    .nullable(),
});
export type Baseline = z.infer<typeof baselineSchema>;
export type ClockBaseline = NonNullable<Baseline['clock']>;
