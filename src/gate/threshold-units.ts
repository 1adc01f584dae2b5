import type { GateUnit } from '../model/gate-result.js';
import type { ArithmeticOperator } from './threshold-parse.js';

/**
 * What the sides of a threshold measure. Times multiply and divide, so a dimension has the power of
 * time in it; what has none is a count, a ratio, or a number that goes with either.
 */
export interface Dimension {
  readonly time: number;
  readonly kind: 'count' | 'ratio' | 'number';
}

export const NUMBER: Dimension = { time: 0, kind: 'number' };

export function dimensionOf(unit: GateUnit): Dimension {
  return unit === 'ns' ? { time: 1, kind: 'number' } : { time: 0, kind: unit };
}

/** What a threshold is shown in; null where no figure has such a dimension. */
export function unitOf({ time, kind }: Dimension): GateUnit | null {
  if (time === 1) return 'ns';
  if (time !== 0) return null;
  return kind === 'number' ? 'ratio' : kind;
}

/** `a time`, `a count`: for messages. */
export function nameOf({ time, kind }: Dimension): string {
  if (time === 0) return `a ${kind}`;
  return time === 1 ? 'a time' : `a time to the power of ${time}`;
}

/** What both are, where they can be added and compared; null where they cannot. */
export function common(one: Dimension, other: Dimension): Dimension | null {
  if (one.time !== other.time) return null;
  if (one.kind === other.kind || other.kind === 'number') return one;
  return one.kind === 'number' ? other : null;
}

/** Of a product or a quotient. */
export function combined(operator: '*' | '/', one: Dimension, other: Dimension): Dimension {
  const time = operator === '*' ? one.time + other.time : one.time - other.time;
  return { time, kind: time === 0 ? kindOf(operator, one, other) : 'number' };
}

function kindOf(operator: '*' | '/', one: Dimension, other: Dimension): Dimension['kind'] {
  const isCount = (dimension: Dimension) => dimension.time === 0 && dimension.kind === 'count';
  if (operator === '*') {
    if (isCount(one) || isCount(other)) return 'count';
  } else if (isCount(one) && !isCount(other)) {
    return 'count';
  }
  const isNumber = (dimension: Dimension) => dimension.time === 0 && dimension.kind === 'number';
  return isNumber(one) && isNumber(other) ? 'number' : 'ratio';
}

export function isScaling(operator: ArithmeticOperator): operator is '*' | '/' {
  return operator === '*' || operator === '/';
}
