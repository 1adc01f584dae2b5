import { IrqbenchError, isInterruption } from '../errors.js';
import type { RunPlan } from '../model/run-plan.js';
import type { RunResult } from '../model/run-result.js';
import { type SweepPoint, summaryOf } from '../model/sweep-result.js';
import type { Backend, Progress, RunOptions } from './backend.js';

/** The points of a sweep, one run after the other, on whatever backend. */

/** What is run at a point. */
export interface PlannedPoint {
  readonly index: number;
  readonly values: readonly string[];
  readonly name: string;
  readonly plan: RunPlan;
}

export interface SweepOptions extends Omit<RunOptions, 'percentiles' | 'onProgress'> {
  /** Runs of each point, with one seed after the other. */
  readonly seeds: number;
  readonly keepsResults: boolean;
  readonly onProgress: (progress: SweepProgress) => void;
}

export interface SweepProgress {
  readonly point: PlannedPoint;
  /** Points that are done. */
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Runs of the point that have ended, and how many there will be. */
  readonly ended: number;
  readonly seeds: number;
  /** Of the run that goes on. */
  readonly run: Progress;
}

/**
 * Runs the points in their order. One that fails keeps no other from being run; an interrupt ends
 * the sweep, and the point that it met is left out.
 * @returns the points that are done, without figures
 * @throws IrqbenchError the first that kept a point from running, where it kept every other as well
 */
export async function runSweep(
  points: readonly PlannedPoint[],
  run: Backend<RunPlan>,
  options: SweepOptions,
): Promise<SweepPoint[]> {
  return new Sweep(run, points.length, options).runAll(points);
}

class Sweep {
  private readonly run: Backend<RunPlan>;
  private readonly total: number;
  private readonly options: SweepOptions;
  private done = 0;
  private failed = 0;
  private hasBegun = false;
  private refusal: IrqbenchError | null = null;

  constructor(run: Backend<RunPlan>, total: number, options: SweepOptions) {
    this.run = run;
    this.total = total;
    this.options = options;
  }

  async runAll(points: readonly PlannedPoint[]): Promise<SweepPoint[]> {
    const done: SweepPoint[] = [];
    for (const point of points) {
      const outcome = await this.runPoint(point);
      if (outcome === null) return done;
      done.push(outcome);
    }
    if (this.refusal !== null && !this.hasBegun) throw this.refusal;
    return done;
  }

  /** @returns null where it was interrupted */
  private async runPoint(point: PlannedPoint): Promise<SweepPoint | null> {
    const { index, values, plan } = point;
    const runs: SweepPoint['runs'] = [];
    const failures: string[] = [];
    for (let place = 0; place < this.options.seeds; place++) {
      const ended = await this.runOnce(point, place);
      if (ended === null) return null;
      if (typeof ended === 'string') failures.push(ended);
      else {
        if (ended.failure !== null) failures.push(ended.failure);
        runs.push(this.options.keepsResults ? ended : summaryOf(ended));
      }
    }
    const [failure = null] = failures;
    this.done++;
    if (failure !== null) this.failed++;
    return { index, values: [...values], plan, failure, figures: {}, runs };
  }

  /** @returns the result, why there is none, or null where it was interrupted */
  private async runOnce(point: PlannedPoint, place: number): Promise<RunResult | string | null> {
    const plan = { ...point.plan, seed: point.plan.seed + place };
    const { seeds, signal, onBegin, onDeath, onProgress } = this.options;
    if (signal.aborted) return null;
    const { done, total, failed } = this;
    try {
      const result = await this.run(plan, {
        // The metrics say which are wanted, and each latency has others.
        percentiles: [],
        signal,
        onDeath,
        onBegin: async () => {
          if (this.hasBegun) return;
          this.hasBegun = true;
          await onBegin();
        },
        onProgress: (run) => onProgress({ point, done, total, failed, ended: place, seeds, run }),
      });
      return result.partial && result.failure === null ? null : result;
    } catch (thrown) {
      if (isInterruption(thrown)) return null;
      if (!(thrown instanceof IrqbenchError)) throw thrown;
      const { exitCode, message } = thrown;
      this.refusal ??= new IrqbenchError(exitCode, `${point.name}: ${message}`, { cause: thrown });
      return thrown.message;
    }
  }
}
