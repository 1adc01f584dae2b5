import { z } from 'zod';
import { gridSize, valuesAt } from './grid.js';
import { METRIC } from './run-metric.js';
import { runPlanSchema } from './run-plan.js';
import {
  machineSchema,
  type RunResult,
  runResultSchema,
  SCHEMA_VERSION,
  warningSchema,
} from './run-result.js';

/** What a sweep found. The one source of the type, the check and the schema. */

const positive = z.int().min(1);
const metric = z.string().regex(METRIC);

export const sweepAxisSchema = z.strictObject({
  /** The option that varies, by its flag's name: `vms`. */
  option: z.string(),
  /** As `--vary` takes them. */
  values: z.array(z.string()).min(1),
  /** The same as numbers (times in nanoseconds); null where they are words. */
  numbers: z.array(z.number()).nullable(),
  /** Whether each number is the one before it, times something. */
  isGeometric: z.boolean(),
});
export type SweepAxis = z.infer<typeof sweepAxisSchema>;

/** A run without what its point says of it, and without the series of its rounds and VMs. */
export const runSummarySchema = runResultSchema.pick({
  seed: true,
  failure: true,
  warnings: true,
  timing: true,
  latency: true,
  lock: true,
  entryLock: true,
  work: true,
  connectCost: true,
  fairness: true,
  audit: true,
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export function summaryOf(result: RunResult): RunSummary {
  const keys = Object.keys(runSummarySchema.shape) as (keyof RunSummary)[];
  return Object.fromEntries(keys.map((key) => [key, result[key]])) as RunSummary;
}

/** Over the seeds of a point, in nanoseconds or as a count. */
export const figureSchema = z.strictObject({
  median: z.number(),
  min: z.number(),
  max: z.number(),
});
export type Figure = z.infer<typeof figureSchema>;

export const sweepPointSchema = z.strictObject({
  /** In the grid, from 1, the last axis running fastest. */
  index: positive,
  /** One of each axis. */
  values: z.array(z.string()),
  plan: runPlanSchema,
  /** Why a run of it failed, or null. */
  failure: z.string().nullable(),
  /** By metric; of the runs that did not fail, null where none has it. */
  figures: z.record(z.string(), figureSchema.nullable()),
  /** A run for each seed; with `keepsResults` whole results. */
  runs: z.array(z.union([runResultSchema, runSummarySchema])),
});
export type SweepPoint = z.infer<typeof sweepPointSchema>;

/** How a metric grows with an axis, where the others stand still. */
export const growthSchema = z.strictObject({
  metric,
  /** The axis, by its option. */
  along: z.string(),
  /** The values of the other axes, by their options. */
  at: z.record(z.string(), z.string()),
  /**
   * b of `metric = a × axis^b`, by least squares over the logarithms: 1 is in proportion, 0 is flat;
   * null where fewer than three points have the metric, or one of them has 0.
   */
  exponent: z.number().nullable(),
});
export type Growth = z.infer<typeof growthSchema>;

const sweepSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.literal('sweep'),
  tool: z.strictObject({ name: z.literal('irqbench'), version: z.string() }),
  backend: runResultSchema.shape.backend,
  environment: machineSchema,
  axes: z.array(sweepAxisSchema).min(1),
  /** Of the grid's first point; others differ in what the axes say. */
  plan: runPlanSchema,
  /** Runs of each point: with the seed of its plan, the one after it, and so on. */
  seeds: positive,
  /** What is shown, in this order. */
  metrics: z.array(metric).min(1),
  /** Whether runs are kept as whole results. */
  keepsResults: z.boolean(),
  /** Whose points these are: `shard` from 1; null where one process did all, or they were merged. */
  shard: z.strictObject({ shard: positive, of: positive }).nullable(),
  /** Whether points are missing that ought to be here. */
  partial: z.boolean(),
  /** How many points failed, and why the first one did; null where none did. */
  failure: z.string().nullable(),
  warnings: z.array(warningSchema),
  /** In the order of the grid. */
  points: z.array(sweepPointSchema),
  growth: z.array(growthSchema),
});
export type SweepResult = z.infer<typeof sweepSchema>;

export const sweepResultSchema = sweepSchema.superRefine(({ axes, points, shard }, context) => {
  const wrong = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  if (shard !== null && shard.shard > shard.of) wrong(['shard'], 'is beyond the last');
  for (const [at, { index, values }] of points.entries()) {
    const before = points[at - 1]?.index ?? 0;
    const isThere = index > before && index <= gridSize(axes);
    const isOwn = shard === null || (index - shard.shard) % shard.of === 0;
    if (!isThere || !isOwn) wrong(['points', at, 'index'], 'is not the next point of the grid');
    else if (valuesAt(axes, index).join('\n') !== values.join('\n'))
      wrong(['points', at, 'values'], 'are not those of the grid');
  }
});
