/** What `irqbench doctor` found: the shape of its JSON, and what its report is made from. */

export const DOCTOR_SCHEMA_VERSION = 1;

/** `ok`: as it should be; `note`: it works, with something to know; `missing`: it cannot be used. */
export type CheckStatus = 'ok' | 'note' | 'missing';

export interface Check {
  /** What was looked at: `open files`. */
  readonly name: string;
  readonly status: CheckStatus;
  readonly finding: string;
  /** What to do, where there is something. */
  readonly remedy: string | null;
}

export interface DoctorResult {
  readonly schemaVersion: typeof DOCTOR_SCHEMA_VERSION;
  readonly tool: { readonly name: 'irqbench'; readonly version: string };
  readonly checks: readonly Check[];
}
