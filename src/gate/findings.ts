import type { IrqbenchError } from '../errors.js';
import { type GateCheck, type GateResult, isFailure } from '../model/gate-result.js';
import { SCHEMA_VERSION } from '../model/run-result.js';
import { VERSION } from '../version.js';
import type { HeldResult, Prospect } from './gate.js';
import type { Refusal } from './hold.js';

/** What was found of each run, as one result. */

export interface Held extends HeldResult {
  readonly prospect: Prospect;
  readonly checks: readonly GateCheck[];
  /** Thresholds that the figures cannot tell. */
  readonly untold: readonly IrqbenchError[];
  /** Why a run of it failed, and whether one was cut short. */
  readonly failure: string | null;
  readonly partial: boolean;
}

/**
 * @param baseline the file, or null where thresholds alone were held
 * @param accept the command that makes what was found the new baseline, where there is one
 */
export function gateResultOf(
  held: readonly Held[],
  baseline: string | null,
  accept: string | null,
): GateResult {
  const checks = held.flatMap((one) => one.checks);
  const failed = held.find(({ failure }) => failure !== null);
  const partial = held.some((one) => one.partial);
  const differs = checks.some(
    ({ evidence, verdict }) => evidence !== 'absolute' && verdict !== 'held',
  );
  const isWhole = failed === undefined && !partial;
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'gate',
    tool: { name: 'irqbench', version: VERSION },
    baseline,
    passed: isWhole && !checks.some(({ verdict }) => isFailure(verdict)),
    partial,
    failure: failed ? `${failed.label}: ${failed.failure}` : null,
    warnings: [],
    checks,
    refused: mergedRefusals(held),
    accept: differs && isWhole ? accept : null,
    runs: held.map(({ label, file, result }) => ({ label, file, result })),
  };
}

/** Each kind of evidence once, with everything that kept it from being held. */
function mergedRefusals(held: readonly Held[]): Refusal[] {
  const merged = new Map<Refusal['evidence'], Set<string>>();
  for (const { evidence, differences } of held.flatMap(({ prospect }) => prospect.refused)) {
    const all = merged.get(evidence) ?? new Set();
    for (const difference of differences) all.add(difference);
    merged.set(evidence, all);
  }
  return [...merged].map(([evidence, all]) => ({ evidence, differences: [...all] }));
}
