import { z } from 'zod';
import { referenceSchema } from './reference.js';
import { SCHEMA_VERSION } from './run-result.js';

/** What `irqbench fidelity` found: predicted beside published, figure by figure. */

const settingsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const figureOutcomeSchema = z.strictObject({
  name: z.string(),
  published: z.number(),
  /** In the order of the seeds; fewer where it was interrupted. */
  values: z.array(z.number()),
  /** Of the values, like the range; null of none. */
  median: z.number().nullable(),
  lowest: z.number().nullable(),
  highest: z.number().nullable(),
  /** The median over the published figure; null where that is 0. */
  ratio: z.number().nullable(),
  /** Whether the median is within the reference's tolerance; null of no values. */
  isWithin: z.boolean().nullable(),
  /** The parameters that were fitted to it: then it is no prediction. */
  fittedBy: z.array(z.string()),
});
export type FigureOutcome = z.infer<typeof figureOutcomeSchema>;

const figures = z.array(figureOutcomeSchema);

export const referenceOutcomeSchema = z.strictObject({
  reference: referenceSchema,
  /** The fitted parameters with their values. */
  parameters: z.array(z.strictObject({ parameter: z.string(), value: z.number() })),
  /** Empty where the source leaves options open. */
  figures,
  /** How the figures move when one fitted parameter is changed, if that was asked for. */
  sensitivity: z.array(
    z.strictObject({ parameter: z.string(), factor: z.number(), value: z.number(), figures }),
  ),
  /** The figures over the options that the source leaves open. */
  map: z.array(z.strictObject({ settings: settingsSchema, figures })),
});
export type ReferenceOutcome = z.infer<typeof referenceOutcomeSchema>;

export const fidelityResultSchema = z.strictObject({
  kind: z.literal('fidelity'),
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.strictObject({ name: z.literal('irqbench'), version: z.string() }),
  seeds: z.array(z.int()),
  /** True where it was interrupted. */
  partial: z.boolean(),
  references: z.array(referenceOutcomeSchema),
});
export type FidelityResult = z.infer<typeof fidelityResultSchema>;
