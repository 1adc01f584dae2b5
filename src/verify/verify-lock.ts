import { setImmediate } from 'node:timers/promises';
import { usageError } from '../errors.js';
import { isModulePath } from '../model/run-plan.js';
import {
  type ExplorerName,
  type TrialEnding,
  type TrialResult,
  VERIFY_SCHEMA_VERSION,
  type VerifyResult,
  type Violation,
} from '../model/verify-result.js';
import { VERSION } from '../version.js';
import { DepthFirst } from './dfs.js';
import { type Explorer, type Found, runSchedule } from './explorer.js';
import { hasSharedMode, type LockTrial } from './lock-program.js';
import { LockWorld } from './lock-world.js';
import type { Machine, MachineOptions } from './machine.js';
import { minimise } from './minimise.js';
import { Pct } from './pct.js';
import { RandomWalk } from './random-walk.js';
import { readReplay } from './replay.js';
import { reportViolation } from './report-violation.js';
import { areInterchangeable } from './symmetry.js';

/** Tries a lock alone: every trial there is of it, each within the budget. */

export interface VerifyRequest {
  /** A name of the registry, or the path of a module. */
  readonly lock: string;
  readonly threads: number;
  readonly acquisitions: number;
  readonly preemptions: number;
  readonly explorer: ExplorerName;
  readonly budget: Budget;
  readonly seed: number;
  /** Waits may end without a notify. */
  readonly spurious: boolean;
  readonly replay: string | null;
}

/** What a trial may take: the one or the other. */
export interface Budget {
  readonly schedules: number | null;
  readonly ms: number | null;
  readonly text: string;
}

/** How far a trial is, now and then. */
export type OnProgress = (trial: string, explorer: Explorer) => void;

/** Between two looks at the clock and at interrupts. */
const SLICE = 64;
/** Between two turns of the event loop, in which an interrupt can be noticed. */
const TURN_MS = 100;
const MAX_STEPS = 10_000;
/**
 * Schedules drawn ahead of a search: they show most of what its states must be told apart by,
 * which would have it begin anew else. What they find, it finds again.
 */
const SCOUTS = 300;
const SCOUT_DEPTH = 4;

export async function verifyLock(
  request: VerifyRequest,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<VerifyResult> {
  const world = await LockWorld.load(request.lock);
  const trials: TrialResult[] = [];
  let violation: Violation | null = null;
  const planned =
    request.replay === null
      ? trialsOf(world, request)
      : [replayOf(request.replay, isModulePath(request.lock))];
  for (const { name, trial, choices } of planned) {
    const session = new Session(world, request, name, trial);
    const ran =
      choices === null ? await session.explore(signal, onProgress) : session.replay(choices);
    trials.push(ran.result);
    violation = ran.violation;
    if (violation !== null || signal.aborted) break;
  }
  const { lock, threads, acquisitions, explorer, preemptions, seed, budget, spurious } = request;
  const shape = planned[0]?.trial ?? { threads, acquisitions };
  return {
    schemaVersion: VERIFY_SCHEMA_VERSION,
    tool: { name: 'irqbench', version: VERSION },
    lock,
    threads: shape.threads,
    acquisitions: shape.acquisitions,
    explorer,
    preemptions,
    seed,
    budget: budget.text,
    spurious,
    checks: checksOf(world),
    trials,
    violation,
    partial: signal.aborted,
  };
}

interface Planned {
  readonly name: string;
  readonly trial: LockTrial;
  /** Of a replay. */
  readonly choices: readonly number[] | null;
}

function trialsOf(
  { algorithm }: LockWorld,
  { lock, threads, acquisitions }: VerifyRequest,
): Planned[] {
  const isOwn = isModulePath(lock);
  const trial: LockTrial = { threads, acquisitions, mode: 'exclusive', nodes: 1, isOwn };
  const planned: Planned[] = [{ name: 'exclusive', trial, choices: null }];
  if (hasSharedMode(algorithm)) {
    const mixed = { ...trial, mode: 'mixed' as const };
    planned.push({ name: 'shared and exclusive', trial: mixed, choices: null });
  }
  if (algorithm.order === 'node-fifo' && threads > 1) {
    planned.push({ name: 'two NUMA nodes', trial: { ...trial, nodes: 2 }, choices: null });
  }
  return planned;
}

function replayOf(text: string, isOwn: boolean): Planned {
  const { trial, choices } = readReplay(text, isOwn);
  return { name: 'replay', trial, choices };
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

interface Ran {
  readonly result: TrialResult;
  readonly violation: Violation | null;
}

class Session {
  private readonly world: LockWorld;
  private readonly request: VerifyRequest;
  private readonly name: string;
  private readonly trial: LockTrial;
  private readonly machine: Machine;
  private isSymmetric = false;
  private readonly begunMs = performance.now();

  constructor(world: LockWorld, request: VerifyRequest, name: string, trial: LockTrial) {
    this.world = world;
    this.request = request;
    this.name = name;
    this.trial = trial;
    const options: MachineOptions = { spurious: request.spurious, maxSteps: MAX_STEPS };
    this.machine = world.machineFor(trial, options);
  }

  async explore(signal: AbortSignal, onProgress: OnProgress): Promise<Ran> {
    const explorer = this.prepare();
    let turnAtMs = performance.now();
    let outcome: Found | 'done' | 'paused' = 'paused';
    const isOver = () => signal.aborted || this.isSpent(explorer);
    while (outcome === 'paused' && !isOver()) {
      outcome = explorer.explore(
        () =>
          (explorer.schedules % SLICE === 0 && performance.now() - turnAtMs > TURN_MS) ||
          isSpentBy(this.request.budget, explorer),
      );
      onProgress(this.name, explorer);
      await setImmediate();
      turnAtMs = performance.now();
    }
    if (typeof outcome !== 'string') return this.found(explorer, outcome);
    const ending = outcome === 'done' ? 'exhausted' : signal.aborted ? 'interrupted' : 'budget';
    return { result: this.resultOf(explorer, ending), violation: null };
  }

  private prepare(): Explorer {
    const { machine, request, trial } = this;
    const { explorer, preemptions, seed } = request;
    if (explorer === 'random') return new RandomWalk(machine, seed);
    if (explorer === 'pct') return new Pct(machine, preemptions + 1, seed);
    const scout = new Pct(machine, SCOUT_DEPTH, seed);
    scout.explore(() => scout.schedules >= SCOUTS);
    this.isSymmetric =
      trial.mode === 'exclusive' && trial.nodes === 1 && areInterchangeable(machine, seed);
    machine.startsInOrder = this.isSymmetric;
    return new DepthFirst(machine, preemptions);
  }

  private isSpent(explorer: Explorer): boolean {
    const { ms } = this.request.budget;
    if (ms !== null && performance.now() - this.begunMs >= ms) return true;
    return isSpentBy(this.request.budget, explorer);
  }

  private found(explorer: Explorer, found: Found): Ran {
    const { machine, world, trial, name, request } = this;
    const result = this.resultOf(explorer, 'violation');
    machine.startsInOrder = false;
    const run = minimise(machine, found, request.explorer === 'dfs');
    return { result, violation: reportViolation(world, machine, trial, name, run) };
  }

  replay(choices: readonly number[]): Ran {
    const { machine, world, trial, name } = this;
    // Twice: the first time shows which words threads race for, if any.
    runSchedule(machine, choices, true);
    const run = runSchedule(machine, choices, true);
    if (run.choices.length < choices.length && run.finding === undefined) {
      throw usageError(
        `--replay: the schedule is not one of this lock: its step ${run.choices.length + 1} cannot be taken`,
      );
    }
    const result: TrialResult = {
      name,
      schedules: 1,
      steps: machine.steps,
      states: null,
      seconds: (performance.now() - this.begunMs) / 1e3,
      ending: run.finding === undefined ? 'replayed' : 'violation',
      covered: null,
      isBounded: true,
      threadsInterchangeable: false,
    };
    if (run.finding === undefined) return { result, violation: null };
    return { result, violation: reportViolation(world, machine, trial, name, run) };
  }

  private resultOf(explorer: Explorer, ending: TrialEnding): TrialResult {
    const { schedules, steps, states, covered, wasBounded } = explorer;
    return {
      name: this.name,
      schedules,
      steps,
      states,
      seconds: (performance.now() - this.begunMs) / 1e3,
      ending,
      covered,
      isBounded: wasBounded || ending !== 'exhausted',
      threadsInterchangeable: this.isSymmetric,
    };
  }
}

function isSpentBy({ schedules }: Budget, explorer: Explorer): boolean {
  return schedules !== null && explorer.schedules >= schedules;
}
