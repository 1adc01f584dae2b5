import { describeEnvironment } from '../../measure/environment.js';
import { calibrateTimer } from '../../measure/timer.js';
import type { RunPlan } from '../../model/run-plan.js';
import type { RunResult } from '../../model/run-result.js';
import { nowNs } from '../../sync/clock.js';
import { permutation } from '../../sync/random.js';
import type { Progress, RunOptions } from '../backend.js';
import { checkMemory } from './budget.js';
import { tuneCompiler } from './compiler.js';
import { type Phases, resultOf } from './result.js';
import { prepare, Session } from './session.js';

/** The first stream of the seed's that orders rounds; hosts take the ones below. */
const FIRST_STREAM = 1000;

export interface InterleavedResult {
  /** In the order of the plans. */
  readonly results: readonly RunResult[];
  /** The plans' places in the order they took, round by round, warm-up first. */
  readonly order: readonly (readonly number[])[];
}

/**
 * Runs several plans at once, a round of each in turn: all hosts are there and all VMs started,
 * but only one plan's VMs run at a time, so that a machine that changes on the way changes for
 * all of them. The order within a round is random, from the seed.
 * @param plans alike in their rounds and warm-up rounds
 * @throws IrqbenchError (2, 6) before anything is started
 */
export async function runInterleaved(
  plans: readonly RunPlan[],
  seed: number,
  options: RunOptions,
): Promise<InterleavedResult> {
  const preparations = await Promise.all(plans.map((plan) => prepare(plan)));
  checkMemory(preparations);
  await options.onBegin();
  tuneCompiler();
  const surroundings = { environment: describeEnvironment(), timer: calibrateTimer() };
  const quiet = { ...options, onProgress: () => {} };
  const sessions: Session[] = [];
  const cancelAll = () => {
    for (const session of sessions) session.cancel();
  };
  options.signal.addEventListener('abort', cancelAll, { once: true });
  try {
    for (const preparation of preparations) sessions.push(new Session(preparation, quiet));
    const phases = await startAll(sessions, options);
    const order = await runRounds(sessions, plans, seed, options);
    cancelUnlessDone(sessions, options);
    for (const session of sessions) await session.untilEnded();
    for (const session of sessions) await session.destroy();
    const results = sessions.map((session, i) =>
      resultOf(session, surroundings, phases[i] as Phases, options.percentiles),
    );
    return { results, order };
  } finally {
    options.signal.removeEventListener('abort', cancelAll);
    await Promise.all(sessions.map((session) => session.destroy()));
  }
}

async function startAll(sessions: readonly Session[], options: RunOptions): Promise<Phases[]> {
  const phases: Phases[] = [];
  for (const session of sessions) {
    options.onProgress({ phase: 'start', done: phases.length, total: sessions.length });
    const begunNs = nowNs();
    await session.setUp();
    const setUpNs = nowNs();
    if (!isOver(sessions, options)) await session.start();
    phases.push({ setupNs: setUpNs - begunNs, startNs: nowNs() - setUpNs });
  }
  return phases;
}

async function runRounds(
  sessions: readonly Session[],
  plans: readonly RunPlan[],
  seed: number,
  options: RunOptions,
): Promise<number[][]> {
  const [{ rounds, warmupRounds }] = plans as readonly [RunPlan];
  const order: number[][] = [];
  if (isOver(sessions, options)) return order;
  for (const session of sessions) session.open();
  for (let round = 1 - warmupRounds; round <= rounds; round++) {
    const turns = Array.from(
      permutation(sessions.length, seed, FIRST_STREAM + round + warmupRounds),
    );
    order.push(turns);
    for (const [turn, place] of turns.entries()) {
      if (isOver(sessions, options)) return order;
      options.onProgress(progressOf(round, turn, sessions.length, rounds, warmupRounds));
      const session = sessions[place] as Session;
      await session.meter.during(() => session.runRound(round));
    }
  }
  return order;
}

function progressOf(
  round: number,
  turn: number,
  plans: number,
  rounds: number,
  warmupRounds: number,
): Progress {
  return round < 1
    ? {
        phase: 'warm-up',
        done: (round + warmupRounds - 1) * plans + turn,
        total: warmupRounds * plans,
      }
    : { phase: 'rounds', done: (round - 1) * plans + turn, total: rounds * plans };
}

function isOver(sessions: readonly Session[], { signal }: RunOptions): boolean {
  return signal.aborted || sessions.some(({ failure }) => failure !== null);
}

/** One that failed ends them all: a comparison without it would be none. */
function cancelUnlessDone(sessions: readonly Session[], options: RunOptions): void {
  if (!isOver(sessions, options)) return;
  for (const session of sessions) session.cancel();
}
