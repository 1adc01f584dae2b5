import type { Workload } from './workload-file.js';

/** Thresholds as they were given, which nobody has read yet. */
export interface GivenThreshold {
  readonly text: string;
  /** How error messages name the place: `--fail-if`, or `file.yaml:3:7 thresholds`. */
  readonly where: string;
  /** `flag --fail-if`, or `workload smoke:4`. */
  readonly source: string;
}

/** The flag's name without its dashes. */
export const FAIL_IF = 'fail-if';

/** Those of the workload, then those of the flag: a flag adds to a workload's, and takes none away. */
export function givenThresholds(
  flags: readonly string[],
  workload: Workload | null,
): GivenThreshold[] {
  const ofWorkload = (workload?.thresholds ?? []).map(({ value, line, where }) => ({
    text: value,
    where,
    source: `workload ${workload?.name}:${line}`,
  }));
  const flag = `--${FAIL_IF}`;
  const ofFlags = flags.map((text) => ({
    text: text.trim(),
    where: flag,
    source: `flag ${flag}`,
  }));
  return [...ofWorkload, ...ofFlags];
}
