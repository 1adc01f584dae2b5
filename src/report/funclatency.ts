import { log2Counts } from '../measure/histogram.js';
import type { LatencySummary } from '../model/run-result.js';

/**
 * The histogram in the very layout of bcc's `funclatency` (bcc, `src/python/bcc/table.py`,
 * `_print_log2_hist`), so that it can stand beside one that was taken on a real kernel, and what
 * reads the one reads the other.
 */

const UNIT = 'nsecs';
/** From this slot on bcc needs ten digits more for the bounds, and halves the bars for it. */
const FIRST_WIDE_SLOT = 33;
const NARROW = { indent: 5, titleWidth: 19, boundWidth: 10, barWidth: 40 };
const WIDE = { indent: 15, titleWidth: 29, boundWidth: 20, barWidth: 20 };

/**
 * Header and bars of a histogram by power of two.
 * @param counts by slot: slot i holds the values from 2^(i-1) to 2^i - 1, slot 1 also 0
 * @returns the lines; none where nothing was counted
 */
export function log2HistogramLines(counts: readonly number[]): string[] {
  const last = counts.findLastIndex((count) => count > 0);
  if (last < 1) return [];
  const largest = counts.reduce((most, count) => Math.max(most, count), 0);
  const { indent, titleWidth, boundWidth, barWidth } = last < FIRST_WIDE_SLOT ? NARROW : WIDE;
  const lines = [`${' '.repeat(indent)}${UNIT.padEnd(titleWidth)} : count     distribution`];
  for (let slot = 1; slot <= last; slot++) {
    const count = counts[slot] ?? 0;
    const bounds = `${low(slot).padStart(boundWidth)} -> ${high(slot).padEnd(boundWidth)}`;
    const bar = '*'.repeat(Math.floor((barWidth * count) / largest)).padEnd(barWidth);
    lines.push(`${bounds} : ${String(count).padEnd(8)} |${bar}|`);
  }
  return lines;
}

// The bounds of the highest slots are more than a double holds exactly.
function low(slot: number): string {
  return slot === 1 ? '0' : String(2n ** BigInt(slot - 1));
}

function high(slot: number): string {
  return String(2n ** BigInt(slot) - 1n);
}

/**
 * What `funclatency` prints of one function: histogram, blank line, average, total and count.
 * bcc prints nothing where there was no call; here that is the one line `count: 0`, because an
 * empty file looks like a failure.
 * @returns text that ends in one newline
 */
export function funclatency(summary: LatencySummary): string {
  const { count, meanNs } = summary;
  if (count === 0 || meanNs === null) return `count: ${count}\n`;
  const total = BigInt(Math.round(meanNs * count));
  const totals = `avg = ${Math.floor(meanNs)} ${UNIT}, total: ${total} ${UNIT}, count: ${count}`;
  return `${[...log2HistogramLines(log2Counts(summary)), '', totals].join('\n')}\n`;
}
