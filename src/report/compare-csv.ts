import {
  type CompareResult,
  type Comparison,
  type RoundFigure,
  roundFigures,
} from '../model/compare-result.js';
import { type LatencyName, latencyNames } from '../model/run-result.js';
import { csvOf, figuresOf, hasRanges, identityOf, type Row } from './csv.js';

/**
 * One table, one kind of row: a strategy's latency, in the columns of a run's csv, then the label
 * and its reference, then what the comparison found. The reference's own rows have its medians
 * there and no ratio.
 */
export function compareCsv(result: CompareResult, percentiles: readonly number[]): string {
  const { comparisons, runs } = result;
  const figures = roundFigures.filter((figure) =>
    comparisons.some(({ metric }) => metric.endsWith(`.${figure}`)),
  );
  const reference = runs[0]?.label;
  const withRanges = runs.some((run) => hasRanges(run.result));
  const rows = runs.flatMap((run) =>
    latencyNames.map((name) =>
      Object.assign(
        {},
        identityOf(run.result),
        { label: run.label, reference },
        figuresOf(name, run.result.latency[name], percentiles, withRanges),
        ...figures.map((figure) => comparedBy(result, run.label, name, figure)),
      ),
    ),
  );
  return csvOf(rows);
}

function comparedBy(
  { comparisons, runs }: CompareResult,
  label: string,
  latency: LatencyName,
  figure: RoundFigure,
): Row {
  const metric = `${latency}.${figure}` as const;
  const of = comparisons.filter((comparison) => comparison.metric === metric);
  if (label === runs[0]?.label) return columnsOf(figure, undefined, of[0]?.referenceNs);
  const found = of.find((comparison) => comparison.label === label);
  return columnsOf(figure, found, found?.ns);
}

function columnsOf(
  figure: RoundFigure,
  found: Comparison | undefined,
  ns: number | null | undefined,
): Row {
  const name = `round_${figure}`;
  return {
    [`${name}_ns`]: ns,
    [`${name}_ratio`]: found?.ratio?.value,
    [`${name}_ratio_low`]: found?.ratio?.low,
    [`${name}_ratio_high`]: found?.ratio?.high,
    [`${name}_p`]: found?.p,
    [`${name}_p_adjusted`]: found?.pAdjusted,
    [`${name}_verdict`]: found?.verdict,
  };
}
