import type { Strategy } from '../model/run-plan.js';
import { spellIndex, spellScope } from '../model/spelling.js';
import { type Axes, describeAxes } from './axes.js';

/** The presets: points on the axes that have a name in the history of the problem. */

export interface Preset extends Axes {
  readonly name: string;
  /** What it is, in one line. */
  readonly summary: string;
  /** Where it comes from: kernel version, list post, paper. */
  readonly origin: string;
  /** What it cannot do. */
  readonly limits: string;
}

const LISTS: Axes = {
  index: 'list',
  hashBits: 9,
  lock: 'mutex',
  scope: 'global',
  shards: 1,
  connect: 'inside',
  bypass: 'on',
  noBypassShare: 0,
};

/** How many locks there are where nobody says how many. */
export const USUAL_SHARDS = 16;

export const presets = [
  {
    ...LISTS,
    name: 'linux-6.2',
    summary: 'linked lists under one global mutex',
    origin: 'the manager of Linux 4.4 up to 6.16, virt/lib/irqbypass.c',
    limits: 'a registration walks every irqfd of the host while all others wait',
  },
  {
    ...LISTS,
    name: 'linux-6.17',
    index: 'xarray',
    summary: 'xarrays keyed by the token, still under one global mutex',
    origin: 'the manager of Linux 6.17 on, commit 8394b32faecd',
    limits: 'a registration allocates, so it can fail with -ENOMEM; connects still take turns',
  },
  {
    ...LISTS,
    name: 'hlist',
    index: 'hlist',
    summary: '512 hash buckets instead of each list, under the same mutex',
    origin: 'proposed by Longpeng (Huawei) for one VM with 1,000 irqfds',
    limits: 'the buckets are as many as were guessed: walks grow again with the host',
  },
  {
    ...LISTS,
    name: 'sharded',
    index: 'xarray',
    scope: 'sharded',
    shards: USUAL_SHARDS,
    summary: 'both xarrays and their mutex sixteen times over, by token hash',
    origin: "irqbench's own: the usual answer to one hot lock",
    limits: 'connects of one shard still take turns, and slow ones hold up its other tokens',
  },
  {
    ...LISTS,
    name: 'rwsem',
    lock: 'rwsem',
    summary: 'lists walked by many readers at once; a writer looks at what came since',
    origin: "irqbench's own: the smallest change that lets walks overlap",
    limits: 'every registration still walks every irqfd, and takes the lock twice',
  },
  {
    ...LISTS,
    name: 'outside',
    index: 'xarray',
    scope: 'token',
    shards: USUAL_SHARDS,
    connect: 'outside',
    summary: 'an entry and a sleeping lock for each token; callbacks run outside the shared locks',
    origin: 'the "dedicated effort" that the thread of kernel bug 217379 asks for',
    limits: 'an entry is allocated for each token, and a registration takes two locks',
  },
  {
    ...LISTS,
    name: 'no-bypass',
    noBypassShare: 1,
    summary: 'every irqfd carries the opt-out flag: none meets the manager',
    origin: 'the per-irqfd flag discussed for kernel bug 217379',
    limits: 'no interrupt of these irqfds is ever bypassed; the VMM must know beforehand',
  },
  {
    ...LISTS,
    name: 'param-off',
    bypass: 'off',
    summary: 'bypass switched off by a module parameter: no irqfd meets the manager',
    origin: 'the module parameter discussed for kernel bug 217379',
    limits: 'for the whole host: no guest with a device has its interrupts bypassed',
  },
  {
    ...LISTS,
    name: 'kconfig-off',
    bypass: 'none',
    summary: 'compiled without the manager: neither irqfds nor devices register',
    origin: 'the Kconfig knob discussed for kernel bug 217379',
    limits: 'for every host of that kernel, so distributions would not set it',
  },
] as const satisfies readonly Preset[];

export type PresetName = (typeof presets)[number]['name'];

export const presetNames: readonly PresetName[] = presets.map((preset) => preset.name);

/** Axes that differ from a preset; undefined leaves one as it is. */
export type AxisOverrides = { readonly [Axis in keyof Axes]?: Axes[Axis] | undefined };

/**
 * What stands for the kernel's mutex, which the presets have. A simulated host knows whether a
 * lock's owner runs, and so has the kernel's own; on threads a plain futex is nearer to it.
 */
export const KERNEL_MUTEX = { onThreads: 'mutex', simulated: 'linux-mutex' } as const;
export type KernelMutex = (typeof KERNEL_MUTEX)[keyof typeof KERNEL_MUTEX];

/**
 * The point on the axes that is meant.
 * @param kernelMutex what the presets' mutex is
 * @returns the point, under the name of the preset it equals, else by its own axes
 */
export function resolveStrategy(
  preset: PresetName,
  overrides: AxisOverrides,
  kernelMutex: KernelMutex = KERNEL_MUTEX.onThreads,
): Strategy {
  const here = presets.map((one: Preset) =>
    one.lock === KERNEL_MUTEX.onThreads ? { ...one, lock: kernelMutex } : one,
  );
  const base = here.find(({ name }) => name === preset) as Preset;
  const point: Axes = {
    index: overrides.index ?? base.index,
    hashBits: overrides.hashBits ?? base.hashBits,
    lock: overrides.lock ?? base.lock,
    scope: overrides.scope ?? base.scope,
    shards: overrides.shards ?? base.shards,
    connect: overrides.connect ?? base.connect,
    bypass: overrides.bypass ?? base.bypass,
    noBypassShare: overrides.noBypassShare ?? base.noBypassShare,
  };
  const equal = here.find((preset) => describeAxes(preset) === describeAxes(point));
  return { name: equal?.name ?? nameOf(point), ...point };
}

/** `xarray+mcs`, `list+mutex+sharded:4`: the axes that are not the usual ones. */
function nameOf(point: Axes): string {
  const index = point.hashBits === LISTS.hashBits ? point.index : spellIndex(point);
  const parts = [index, point.lock];
  if (point.scope !== 'global') parts.push(spellScope(point));
  if (point.bypass !== 'on') parts.push(`bypass ${point.bypass}`);
  if (point.noBypassShare > 0) parts.push(`no-bypass ${point.noBypassShare}`);
  return parts.join('+');
}
