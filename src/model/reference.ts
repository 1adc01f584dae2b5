import { z } from 'zod';
import { lockNames } from './algorithm-names.js';

/**
 * A published measurement that the simulator is held against: its source, the scenario that is
 * taken to be the one that was measured, and the figures that count, each with how far a
 * prediction may be off.
 */

const text = z.string().min(1);
const positive = z.int().min(1);
const ns = z.number().min(0);

/** Where a figure of a scenario is from, as in a host's profile. */
const sourced = <T extends z.ZodType>(value: T) =>
  z
    .strictObject({
      value,
      source: text.optional(),
      fitted: text.optional(),
      assumed: text.optional(),
    })
    .refine(
      ({ source, fitted, assumed }) => [source, fitted, assumed].filter(Boolean).length === 1,
      { error: 'has not exactly one of source, fitted and assumed' },
    );

/** What makes a prediction good enough. */
const toleranceSchema = z.union([
  /** A share of the published figure, either way. */
  z.strictObject({ within: z.number().positive() }),
  /** Percentage points, of a share. */
  z.strictObject({ points: z.number().positive() }),
  /** The published figure may be this many times too large or too small. */
  z.strictObject({ factor: z.number().min(1) }),
  /** Bounds, in the unit of the figure. */
  z.strictObject({ from: z.number(), to: z.number() }),
]);
export type Tolerance = z.infer<typeof toleranceSchema>;

const judged = { name: text, published: z.number().min(0), tolerance: toleranceSchema };

/** A figure of a run's result. */
const runFigureSchema = z.discriminatedUnion('of', [
  z.strictObject({
    ...judged,
    of: z.enum(['register.meanNs', 'register.maxNs', 'lock.waitMeanNs', 'lock.waitMaxNs']),
  }),
  z.strictObject({
    ...judged,
    /** The share of registrations that took from so long to so long, both powers of two. */
    of: z.literal('register.share'),
    fromNs: positive,
    toNs: positive,
  }),
]);
export type RunFigure = z.infer<typeof runFigureSchema>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** Run options by their names, as in a workload file. */
const optionsSchema = z.record(z.string(), scalar);
export type ReferenceOptions = z.infer<typeof optionsSchema>;

/** A run of VMs on a simulated host. */
const runScenarioSchema = z.strictObject({
  kind: z.literal('run'),
  options: optionsSchema,
  /** Options that the source does not give: a map of results over these values is all there is. */
  unpublished: z.record(z.string(), z.array(scalar).min(1)).default({}),
  figures: z.array(runFigureSchema).min(1),
});

const tortureFigureSchema = z.discriminatedUnion('of', [
  z.strictObject({
    ...judged,
    of: z.literal('sections'),
    lock: z.enum(lockNames),
    threads: positive,
  }),
  z.strictObject({
    ...judged,
    /** How many times as many sections `lock` does as `than`. */
    of: z.literal('ratio'),
    lock: z.enum(lockNames),
    than: z.enum(lockNames),
    threads: positive,
  }),
]);
export type TortureFigure = z.infer<typeof tortureFigureSchema>;

/** Threads that do nothing but fight for one lock: see `locks/torture.ts`. */
const tortureScenarioSchema = z.strictObject({
  kind: z.literal('torture'),
  insideNs: sourced(ns),
  outsideNs: sourced(ns),
  delayNs: sourced(ns),
  /** A section in so many times the threads is delayed. */
  delayOnceInThreadsTimes: sourced(positive),
  startWithinNs: sourced(ns),
  /** Hand-offs within a node before `cna` must let another node in. */
  cnaLocalHandOffs: sourced(positive),
  /** How long was measured, and what of it is simulated. */
  publishedForNs: sourced(ns),
  simulatedForNs: z.number().positive(),
  figures: z.array(tortureFigureSchema).min(1),
});

export const referenceSchema = z.strictObject({
  name: text,
  /** One line: what was measured, and on what. */
  description: text,
  /** Where it was published. */
  source: text,
  /** A packaged host. */
  host: text,
  scenario: z.discriminatedUnion('kind', [runScenarioSchema, tortureScenarioSchema]),
  /** Which parameters were fitted to which figures: those are shown and are no predictions. */
  fitted: z
    .array(
      z.strictObject({
        /** `host.kernel.destroyGraceNs`, `scenario.insideNs`. */
        parameter: z.string().regex(/^(host|scenario)(\.\w+)+$/),
        /** By their names. */
        to: z.array(text).min(1),
      }),
    )
    .default([]),
  /** What was published as well and goes into the host's profile, or is of no use here. */
  notes: z.array(text).default([]),
});
export type Reference = z.infer<typeof referenceSchema>;
export type RunScenario = Extract<Reference['scenario'], { kind: 'run' }>;
export type TortureScenario = Extract<Reference['scenario'], { kind: 'torture' }>;
export type ReferenceFigure = RunFigure | TortureFigure;
