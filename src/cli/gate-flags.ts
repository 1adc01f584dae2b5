import type { RunMetric } from '../model/run-metric.js';
import { flagAttribute } from '../plan/option.js';
import { optionKeys, runOptions } from '../plan/options.js';
import type { FlagValues } from '../plan/resolve.js';
import type { BackendFlags } from './backend-option.js';
import type { GateReportFlags } from './gate-options.js';
import type { ThresholdFlags } from './threshold-options.js';

/** What `irqbench gate` is given, and how it is given again. */

export interface GateFlags extends GateReportFlags, BackendFlags, ThresholdFlags {
  readonly baseline?: string;
  readonly saveBaseline?: string;
  readonly allow?: readonly RunMetric[];
  readonly noise: number;
  readonly retries: number;
  readonly sessions?: number;
  readonly quiet?: true;
  readonly printPlan?: true;
  readonly debug?: true;
}

/** The options of a run that were given as flags. */
export function givenRunFlags(flags: FlagValues): string[] {
  return optionKeys.flatMap((key) => {
    const { name } = runOptions[key];
    return flags[flagAttribute(name)] === undefined ? [] : [`--${name}`];
  });
}

/**
 * The command that makes the same run the new baseline. A fault is left out: it is what a gate is
 * tried with.
 */
export function acceptCommand(
  flags: GateFlags & FlagValues,
  files: readonly string[],
  baseline: string,
): string {
  const words = ['irqbench', 'gate', '--save-baseline', baseline, ...files];
  const given = ['workload', 'backend', 'host', ...optionKeys.map((key) => runOptions[key].name)];
  for (const name of given.filter((name) => name !== 'fault')) {
    const value = flags[flagAttribute(name)];
    if (value !== undefined) words.push(`--${name}`, value);
  }
  return words.map(shellWord).join(' ');
}

/** Quoted where a POSIX shell would read it otherwise. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
