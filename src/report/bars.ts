import { UNKNOWN } from './content.js';

/** Bars in the stars of `funclatency`, so that a difference is seen before it is read. */

const BAR_WIDTH = 40;
/** Beyond this ratio the short bars of a linear scale are all alike. */
const LINEAR_UP_TO = 20;

export interface Bar {
  readonly name: string;
  /** Null where there is no figure. */
  readonly value: number | null;
}

/** How long bars are. */
export interface Scale {
  /** What has to be said of it beside the title, or nothing. */
  readonly note: string;
  /** As a share of the longest. */
  share(value: number): number;
}

/**
 * @param format how a value is written
 * @param isLogarithmic whether equal ratios look alike; else they do only where the values are far
 *   apart
 */
export function scaleOf(
  values: readonly (number | null)[],
  format: (value: number) => string,
  isLogarithmic: boolean,
): Scale {
  const known = values.flatMap((value) => (value !== null && value > 0 ? [value] : []));
  const largest = Math.max(...known);
  const smallest = Math.min(...known);
  if (known.length === 0 || !(isLogarithmic || largest / smallest > LINEAR_UP_TO)) {
    return { note: '', share: (value) => value / largest };
  }
  // From the power of ten below the smallest, which so has a bar too.
  const from = Math.ceil(Math.log10(smallest)) - 1;
  const whole = Math.log10(largest) - from;
  return {
    note: ` (log scale from ${format(10 ** from)})`,
    share: (value) => (Math.log10(value) - from) / whole,
  };
}

/** The width of the names and of the figures, where bars of several blocks are to be aligned. */
export interface BarWidths {
  readonly name: number;
  readonly figure: number;
}

export function widthsOf(bars: readonly Bar[], format: (value: number) => string): BarWidths {
  return {
    name: Math.max(0, ...bars.map(({ name }) => name.length)),
    figure: Math.max(0, ...bars.map((bar) => figureOf(bar, format).length)),
  };
}

function figureOf({ value }: Bar, format: (value: number) => string): string {
  return value === null ? UNKNOWN : format(value);
}

/** A line a bar: name, figure, stars. */
export function barRows(
  bars: readonly Bar[],
  scale: Scale,
  format: (value: number) => string,
  widths: BarWidths = widthsOf(bars, format),
): string[] {
  return bars.map((bar) => {
    const { name, value } = bar;
    const stars = value === null || value <= 0 ? 0 : Math.floor(BAR_WIDTH * scale.share(value));
    const figure = figureOf(bar, format).padStart(widths.figure);
    return `${name.padEnd(widths.name)}  ${figure}  |${'*'.repeat(stars).padEnd(BAR_WIDTH)}|`;
  });
}
