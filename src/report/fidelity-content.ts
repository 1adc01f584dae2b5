import type { FidelityResult, FigureOutcome, ReferenceOutcome } from '../model/fidelity-result.js';
import type { ReferenceFigure, Tolerance } from '../model/reference.js';
import { counted, formatNs, formatRatio } from '../units.js';
import { type Table, UNKNOWN } from './content.js';

/** What a report of fidelity says, before it has a look. */

export function referencesOf({ references, seeds }: FidelityResult): string {
  return `irqbench fidelity · ${counted(references.length, 'reference')} · ${counted(seeds.length, 'seed')}`;
}

/** Every figure: predicted beside published. */
export function figureTable(outcome: ReferenceOutcome): Table {
  return {
    head: ['figure', 'published', 'predicted', 'range', 'ratio', 'tolerance', 'verdict'],
    text: [0, 5, 6],
    rows: outcome.figures.map((figure, at) => {
      const asked = figuresOf(outcome)[at] as ReferenceFigure;
      return [
        figure.name,
        write(asked, figure.published),
        write(asked, figure.median),
        `${write(asked, figure.lowest)} … ${write(asked, figure.highest)}`,
        figure.ratio === null ? UNKNOWN : formatRatio(figure.ratio),
        describeTolerance(asked, asked.tolerance),
        verdictOf(figure),
      ];
    }),
  };
}

/** What is within its tolerance and was fitted is not counted as predicted. */
export function summaryOf({ figures }: ReferenceOutcome): string {
  const predicted = figures.filter(({ fittedBy }) => fittedBy.length === 0);
  const within = predicted.filter(({ isWithin }) => isWithin === true).length;
  return `${within} of ${counted(predicted.length, 'predicted figure')} within tolerance`;
}

/** One line for each fitted parameter. */
export function fittedLines({ parameters, reference }: ReferenceOutcome): string[] {
  return parameters.map(({ parameter, value }) => {
    const to = reference.fitted.find((fit) => fit.parameter === parameter)?.to ?? [];
    return `${parameter} = ${writeParameter(parameter, value)}, fitted to: ${to.join('; ')}`;
  });
}

/** The medians with each fitted parameter halved and doubled, beside those with none changed. */
export function sensitivityTable(outcome: ReferenceOutcome): Table {
  const asked = figuresOf(outcome);
  const cells = (figures: readonly FigureOutcome[]) =>
    figures.map(({ median }, at) => write(asked[at] as ReferenceFigure, median));
  return {
    head: ['parameter', 'value', ...asked.map(({ name }) => name)],
    rows: [
      ['published', '', ...asked.map((figure) => write(figure, figure.published))],
      ['as fitted', '', ...cells(outcome.figures)],
      ...outcome.sensitivity.map(({ parameter, factor, value, figures }) => [
        `${parameter} × ${factor}`,
        writeParameter(parameter, value),
        ...cells(figures),
      ]),
    ],
  };
}

/** A row for each combination of what the source leaves open. */
export function mapTable(outcome: ReferenceOutcome): Table {
  const asked = figuresOf(outcome);
  const names = Object.keys(outcome.map[0]?.settings ?? {});
  return {
    head: [...names, ...asked.flatMap(({ name }) => [name, 'ratio']), 'all within'],
    text: [...names.keys(), names.length + asked.length * 2],
    rows: outcome.map.map(({ settings, figures }) => [
      ...names.map((name) => String(settings[name])),
      ...figures.flatMap(({ median, ratio }, at) => [
        write(asked[at] as ReferenceFigure, median),
        ratio === null ? UNKNOWN : formatRatio(ratio),
      ]),
      figures.every(({ isWithin }) => isWithin === true) ? 'yes' : 'no',
    ]),
  };
}

/** What the map comes to. */
export function mapSummary(outcome: ReferenceOutcome): string {
  const { map, reference } = outcome;
  const published = figuresOf(outcome)
    .map(
      (figure) =>
        `${figure.name} ${write(figure, figure.published)} (${describeTolerance(figure, figure.tolerance)})`,
    )
    .join(', ');
  const within = map.filter(({ figures }) => figures.every(({ isWithin }) => isWithin === true));
  const which = within.length === 0 ? 'none' : String(within.length);
  const open = Object.keys(
    reference.scenario.kind === 'run' ? reference.scenario.unpublished : {},
  ).join(', ');
  return `published: ${published}; not published: ${open}; within tolerance: ${which} of ${counted(map.length, 'combination')}`;
}

function figuresOf({ reference }: ReferenceOutcome): readonly ReferenceFigure[] {
  return reference.scenario.figures;
}

function verdictOf({ isWithin, fittedBy }: FigureOutcome): string {
  if (isWithin === null) return UNKNOWN;
  const verdict = isWithin ? 'within' : 'not within';
  return fittedBy.length === 0 ? verdict : `fitted (${verdict})`;
}

function write(figure: ReferenceFigure, value: number | null): string {
  if (value === null) return UNKNOWN;
  switch (figure.of) {
    case 'register.share':
      return `${(value * 100).toFixed(1)} %`;
    case 'ratio':
      return formatRatio(value);
    case 'sections':
      return `${(value / 1e6).toFixed(3)} M/s`;
    default:
      return formatNs(value);
  }
}

function writeParameter(parameter: string, value: number): string {
  return parameter.endsWith('Ns') ? formatNs(value) : String(value);
}

function describeTolerance(figure: ReferenceFigure, tolerance: Tolerance): string {
  if ('within' in tolerance) return `± ${Number((tolerance.within * 100).toFixed(1))} %`;
  if ('points' in tolerance) return `± ${tolerance.points} points`;
  if ('factor' in tolerance) return `a factor of ${tolerance.factor}`;
  return `${write(figure, tolerance.from)} to ${write(figure, tolerance.to)}`;
}
