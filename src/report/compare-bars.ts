import { formatNs } from '../units.js';
import { type Bar, barRows, scaleOf } from './bars.js';
import type { MetricGroup } from './compare-content.js';
import { oneLine } from './content.js';

/** A bar a strategy. */

/**
 * @returns what the bars are of, with their scale, and their lines: name, figure, bar
 */
export function barLines(group: MetricGroup): { title: string; lines: string[] } {
  const bars = barsOf(group);
  const scale = scaleOf(
    bars.map(({ value }) => value),
    formatNs,
    false,
  );
  return {
    title: `${group.metric}, median over the rounds${scale.note}`,
    lines: barRows(bars, scale, formatNs),
  };
}

function barsOf({ comparisons }: MetricGroup): Bar[] {
  const [first] = comparisons;
  return [
    ...(first ? [{ name: oneLine(first.reference), value: first.referenceNs }] : []),
    ...comparisons.map(({ label, ns }) => ({ name: oneLine(label), value: ns })),
  ];
}
