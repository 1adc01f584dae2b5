/**
 * The grid of a sweep: every combination of the axes' values, the last axis running fastest. Its
 * points are numbered from 1.
 */

export interface Axis {
  /** The option that varies, by its flag's name. */
  readonly option: string;
  readonly values: readonly string[];
}

export function gridSize(axes: readonly Axis[]): number {
  return axes.reduce((points, { values }) => points * values.length, 1);
}

/** Which value of each axis a point has, from 0. */
export function placesAt(axes: readonly Axis[], index: number): number[] {
  const places: number[] = [];
  let rest = index - 1;
  for (const { values } of axes.toReversed()) {
    places.unshift(rest % values.length);
    rest = Math.floor(rest / values.length);
  }
  return places;
}

/** The values of a point, one of each axis. */
export function valuesAt(axes: readonly Axis[], index: number): string[] {
  return placesAt(axes, index).map((place, axis) => axes[axis]?.values[place] ?? '');
}

/** `i/n`: the points whose number is i modulo n. */
export interface Shard {
  readonly shard: number;
  readonly of: number;
}

/** The points that a process has to do: all of them where it has no shard. */
export function shareOf(axes: readonly Axis[], shard: Shard | null): number[] {
  const { shard: first, of: step } = shard ?? { shard: 1, of: 1 };
  const size = gridSize(axes);
  const points: number[] = [];
  for (let index = first; index <= size; index += step) points.push(index);
  return points;
}

/** `vms=100 strategy=linux-6.2`: what a point is called. */
export function pointName(axes: readonly Axis[], values: readonly string[]): string {
  return axes.map(({ option }, axis) => `${option}=${values[axis]}`).join(' ');
}
