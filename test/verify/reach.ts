import { DepthFirst } from '../../src/verify/dfs.js';
import type { LockTrial } from '../../src/verify/lock-program.js';
import { LockWorld } from '../../src/verify/lock-world.js';
import type { Machine } from '../../src/verify/machine.js';
import { regionOf } from '../../src/verify/program.js';
import { DONE } from '../../src/verify/thread.js';

/** What a search comes to, written down independently of how it tells states apart. */
export interface Reach {
  /** Memory and where each thread stands, of every point with a choice. */
  readonly places: ReadonlySet<string>;
  readonly schedules: number;
  /** The kind of the finding, or null. */
  readonly kind: string | null;
}

export async function reachOfLock(
  lock: string,
  trial: LockTrial,
  bound: number,
  reduces: boolean,
): Promise<Reach> {
  const world = await LockWorld.load(lock);
  return reachOf(world.machineFor(trial, { spurious: false, maxSteps: 10_000 }), bound, reduces);
}

export function reachOf(machine: Machine, bound: number, reduces: boolean): Reach {
  const { memory, regions, initial } = machine.program;
  const looked = [...memory.words.keys()].filter((at) => !regionOf(regions, at)?.isOutput);
  const places = new Set<string>();
  const choose = machine.choose.bind(machine);
  machine.choose = () => {
    const words: string[] = [];
    for (const at of looked) {
      const value = memory.words[at] as number;
      if (value !== (initial?.[at] ?? 0)) words.push(`${at}:${value}`);
    }
    const threads = machine.threads.map(({ status, site, kind, word, a, b }) =>
      status === DONE ? 'done' : [status, site, kind, word, a, b].join('/'),
    );
    places.add(`${words} ${threads} ${machine.sleepers}`);
    return choose();
  };
  const dfs = new DepthFirst(machine, bound, reduces);
  const found = dfs.explore(() => false);
  const kind = typeof found === 'string' ? null : found.finding.kind;
  return { places, schedules: dfs.schedules, kind };
}
