import type { RunOptions } from '../backends/backend.js';
import { loadOwnBackend, ownBackend } from '../backends/registry.js';
import { interruptedError } from '../errors.js';
import type { Held } from '../gate/findings.js';
import { type GateTerms, holdClock, holdResult, type Prospect } from '../gate/gate.js';
import { sessionOf } from '../gate/sessions.js';
import type { Session } from '../model/baseline.js';
import type { GateCheck } from '../model/gate-result.js';
import type { RunPlan } from '../model/run-plan.js';
import type { RunResult } from '../model/run-result.js';
import type { ChosenBackend } from './backend-option.js';

/** A run of its own, held while it is measured: what fails is measured anew. */

export interface LiveOptions {
  /** Of each attempt, where the clock's evidence is held. */
  readonly sessions: number;
  readonly noise: number;
  readonly retries: number;
  readonly run: RunOptions;
}

export async function holdLive(
  plan: RunPlan,
  backend: ChosenBackend,
  terms: GateTerms,
  prospect: Prospect,
  options: LiveOptions,
): Promise<Held> {
  const label = plan.strategy.name;
  const { result, checks, failure, partial } = prospect.isClockHeld
    ? await holdOnThreads(plan, label, terms, options)
    : withoutClock(await runOnce(plan, backend, options.run));
  const found = holdResult(terms, prospect, { label, file: null, result });
  return {
    label,
    file: null,
    result,
    prospect,
    checks: [...found.checks, ...checks],
    untold: found.untold,
    failure,
    partial,
  };
}

export async function runOnce(
  plan: RunPlan,
  backend: ChosenBackend,
  options: RunOptions,
): Promise<RunResult> {
  const run = await loadOwnBackend(ownBackend(backend.name), backend);
  return run(plan, options);
}

interface HeldClock {
  /** Of the first session: what the other evidence is read from. */
  readonly result: RunResult;
  readonly checks: readonly GateCheck[];
  /** Of all sessions. */
  readonly failure: string | null;
  readonly partial: boolean;
}

function withoutClock(result: RunResult): HeldClock {
  return { result, checks: [], failure: result.failure, partial: result.partial };
}

async function holdOnThreads(
  plan: RunPlan,
  label: string,
  terms: GateTerms,
  { sessions, noise, retries, run }: LiveOptions,
): Promise<HeldClock> {
  const nodes = terms.baseline?.content.clock?.yardstick.nodes as number;
  const { SessionSampler } = await import('../backends/threads/sessions.js');
  const sampler = new SessionSampler(plan, nodes, run);
  const results: RunResult[] = [];
  let partial = false;
  const measure = async (): Promise<Session[] | null> => {
    const measured = await sampler.sessions(sessions);
    results.push(...measured.map(({ result }) => result));
    partial = measured.length < sessions || measured.some(({ result }) => isBad(result));
    return partial ? null : measured.map(sessionOf);
  };
  try {
    const checks = await holdClock(terms, measure, { run: label, noise, retries, seed: plan.seed });
    const [result] = results;
    if (result === undefined) throw interruptedError('interrupted before the first session');
    return { result, checks, failure: results.at(-1)?.failure ?? null, partial };
  } finally {
    await sampler.end();
  }
}

export function isBad({ failure, partial }: RunResult): boolean {
  return failure !== null || partial;
}
