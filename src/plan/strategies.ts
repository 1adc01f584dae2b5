import type { Strategy } from '../model/run-plan.js';

/**
 * The strategies: the axes, each with its allowed values, and the presets, points on those axes
 * that have a name in history.
 */

/** A strategy without its name. */
export type Axes = Omit<Strategy, 'name'>;

/** Axis → allowed value → what it is. The types hold this table and the plan's schema together. */
export const axes: { readonly [Axis in keyof Axes]: Readonly<Record<Axes[Axis], string>> } = {
  index: {
    list: 'two linked lists, walked from end to end where there is no match',
    xarray: 'two 64-way radix trees over the token',
  },
  lock: {
    mutex: 'a three-state futex mutex',
  },
  scope: {
    global: 'one lock for every VM of the host',
  },
  connect: {
    inside: 'producer and consumer are connected inside the lock',
  },
  bypass: {
    on: 'every irqfd is registered with the manager',
  },
};

/** The allowed values of one axis, in the table's order. */
export function axisValues<Axis extends keyof Axes>(axis: Axis): readonly Axes[Axis][] {
  return Object.keys(axes[axis]) as Axes[Axis][];
}

export interface Preset extends Axes {
  readonly name: string;
  /** What it is, in one line. */
  readonly summary: string;
  /** Where it comes from. */
  readonly origin: string;
  /** What it cannot do. */
  readonly limits: string;
}

export const presets = [
  {
    name: 'linux-6.2',
    index: 'list',
    lock: 'mutex',
    scope: 'global',
    connect: 'inside',
    bypass: 'on',
    summary: 'linked lists under one global mutex',
    origin: 'the manager of Linux 4.3 up to 6.16, virt/lib/irqbypass.c',
    limits: 'a registration walks every irqfd of the host while all others wait',
  },
  {
    name: 'linux-6.17',
    index: 'xarray',
    lock: 'mutex',
    scope: 'global',
    connect: 'inside',
    bypass: 'on',
    summary: 'xarrays keyed by the token, still under one global mutex',
    origin: 'the manager of Linux 6.17 on, commit 8394b32faecd',
    limits: 'a registration allocates, so it can fail with -ENOMEM; connects still take turns',
  },
] as const satisfies readonly Preset[];

export type PresetName = (typeof presets)[number]['name'];

export const presetNames: readonly PresetName[] = presets.map((preset) => preset.name);

function axesOf({ index, lock, scope, connect, bypass }: Axes): Axes {
  return { index, lock, scope, connect, bypass };
}

/** `index list, lock mutex, …`: every axis with its value. */
export function describeAxes(point: Axes): string {
  return Object.entries(axesOf(point))
    .map(([axis, value]) => `${axis} ${value}`)
    .join(', ');
}

/**
 * The point on the axes that is meant.
 * @param strategy the preset to start from
 * @param overrides the axes that differ from it; undefined leaves an axis as it is
 * @returns the point, under the name of the preset it equals, else as `index+lock`
 */
export function resolveStrategy({
  strategy,
  ...overrides
}: { strategy: PresetName } & { [Axis in keyof Axes]?: Axes[Axis] | undefined }): Strategy {
  const base = presets.find((preset) => preset.name === strategy) as Preset;
  const point = axesOf({
    index: overrides.index ?? base.index,
    lock: overrides.lock ?? base.lock,
    scope: overrides.scope ?? base.scope,
    connect: overrides.connect ?? base.connect,
    bypass: overrides.bypass ?? base.bypass,
  });
  const equal = presets.find((preset) => describeAxes(preset) === describeAxes(point));
  return { name: equal?.name ?? `${point.index}+${point.lock}`, ...point };
}
