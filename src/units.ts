/** Durations, counts, sizes, ratios: read from what people write, written as people read them. */

const NS_PER = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9 } as const;
const DURATION = /^(\d+(?:\.\d+)?|\.\d+)\s*(ns|us|µs|μs|ms|s|min|m)$/;
const COUNT = /^(\d[\d_]*(?:\.\d+)?)([kKMG]?)$/;
const COUNT_FACTOR = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 } as const;

/** The thousands, millions and so on of {@link parseCount}, by their letter; undefined: no such letter. */
export function countFactor(letter: string): number | undefined {
  return Object.hasOwn(COUNT_FACTOR, letter)
    ? COUNT_FACTOR[letter as keyof typeof COUNT_FACTOR]
    : undefined;
}

/**
 * Reads `400ms`, `5us`, `1.5s`, `2m`; a bare `0` needs no unit.
 * @returns nanoseconds, or undefined where the text is no duration
 */
export function parseDurationNs(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  const match = DURATION.exec(trimmed);
  if (!match) return undefined;
  const value = Number(match[1]) * NS_PER[match[2] as keyof typeof NS_PER];
  return Number.isFinite(value) ? Math.round(value) : undefined;
}

/** The units of {@link parseDurationNs}. */
export const timeUnits = Object.keys(NS_PER);

/** How many nanoseconds a unit of time has; undefined where it is none. */
export function nsPer(unit: string): number | undefined {
  return Object.hasOwn(NS_PER, unit) ? NS_PER[unit as keyof typeof NS_PER] : undefined;
}

/**
 * Reads `800`, `12k`, `1.5M`, `62_500`.
 * @returns the whole number, or undefined where the text is none
 */
export function parseCount(text: string): number | undefined {
  const match = COUNT.exec(text.trim());
  if (!match) return undefined;
  const digits = (match[1] ?? '').replaceAll('_', '');
  const scaled = Number(digits) * COUNT_FACTOR[match[2] as keyof typeof COUNT_FACTOR];
  const value = Math.round(scaled * 1e6) / 1e6;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Three significant digits, without an exponent: 4.26, 42.6, 426, 4260. */
function threeDigits(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  if (value >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}

/** `521 ns`, `4.26 us`, `138 ms`, `1.03 s`. The unit is the largest that leaves a value ≥ 1. */
export function formatNs(ns: number): string {
  if (ns < 999.5)
    return `${Number.isInteger(ns) || ns >= 99.95 ? Math.round(ns) : threeDigits(ns)} ns`;
  if (ns < 999.5e3) return `${threeDigits(ns / 1e3)} us`;
  if (ns < 999.5e6) return `${threeDigits(ns / 1e6)} ms`;
  return `${threeDigits(ns / 1e9)} s`;
}

/** The shortest exact spelling of a duration, so that it can be given back as an option. */
export function spellNs(ns: number): string {
  if (ns === 0) return '0';
  if (ns % 1e9 === 0) return `${ns / 1e9}s`;
  if (ns % 1e6 === 0) return `${ns / 1e6}ms`;
  if (ns % 1e3 === 0) return `${ns / 1e3}us`;
  return `${ns}ns`;
}

/** `3,000`: thousands separated by commas, whatever the locale. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1.09 GB`, decimal, as disks and memory limits are stated. */
export function formatBytes(bytes: number): string {
  if (bytes < 999.5) return `${Math.round(bytes)} B`;
  if (bytes < 999.5e3) return `${threeDigits(bytes / 1e3)} kB`;
  if (bytes < 999.5e6) return `${threeDigits(bytes / 1e6)} MB`;
  return `${threeDigits(bytes / 1e9)} GB`;
}

/** `1 VM`, `2 VMs`: a count with its noun. */
export function counted(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `8.16`, `0.122`, `1234`: a ratio to three significant digits. */
export function formatRatio(ratio: number): string {
  return ratio >= 99.95 ? String(Math.round(ratio)) : ratio.toPrecision(3);
}

/** A figure with its unit; a count that is an average keeps its fraction where that is seen. */
export function formatFigure(value: number, unit: 'ns' | 'count' | 'ratio'): string {
  if (value < 0) return `-${formatFigure(-value, unit)}`;
  if (unit === 'ns') return formatNs(value);
  if (value === 0) return '0';
  if (unit === 'ratio') return formatRatio(value);
  return Number.isInteger(value) || value >= 99.95
    ? formatCount(value)
    : String(Number(value.toPrecision(3)));
}

/** `0.83`, `0.0012`, `3.2e-5`: a probability to two significant digits. */
export function formatProbability(p: number): string {
  if (p > 0.995) return '1';
  if (p < 1e-99) return '<1e-99';
  return p < 0.001 ? p.toExponential(1) : p.toPrecision(2);
}

/** `5 %`, `0.5 %`: a share of a whole. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
