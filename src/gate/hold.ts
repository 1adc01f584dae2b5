import type { Baseline, Fingerprint } from '../model/baseline.js';
import type { EvidenceKind, GateResult } from '../model/gate-result.js';
import type { AnyResult } from '../model/real-result.js';
import { machineDifferences, runDifferences, type SpellPlan } from './fingerprint.js';

/** Which evidence of a baseline a run can be held against at all. */

export type Refusal = GateResult['refused'][number];

/** What is about to be run, or was. */
export interface Subject {
  readonly backend: string;
  readonly host: Baseline['host'];
  readonly plan: AnyResult['plan'];
  /** Where it is measured, beside which yardstick; null of a result that was saved. */
  readonly clock: { readonly machine: Fingerprint; readonly yardstick: number } | null;
}

/** Why each kind of evidence that the baseline has cannot be held against; those that can are left out. */
export function refusals(baseline: Baseline, subject: Subject, spell: SpellPlan): Refusal[] {
  const has: EvidenceKind[] = [];
  if (baseline.deterministic.length > 0) has.push('deterministic');
  if (baseline.clock !== null) has.push('statistical');
  const differences =
    subject.plan === null
      ? ['what was run is not known']
      : runDifferences(baseline, { ...subject, plan: subject.plan }, spell);
  return has.flatMap((evidence) => {
    const all =
      evidence === 'statistical' && differences.length === 0
        ? clockDifferences(baseline, subject)
        : differences;
    return all.length === 0 ? [] : [{ evidence, differences: all }];
  });
}

function clockDifferences({ clock: was }: Baseline, { clock: now }: Subject): string[] {
  if (was === null) return [];
  if (now === null) return ['a saved result was not measured beside a yardstick'];
  const { version } = was.yardstick;
  return [
    ...machineDifferences(was.machine, now.machine),
    ...(version === now.yardstick
      ? []
      : [`the yardstick is version ${version} in the baseline, ${now.yardstick} here`]),
  ];
}
