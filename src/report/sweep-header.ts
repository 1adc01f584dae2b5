import { gridSize } from '../model/grid.js';
import type { RunPlan, Strategy } from '../model/run-plan.js';
import { spellIndex, spellScope } from '../model/spelling.js';
import type { SweepResult } from '../model/sweep-result.js';
import { counted, formatCount } from '../units.js';
import { inCommon } from './compare-header.js';
import { type Item, oneLine } from './content.js';
import {
  describeCrowd,
  describeMachine,
  describePlan,
  describePoint,
  type Whole,
} from './header.js';

/** What was swept where: what stands above the figures of a sweep. */

/** What of a sweep is known before its first point is run. */
export type SweepSubject = Pick<
  SweepResult,
  'axes' | 'backend' | 'environment' | 'seeds' | 'shard'
> & {
  /** Those of the points; without any, of what they would be. */
  readonly plans: readonly RunPlan[];
};

export interface SweepHeader {
  readonly subject: string;
  /** The machine, and what all points have in common. */
  readonly setting: string;
  /** The axes with their values. */
  readonly axes: readonly Item[];
}

export function sweepHeader(sweep: SweepSubject): SweepHeader {
  const { axes, backend, environment, plans, seeds, shard } = sweep;
  const each = seeds === 1 ? '' : `, ${counted(seeds, 'seed')} each`;
  const share = shard === null ? '' : ` · shard ${shard.shard}/${shard.of}`;
  const points = counted(gridSize(axes), 'point');
  const options = axes.map(({ option }) => option).join(' x ');
  const machine = describeMachine(environment);
  return {
    subject: oneLine(`irqbench sweep · ${options} · ${points}${each}${share} · backend ${backend}`),
    setting: [machine, settingOf(plans).join(', ')].join('; '),
    axes: axes.map(({ option, values }) => ({ name: oneLine(option), value: valueList(values) })),
  };
}

export function headerOfSweep(result: SweepResult): SweepHeader {
  const plans = result.points.map(({ plan }) => plan);
  return sweepHeader({ ...result, plans: plans.length > 0 ? plans : [result.plan] });
}

function settingOf(plans: readonly RunPlan[]): string[] {
  return [
    ...shared(plans.map(({ strategy }) => describeStrategy(strategy))),
    ...shared(plans.map(describeCrowd)),
    ...inCommon(plans.map((plan) => describePlan(plan).slice(1))),
  ];
}

/** What is the same as a whole is said as one, else those of its parts that are. */
function shared(descriptions: readonly Whole[]): readonly string[] {
  const wholes = new Set(descriptions.map(({ whole }) => whole));
  return wholes.size === 1 ? [...wholes] : inCommon(descriptions.map(({ parts }) => parts));
}

function describeStrategy(strategy: Strategy): Whole {
  return {
    whole: `${oneLine(strategy.name)} (${describePoint(strategy)})`,
    parts: [
      `index ${oneLine(spellIndex(strategy))}`,
      `lock ${oneLine(strategy.lock)}`,
      `scope ${spellScope(strategy)}`,
      `connect ${strategy.connect}`,
      `bypass ${strategy.bypass}`,
    ],
  };
}

const MOST_LISTED = 12;

function valueList(values: readonly string[]): string {
  if (values.length <= MOST_LISTED) return oneLine(values.join(', '));
  const first = values.slice(0, MOST_LISTED - 2).join(', ');
  return oneLine(`${first} … ${values.at(-1)} (${formatCount(values.length)} values)`);
}
