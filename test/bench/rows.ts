/** What the bench finds out, before anybody words it. */

export type Unit = 'ns' | 'us' | 'M/s';

/** One figure over the alternations. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Row {
  readonly benchmark: string;
  /** How many there are of what matters: `12,000 consumers`, `2 threads`; else empty. */
  readonly at: string;
  readonly unit: Unit;
  readonly alternations: number;
  readonly irqbench: Spread;
  /** What it is compared with: the native program, or irqbench's own mutex. */
  readonly reference: 'native' | 'mutex';
  /** The reference's. Null where there is none: none for this row, or no compiler. */
  readonly native: Spread | null;
  /** How many times as long as the reference it takes: of each alternation, then condensed. */
  readonly ratio: Spread | null;
  /** Whether the target is the ratio's or the figure's own. */
  readonly judged: 'ratio' | 'figure';
  /** What that is to be at most. */
  readonly target: number | null;
  readonly verdict: 'ok' | 'missed' | null;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const lower = sorted.length % 2 === 1 ? upper : (sorted[middle - 1] as number);
  return { median: (lower + upper) / 2, low: sorted[0] as number, high: sorted.at(-1) as number };
}

export interface RowHead {
  readonly benchmark: string;
  readonly at?: string;
  readonly unit?: Unit;
  readonly reference?: Row['reference'];
  readonly judged?: Row['judged'];
  readonly target?: number;
}

/** @param native as many figures as irqbench's, taken in the same alternations; or null */
export function buildRow(
  head: RowHead,
  irqbench: readonly number[],
  native: readonly number[] | null,
): Row {
  const { benchmark, at = '', unit = 'ns', target = null } = head;
  const { reference = 'native', judged = 'ratio' } = head;
  const ratio =
    native === null
      ? null
      : spreadOf(
          irqbench.map((own, i) => {
            const theirs = native[i] as number;
            return unit === 'M/s' ? theirs / own : own / theirs;
          }),
        );
  const spread = spreadOf(irqbench);
  const judgedValue = judged === 'figure' ? spread.median : (ratio?.median ?? null);
  return {
    benchmark,
    at,
    unit,
    alternations: irqbench.length,
    irqbench: spread,
    reference,
    native: native === null ? null : spreadOf(native),
    ratio,
    judged,
    target,
    verdict:
      judgedValue === null || target === null ? null : judgedValue <= target ? 'ok' : 'missed',
  };
}
