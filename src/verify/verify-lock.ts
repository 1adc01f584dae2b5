import { isModulePath } from '../model/algorithm-names.js';
import { VERIFY_SCHEMA_VERSION, type VerifyResult } from '../model/verify-result.js';
import { VERSION } from '../version.js';
import { hasSharedMode, type LockTrial } from './lock-program.js';
import { LockWorld } from './lock-world.js';
import { readReplay, spellTrial } from './replay.js';
import {
  type Exploration,
  MAX_STEPS,
  type OnProgress,
  type Planned,
  runTrials,
} from './session.js';

/** Tries a lock alone: every trial there is of it, each within the budget. */

export interface VerifyRequest extends Exploration {
  /** A name of the registry, or the path of a module. */
  readonly lock: string;
  readonly threads: number;
  readonly acquisitions: number;
  readonly replay: string | null;
}

export async function verifyLock(
  request: VerifyRequest,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<VerifyResult> {
  const { lock, replay, explorer, preemptions, seed, budget, spurious } = request;
  const world = await LockWorld.load(lock);
  const isOwn = isModulePath(lock);
  const chosen =
    replay === null
      ? trialsOf(world, request).map((one) => ({ ...one, choices: null }))
      : [{ name: 'replay', ...readReplay(replay, isOwn) }];
  const planned = chosen.map(
    ({ name, trial, choices }): Planned => ({
      name,
      choices,
      prepare: () => world.machineFor(trial, { spurious, maxSteps: MAX_STEPS }),
      places: { noun: 'lock', placeOf: (site) => world.placeOf(site) },
      spell: (taken) => spellTrial(trial, taken),
      areThreadsAlike: trial.mode === 'exclusive' && trial.nodes === 1,
    }),
  );
  const ran = await runTrials(planned, request, signal, onProgress);
  const { threads, acquisitions } = chosen[0]?.trial ?? request;
  return {
    schemaVersion: VERIFY_SCHEMA_VERSION,
    kind: 'verify',
    tool: { name: 'irqbench', version: VERSION },
    lock,
    threads,
    acquisitions,
    strategy: null,
    strategyText: null,
    locks: null,
    explorer,
    preemptions,
    seed,
    budget: budget.text,
    spurious,
    checks: checksOf(world),
    ...ran,
  };
}

function trialsOf(
  { algorithm }: LockWorld,
  { lock, threads, acquisitions }: VerifyRequest,
): { readonly name: string; readonly trial: LockTrial }[] {
  const isOwn = isModulePath(lock);
  const trial: LockTrial = { threads, acquisitions, mode: 'exclusive', nodes: 1, isOwn };
  const trials = [{ name: 'exclusive', trial }];
  if (hasSharedMode(algorithm))
    trials.push({ name: 'shared and exclusive', trial: { ...trial, mode: 'mixed' } });
  if (algorithm.order === 'node-fifo' && threads > 1)
    trials.push({ name: 'two NUMA nodes', trial: { ...trial, nodes: 2 } });
  return trials;
}

/** What is looked out for, with this lock. */
function checksOf({ algorithm }: LockWorld): string[] {
  const order: Readonly<Record<typeof algorithm.order, string[]>> = {
    fifo: ['first come, first served'],
    'node-fifo': ['first come, first served in each NUMA node'],
    passing: [],
  };
  return [
    'mutual exclusion',
    'deadlock',
    'lost wake-up',
    'livelock',
    'data races',
    'exceptions',
    ...order[algorithm.order],
    'words left behind',
    'determinism',
  ];
}
