import { describeEnvironment } from '../../measure/environment.js';
import { calibrateTimer } from '../../measure/timer.js';
import type { RunPlan } from '../../model/run-plan.js';
import type { RunResult } from '../../model/run-result.js';
import { nowNs } from '../../sync/clock.js';
import type { Backend, RunOptions } from '../backend.js';
import { checkMemory } from './budget.js';
import { tuneCompiler } from './compiler.js';
import { resultOf } from './result.js';
import { type Crew, type Preparation, prepare, Session } from './session.js';

/**
 * Runs a plan on real threads: background VMs as state, each burst VM a worker thread.
 * @throws IrqbenchError (2, 6) before anything is started, where a module of the user's own is
 *   wrong or this machine cannot do it
 */
export const runOnThreads: Backend<RunPlan> = async (plan, options) =>
  (await runPrepared(await prepare(plan), options)).result;

/** A run that was measured beside a yardstick. */
export interface YardstickRun {
  readonly result: RunResult;
  /** The yardstick's own figures of each round. */
  readonly yardstick: RunResult['rounds'];
}

/**
 * The same beside a yardstick.
 * @param nodes of the yardstick's walks
 * @param crew whose threads it is to be on
 */
export async function runBesideYardstick(
  plan: RunPlan,
  nodes: number,
  crew: Crew,
  options: RunOptions,
): Promise<YardstickRun> {
  return runPrepared(await prepare(plan, nodes), options, crew);
}

async function runPrepared(
  preparation: Preparation,
  options: RunOptions,
  crew: Crew | null = null,
): Promise<YardstickRun> {
  checkMemory([preparation]);
  await options.onBegin();
  tuneCompiler();
  const surroundings = { environment: describeEnvironment(), timer: calibrateTimer() };
  const session = new Session(preparation, { ...options, crew });
  const interrupt = () => session.cancel();
  options.signal.addEventListener('abort', interrupt, { once: true });
  if (options.signal.aborted) interrupt();
  try {
    const begunNs = nowNs();
    await session.setUp();
    const setUpNs = nowNs();
    await session.start();
    const phases = { setupNs: setUpNs - begunNs, startNs: nowNs() - setUpNs };
    await session.meter.during(async () => {
      // Over before it began: nobody has registered anything, so nobody is waited for.
      if (session.failure !== null || options.signal.aborted) return;
      session.open();
      await session.runAll();
    });
    await session.destroy();
    const result = resultOf(session, surroundings, phases, options.percentiles);
    return { result, yardstick: session.yardstickRounds.slice(0, result.rounds.length) };
  } finally {
    options.signal.removeEventListener('abort', interrupt);
    await session.destroy();
  }
}
