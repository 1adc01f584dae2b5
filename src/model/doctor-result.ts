import { z } from 'zod';

/** What `irqbench doctor` found. The one source of the type and the schema. */

export const DOCTOR_SCHEMA_VERSION = 1;

/** `ok`: as it should be; `note`: it works, with something to know; `missing`: it cannot be used. */
export const checkStatuses = ['ok', 'note', 'missing'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

export const checkSchema = z.strictObject({
  /** What was looked at: `open files`. */
  name: z.string(),
  status: z.enum(checkStatuses),
  finding: z.string(),
  /** What to do, where there is something. */
  remedy: z.string().nullable(),
});
export type Check = z.infer<typeof checkSchema>;

export const doctorResultSchema = z.strictObject({
  schemaVersion: z.literal(DOCTOR_SCHEMA_VERSION),
  tool: z.strictObject({ name: z.literal('irqbench'), version: z.string() }),
  checks: z.array(checkSchema),
});
export type DoctorResult = z.infer<typeof doctorResultSchema>;
