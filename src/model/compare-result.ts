import { z } from 'zod';
import { anyResultSchema } from './real-result.js';
import { latencyNames, machineSchema, SCHEMA_VERSION, warningSchema } from './run-result.js';

/** What a comparison of strategies found. The one source of the type, the check and the schema. */

/** What one round says of a latency: the figures of `SampleStats`. */
export const roundFigures = ['min', 'mean', 'p50', 'p95', 'max'] as const;
export type RoundFigure = (typeof roundFigures)[number];

/** `register.p50`: a figure that every round of a run has, so that rounds can be compared. */
export const roundMetrics = latencyNames.flatMap((name) =>
  roundFigures.map((figure) => `${name}.${figure}` as const),
);
export type RoundMetric = (typeof roundMetrics)[number];

export const verdicts = ['faster', 'slower', 'no difference shown', 'cannot tell'] as const;
export type Verdict = (typeof verdicts)[number];

const ns = z.number().min(0);

export const comparisonSchema = z.strictObject({
  metric: z.enum(roundMetrics),
  /** The strategy that is compared, and the one it is compared with. */
  label: z.string(),
  reference: z.string(),
  /** Rounds that had the figure. */
  rounds: z.int().min(0),
  referenceRounds: z.int().min(0),
  /** Median over the rounds. */
  ns: ns.nullable(),
  referenceNs: ns.nullable(),
  /**
   * `ns` over `referenceNs`, with its bootstrap interval. Null where either is missing or a round
   * has 0; the interval's ends are null where there are too few rounds to tell them.
   */
  ratio: z.strictObject({ value: ns, low: ns.nullable(), high: ns.nullable() }).nullable(),
  /** Two-sided Mann-Whitney over the rounds, before the correction for their number. */
  p: z.number().min(0).max(1).nullable(),
  /** The same after Holm's correction over all comparisons of this result. */
  pAdjusted: z.number().min(0).max(1).nullable(),
  /** In words, and why: `reason` is a fragment of a sentence, without its full stop. */
  verdict: z.enum(verdicts),
  reason: z.string(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const compareResultSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.literal('compare'),
  tool: z.strictObject({ name: z.literal('irqbench'), version: z.string() }),
  seed: z.int(),
  /** Of the machine that it was measured on; null where all results were read from traces. */
  environment: machineSchema.nullable(),
  /** Effects up to this share are the machine's; 0.05 is 5 %. */
  noise: z.number().min(0),
  /** The level of the rank test, for all comparisons together, and of the intervals. */
  significance: z.number(),
  confidence: z.number(),
  partial: z.boolean(),
  failure: z.string().nullable(),
  warnings: z.array(warningSchema),
  /** The strategies' labels in the order they took in each round, warm-up first; empty in a simulation. */
  order: z.array(z.array(z.string())),
  /** The reference first. */
  runs: z.array(
    z.strictObject({
      label: z.string(),
      /** The file that a result was read from, or null where it was measured here. */
      file: z.string().nullable(),
      result: anyResultSchema,
    }),
  ),
  comparisons: z.array(comparisonSchema),
});
export type CompareResult = z.infer<typeof compareResultSchema>;
