/** What the bench finds out, before anybody words it. */

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
  readonly unit: 'ns' | 'M/s';
  readonly alternations: number;
  readonly irqbench: Spread;
  /** Null where there is no reference: none for this row, or no compiler. */
  readonly native: Spread | null;
  /** How many times as long as the reference it takes: of each alternation, then condensed. */
  readonly ratio: Spread | null;
  /** What the ratio is to be at most. */
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
  readonly unit?: 'ns' | 'M/s';
  readonly target?: number;
}

/** @param native as many figures as irqbench's, taken in the same alternations; or null */
export function buildRow(
  head: RowHead,
  irqbench: readonly number[],
  native: readonly number[] | null,
): Row {
  const { benchmark, at = '', unit = 'ns', target = null } = head;
  const ratio =
    native === null
      ? null
      : spreadOf(
          irqbench.map((own, i) => {
            const reference = native[i] as number;
            return unit === 'ns' ? own / reference : reference / own;
          }),
        );
  const isJudged = ratio !== null && target !== null;
  return {
    benchmark,
    at,
    unit,
    alternations: irqbench.length,
    irqbench: spreadOf(irqbench),
    native: native === null ? null : spreadOf(native),
    ratio,
    target,
    verdict: isJudged ? (ratio.median <= target ? 'ok' : 'missed') : null,
  };
}
