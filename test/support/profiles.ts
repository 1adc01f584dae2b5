import { type Figure, type HostProfile, hostProfileSchema } from '../../src/model/host-profile.js';

/** Host profiles with round figures, so that what they come to can be reckoned by hand. */

const of = (value: number): Figure => ({ value, assumed: 'a round figure' });

const ROUND: HostProfile = {
  name: 'round',
  description: 'round figures',
  model: 'none',
  topology: { sockets: of(2), coresPerSocket: of(2), threadsPerCore: of(2) },
  core: {
    ghz: of(1),
    atomicCycles: of(10),
    clockCycles: of(20),
    lookCycles: of(40),
    siblingSlowdown: of(1.5),
  },
  caches: {
    l1: { bytes: of(32 * 1024), cycles: of(2) },
    l2: { bytes: of(1024 * 1024), cycles: of(6) },
    l3: { bytes: of(32 * 1024 * 1024), ns: of(30) },
  },
  memory: { localNs: of(80), remoteNs: of(140) },
  transfer: { siblingNs: of(8), socketNs: of(50), otherSocketNs: of(130) },
  walk: null,
  system: {
    contextSwitchNs: of(1_500),
    sliceNs: of(3e6),
    futexCallNs: of(300),
    wakeNs: of(1_000),
    wakeToRunNs: of(4_000),
    timerSlackNs: of(50_000),
  },
  idle: [
    { state: 'C1', afterNs: of(2_000), exitNs: of(2_000) },
    { state: 'C6', afterNs: of(600_000), exitNs: of(133_000) },
  ],
  kernel: null,
};

/** The figures of a profile by their path: `caches.l1.bytes`, `idle.0.exitNs`. */
export function figuresOf(part: unknown, path = ''): [path: string, figure: Figure][] {
  if (typeof part !== 'object' || part === null) return [];
  if ('value' in part && typeof part.value === 'number') return [[path, part as Figure]];
  return Object.entries(part).flatMap(([key, inner]) =>
    figuresOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

type Changes = Readonly<Record<string, number | null>>;

/** The round profile with figures changed by their path. */
export function profileOf(changes: Changes = {}): HostProfile {
  return withFigures(ROUND, changes);
}

/** @param changes null takes a figure away */
export function withFigures(profile: HostProfile, changes: Changes): HostProfile {
  const copy = structuredClone(profile);
  const figures = new Map(figuresOf(copy));
  for (const [path, value] of Object.entries(changes)) {
    const figure = figures.get(path);
    if (figure === undefined) throw new Error(`no figure ${path}`);
    if (value !== null) figure.value = value;
    else takeAway(copy, path.split('.'));
  }
  return hostProfileSchema.parse(copy);
}

function takeAway(profile: HostProfile, path: readonly string[]): void {
  let part = profile as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) part = part[key] as typeof part;
  part[path.at(-1) ?? ''] = null;
}

/** One socket of single-threaded cores: where no core's other thread and no other socket is meant. */
export function plainProfile(cpus: number, changes: Changes = {}): HostProfile {
  return profileOf({
    'topology.sockets': 1,
    'topology.coresPerSocket': cpus,
    'topology.threadsPerCore': 1,
    'memory.remoteNs': null,
    'transfer.otherSocketNs': null,
    'transfer.siblingNs': null,
    'core.siblingSlowdown': null,
    ...changes,
  });
}
