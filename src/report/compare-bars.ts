import { formatNs } from '../units.js';
import type { MetricGroup } from './compare-content.js';
import { oneLine, UNKNOWN } from './content.js';

/**
 * A bar a strategy, in the stars of `funclatency`, so that a difference is seen before it is read.
 */

const BAR_WIDTH = 40;
/** Beyond this ratio the short bars of a linear scale are all alike. */
const LINEAR_UP_TO = 20;

export interface Bar {
  readonly name: string;
  /** Nanoseconds, or null where there is no figure. */
  readonly ns: number | null;
}

/**
 * @returns what the bars are of, with their scale, and their lines: name, figure, bar
 */
export function barLines(group: MetricGroup): { title: string; lines: string[] } {
  const bars = barsOf(group);
  const known = bars.flatMap(({ ns }) => (ns !== null && ns > 0 ? [ns] : []));
  const scale = scaleOf(known);
  const nameWidth = Math.max(...bars.map(({ name }) => name.length));
  const figures = bars.map(({ ns }) => (ns === null ? UNKNOWN : formatNs(ns)));
  const figureWidth = Math.max(...figures.map((figure) => figure.length));
  return {
    title: `${group.metric}, median over the rounds${scale.note}`,
    lines: bars.map(({ name, ns }, at) => {
      const stars = ns === null || ns <= 0 ? 0 : Math.floor(BAR_WIDTH * scale.share(ns));
      const figure = (figures[at] as string).padStart(figureWidth);
      return `${name.padEnd(nameWidth)}  ${figure}  |${'*'.repeat(stars).padEnd(BAR_WIDTH)}|`;
    }),
  };
}

function barsOf({ comparisons }: MetricGroup): Bar[] {
  const [first] = comparisons;
  return [
    ...(first ? [{ name: oneLine(first.reference), ns: first.referenceNs }] : []),
    ...comparisons.map(({ label, ns }) => ({ name: oneLine(label), ns })),
  ];
}

/** How long a bar is, as a share of the longest, and what has to be said of it. */
function scaleOf(values: readonly number[]): { note: string; share: (ns: number) => number } {
  const largest = Math.max(...values);
  const smallest = Math.min(...values);
  if (!(largest / smallest > LINEAR_UP_TO)) return { note: '', share: (ns) => ns / largest };
  // From the power of ten below the smallest, which so has a bar too.
  const from = Math.ceil(Math.log10(smallest)) - 1;
  const whole = Math.log10(largest) - from;
  return {
    note: ` (log scale from ${formatNs(10 ** from)})`,
    share: (ns) => (Math.log10(ns) - from) / whole,
  };
}
