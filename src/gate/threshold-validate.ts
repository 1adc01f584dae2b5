import type { GateUnit } from '../model/gate-result.js';
import type { RunMetric } from '../model/run-metric.js';
import { findMetric, type Metric, unknownMetric } from './metrics.js';
import { type FailAt, failAt, type ThresholdText } from './threshold-error.js';
import type { ComparisonOperator } from './threshold-lex.js';
import {
  type ArithmeticOperator,
  type Comparison,
  type Expression,
  parse,
} from './threshold-parse.js';
import {
  combined,
  common,
  type Dimension,
  dimensionOf,
  isScaling,
  NUMBER,
  nameOf,
  unitOf,
} from './threshold-units.js';

/** What a threshold means: its metrics found, its units together. All before anything runs. */

/** What can be evaluated: no names are left that mean nothing. */
export type Term =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'metric' | 'base'; readonly metric: RunMetric }
  | { readonly kind: 'negative'; readonly of: Term }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Term;
      readonly right: Term;
    };

/** Fails a run whose figures make it true. */
export interface Threshold extends ThresholdText {
  readonly operator: ComparisonOperator;
  readonly left: Term;
  readonly right: Term;
  /** The left side as it was written. */
  readonly subject: string;
  /** Of both sides. */
  readonly unit: GateUnit;
  /** The metrics of the run that it looks at. */
  readonly metrics: readonly RunMetric[];
  /** Those of the baseline; none where it says nothing of one. */
  readonly baseMetrics: readonly RunMetric[];
}

/** @throws IrqbenchError (2) that names the place, the column and what is wrong there */
export function readThreshold(given: ThresholdText): Threshold {
  const source = { ...given, text: given.text.trim() };
  const comparison = parse(source);
  return new Validator(source, comparison).threshold();
}

interface Typed {
  readonly term: Term;
  readonly dimension: Dimension;
}

class Validator {
  readonly #source: ThresholdText;
  readonly #comparison: Comparison;
  readonly #fail: FailAt;
  readonly #metrics = new Set<RunMetric>();
  readonly #baseMetrics = new Set<RunMetric>();

  constructor(source: ThresholdText, comparison: Comparison) {
    this.#source = source;
    this.#comparison = comparison;
    this.#fail = failAt(source);
  }

  threshold(): Threshold {
    const { operator, at, left, right } = this.#comparison;
    const [one, other] = [this.#typed(left, 'left'), this.#typed(right, 'right')];
    const dimension = this.#together(at, left, one, right, other);
    const unit = unitOf(dimension);
    if (unit === null) return this.#fail(at, `compares ${nameOf(dimension)}, which no metric is`);
    if (this.#metrics.size === 0) return this.#fail(0, 'names no metric of the run');
    return {
      ...this.#source,
      operator,
      left: one.term,
      right: other.term,
      subject: this.#textOf(left),
      unit,
      metrics: [...this.#metrics],
      baseMetrics: [...this.#baseMetrics],
    };
  }

  #typed(expression: Expression, side: 'left' | 'right'): Typed {
    switch (expression.kind) {
      case 'number': {
        const { value, unit } = expression;
        const dimension = unit === 'none' ? NUMBER : dimensionOf(unit);
        return { term: { kind: 'number', value }, dimension };
      }
      case 'metric': {
        const { path, unit } = this.#metric(expression.name, expression.from);
        this.#metrics.add(path);
        return { term: { kind: 'metric', metric: path }, dimension: dimensionOf(unit) };
      }
      case 'base': {
        const { path, unit } = this.#metric(this.#baseName(expression, side), expression.from);
        this.#baseMetrics.add(path);
        return { term: { kind: 'base', metric: path }, dimension: dimensionOf(unit) };
      }
      case 'negative': {
        const { term, dimension } = this.#typed(expression.of, side);
        return { term: { kind: 'negative', of: term }, dimension };
      }
      case 'arithmetic': {
        const { operator, at, left, right } = expression;
        const [one, other] = [this.#typed(left, side), this.#typed(right, side)];
        const dimension = isScaling(operator)
          ? combined(operator, one.dimension, other.dimension)
          : this.#together(at, left, one, right, other);
        const term: Term = { kind: 'arithmetic', operator, left: one.term, right: other.term };
        return { term, dimension };
      }
    }
  }

  #metric(name: string, from: number): Metric {
    return findMetric(name) ?? this.#fail(from, unknownMetric(name));
  }

  /** A bare `base` is of the metric that stands alone to the left of the comparison. */
  #baseName({ from, name }: Expression & { kind: 'base' }, side: 'left' | 'right'): string {
    if (name !== null) return name;
    const { left } = this.#comparison;
    if (side === 'right' && left.kind === 'metric') return left.name;
    return this.#fail(
      from,
      'base stands for the metric that is alone on the left side; name another, such as base(register.p99)',
    );
  }

  #together(at: number, left: Expression, one: Typed, right: Expression, other: Typed): Dimension {
    const both = common(one.dimension, other.dimension);
    if (both !== null) return both;
    if (isZero(one.term)) return other.dimension;
    if (isZero(other.term)) return one.dimension;
    const [written, unlike] = [this.#textOf(left), this.#textOf(right)];
    const bare = [
      { part: right, text: unlike, of: one, with: written },
      { part: left, text: written, of: other, with: unlike },
    ].find(
      ({ part, of }) => part.kind === 'number' && part.unit === 'none' && of.dimension.time === 1,
    );
    if (bare) {
      return this.#fail(
        bare.part.from,
        `${bare.text} has no unit, and ${bare.with} is a time; give ns, us, ms or s`,
      );
    }
    return this.#fail(
      at,
      `${written} is ${nameOf(one.dimension)}, ${unlike} is ${nameOf(other.dimension)}; they do not go together`,
    );
  }

  #textOf({ from, to }: Expression): string {
    return this.#source.text.slice(from, to);
  }
}

/** Nothing is nothing in every unit. */
function isZero(term: Term): boolean {
  return term.kind === 'number' && term.value === 0;
}
