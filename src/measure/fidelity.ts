import type { FigureOutcome } from '../model/fidelity-result.js';
import type { Reference, ReferenceFigure, Tolerance } from '../model/reference.js';
import { medianOf, sorted } from '../stats/sorted.js';

/** What predictions are worth beside what was published. */

/**
 * @param runs a run's values each, in the order of the reference's figures
 * @param isFit whether the fitted parameters are what they were fitted to be
 */
export function judge(
  { scenario, fitted }: Pick<Reference, 'scenario' | 'fitted'>,
  runs: readonly (readonly number[])[],
  isFit = true,
): FigureOutcome[] {
  return (scenario.figures as readonly ReferenceFigure[]).map((figure, at) => {
    const { name, published, tolerance } = figure;
    const values = runs.map((run) => run[at] as number);
    const ascending = sorted(Float64Array.from(values));
    const median = medianOf(ascending);
    return {
      name,
      published,
      values,
      median,
      lowest: ascending[0] ?? null,
      highest: ascending.at(-1) ?? null,
      ratio: median === null || published === 0 ? null : median / published,
      isWithin: median === null ? null : isWithin(median, published, tolerance),
      fittedBy: isFit
        ? fitted.filter(({ to }) => to.includes(name)).map(({ parameter }) => parameter)
        : [],
    };
  });
}

function isWithin(value: number, published: number, tolerance: Tolerance): boolean {
  if ('within' in tolerance) return Math.abs(value - published) <= tolerance.within * published;
  if ('points' in tolerance) return Math.abs(value - published) <= tolerance.points / 100;
  if ('factor' in tolerance)
    return value <= published * tolerance.factor && value >= published / tolerance.factor;
  return value >= tolerance.from && value <= tolerance.to;
}
