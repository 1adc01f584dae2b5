import { setImmediate } from 'node:timers/promises';
import { usageError } from '../errors.js';
import type {
  ExplorerName,
  TrialEnding,
  TrialResult,
  VerifyResult,
  Violation,
} from '../model/verify-result.js';
import { DepthFirst } from './dfs.js';
import { type Explorer, type Found, runSchedule } from './explorer.js';
import type { Machine } from './machine.js';
import { minimise } from './minimise.js';
import { Pct } from './pct.js';
import { RandomWalk } from './random-walk.js';
import { type Reported, reportViolation } from './report-violation.js';
import { areInterchangeable } from './symmetry.js';

/** Explores one program after the other, each within its budget, up to the first violation. */

/** How programs are explored, whatever they are. */
export interface Exploration {
  readonly preemptions: number;
  readonly explorer: ExplorerName;
  readonly budget: Budget;
  readonly seed: number;
  /** Waits may end without a notify. */
  readonly spurious: boolean;
  /**
   * Whether the depth-first search leaves out what leads to states that it knows: without, it runs
   * every schedule within the bound. Yes, if nothing is said.
   */
  readonly reduces?: boolean;
}

/** What a trial may take: the one or the other. */
export interface Budget {
  readonly schedules: number | null;
  readonly ms: number | null;
  readonly text: string;
}

/** A program to be explored, or of which one schedule is to be run. */
export interface Planned extends Reported {
  /** Called when it is its turn: a world has one machine at a time. */
  readonly prepare: () => Machine;
  /** Whether its threads may turn out to be interchangeable. */
  readonly areThreadsAlike: boolean;
  /** Of a replay; else null. */
  readonly choices: readonly number[] | null;
}

/** How far a trial is, now and then. */
export type OnProgress = (trial: string, explorer: Explorer) => void;

/** A schedule of more steps than this is taken for one that never ends. */
export const MAX_STEPS = 10_000;
/** Between two looks at the clock and at interrupts. */
const SLICE = 64;
/** Between two turns of the event loop, in which an interrupt can be noticed. */
const TURN_MS = 100;
/**
 * Schedules drawn ahead of a search: they show most of what its states must be told apart by,
 * which would have it begin anew else. What they find, it finds again.
 */
const SCOUTS = 300;
const SCOUT_DEPTH = 4;

export async function runTrials(
  planned: readonly Planned[],
  exploration: Exploration,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Pick<VerifyResult, 'trials' | 'violation' | 'partial'>> {
  const trials: TrialResult[] = [];
  let violation: Violation | null = null;
  for (const plan of planned) {
    const session = new Session(plan, exploration);
    const { choices } = plan;
    const ran =
      choices === null ? await session.explore(signal, onProgress) : session.replay(choices);
    trials.push(ran.result);
    violation = ran.violation;
    if (violation !== null || signal.aborted) break;
  }
  return { trials, violation, partial: signal.aborted };
}

interface Ran {
  readonly result: TrialResult;
  readonly violation: Violation | null;
}

class Session {
  private readonly plan: Planned;
  private readonly exploration: Exploration;
  private readonly machine: Machine;
  private isSymmetric = false;
  private readonly begunMs = performance.now();

  constructor(plan: Planned, exploration: Exploration) {
    this.plan = plan;
    this.exploration = exploration;
    this.machine = plan.prepare();
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
          isSpentBy(this.exploration.budget, explorer),
      );
      onProgress(this.plan.name, explorer);
      await setImmediate();
      turnAtMs = performance.now();
    }
    if (typeof outcome !== 'string') return this.found(explorer, outcome);
    const ending = outcome === 'done' ? 'exhausted' : signal.aborted ? 'interrupted' : 'budget';
    return { result: this.resultOf(explorer, ending), violation: null };
  }

  private prepare(): Explorer {
    const { machine, exploration, plan } = this;
    const { explorer, preemptions, seed, reduces = true } = exploration;
    if (explorer === 'random') return new RandomWalk(machine, seed);
    if (explorer === 'pct') return new Pct(machine, preemptions + 1, seed);
    if (!reduces) return new DepthFirst(machine, preemptions, false);
    const scout = new Pct(machine, SCOUT_DEPTH, seed);
    scout.explore(() => scout.schedules >= SCOUTS);
    this.isSymmetric = plan.areThreadsAlike && areInterchangeable(machine, seed);
    machine.startsInOrder = this.isSymmetric;
    return new DepthFirst(machine, preemptions);
  }

  private isSpent(explorer: Explorer): boolean {
    const { budget } = this.exploration;
    if (budget.ms !== null && performance.now() - this.begunMs >= budget.ms) return true;
    return isSpentBy(budget, explorer);
  }

  private found(explorer: Explorer, found: Found): Ran {
    const { machine, exploration } = this;
    const result = this.resultOf(explorer, 'violation');
    machine.startsInOrder = false;
    const run = minimise(machine, found, exploration.explorer === 'dfs');
    return { result, violation: reportViolation(machine, this.plan, run) };
  }

  replay(choices: readonly number[]): Ran {
    const { machine, plan } = this;
    // Twice: the first time shows which words threads race for, if any.
    runSchedule(machine, choices, true);
    const run = runSchedule(machine, choices, true);
    if (run.choices.length < choices.length && run.finding === undefined) {
      throw usageError(
        `--replay: the schedule is not one of this ${plan.places.noun}: its step ${run.choices.length + 1} cannot be taken`,
      );
    }
    const result: TrialResult = {
      ...this.resultOf(ONE_SCHEDULE, run.finding === undefined ? 'replayed' : 'violation'),
      steps: machine.steps,
    };
    if (run.finding === undefined) return { result, violation: null };
    return { result, violation: reportViolation(machine, plan, run) };
  }

  private resultOf(
    { schedules, steps, states, covered, wasBounded }: Omit<Explorer, 'explore'>,
    ending: TrialEnding,
  ): TrialResult {
    return {
      name: this.plan.name,
      threads: this.machine.threads.length,
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

const ONE_SCHEDULE = { schedules: 1, steps: 0, states: null, covered: null, wasBounded: true };

function isSpentBy({ schedules }: Budget, explorer: Explorer): boolean {
  return schedules !== null && explorer.schedules >= schedules;
}
