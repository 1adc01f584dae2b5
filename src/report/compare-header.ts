import type { CompareResult } from '../model/compare-result.js';
import type { RunPlan } from '../model/run-plan.js';
import type { Machine } from '../model/run-result.js';
import { type Item, oneLine } from './content.js';
import {
  type Backend,
  describeMachine,
  describePlan,
  describePoint,
  ownManager,
} from './header.js';

/** Which strategies were compared where: what stands above the figures of a comparison. */

/** One of the strategies; what it does not say is the comparison's. */
export interface Subject {
  readonly label: string;
  /** Null of a trace. */
  readonly plan: RunPlan | null;
  readonly environment?: Machine | null;
  readonly backend?: Backend;
}

export interface CompareHeader {
  /** The strategies, the reference first. */
  readonly subject: string;
  /** The machine, and what all plans have in common. */
  readonly setting: string;
  /** By label: the strategy's axes, and what sets its plan, backend or machine apart. */
  readonly strategies: readonly Item[];
}

/** What all descriptions say. */
export function inCommon(descriptions: readonly (readonly string[])[]): string[] {
  return (descriptions[0] ?? []).filter((part) =>
    descriptions.every((parts) => parts.includes(part)),
  );
}

/** The header of a comparison that is done: its runs may come from several machines. */
export function headerOf({ environment, runs }: CompareResult): CompareHeader {
  const subjects = runs.map(({ label, result }) => ({
    label,
    plan: result.plan,
    environment: result.environment,
    backend: result.backend,
  }));
  const measured = subjects.find(({ plan }) => plan !== null) ?? subjects[0];
  return compareHeader(subjects, environment, measured?.backend ?? 'threads');
}

const OF_A_TRACE = 'a trace of a real kernel: figures are the ranges that they lie in';

/** @param subjects the reference first */
export function compareHeader(
  subjects: readonly Subject[],
  environment: Machine | null,
  backend: Backend,
): CompareHeader {
  const machine = environment === null ? 'traces of real kernels' : describeMachine(environment);
  const plans = subjects.map(({ plan }) => (plan === null ? [] : describePlan(plan)));
  const common = inCommon(plans.filter((parts) => parts.length > 0));
  const names = subjects.map(({ label }, at) => oneLine(label) + (at === 0 ? ' (reference)' : ''));
  return {
    subject: `irqbench compare · ${names.join(', ')} · backend ${backend}`,
    setting: [machine, ...(common.length > 0 ? [common.join(', ')] : [])].join('; '),
    strategies: subjects.map((subject, at) => {
      if (subject.plan === null) return { name: oneLine(subject.label), value: OF_A_TRACE };
      const { strategy } = subject.plan;
      const isKvm = subject.backend === 'kvm' && subject.environment;
      const axes = isKvm ? ownManager(isKvm) : describePoint(strategy);
      const own = plans[at]?.filter((part) => !common.includes(part)) ?? [];
      const elsewhere = subject.environment ? describeMachine(subject.environment) : machine;
      const value = [
        isKvm || subject.label === strategy.name ? axes : `${oneLine(strategy.name)} (${axes})`,
        ...(own.length > 0 ? [own.join(', ')] : []),
        ...((subject.backend ?? backend) === backend ? [] : [`backend ${subject.backend}`]),
        ...(elsewhere === machine ? [] : [`on ${elsewhere}`]),
      ];
      return { name: oneLine(subject.label), value: value.join('; ') };
    }),
  };
}
