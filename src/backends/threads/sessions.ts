import { isInterruption } from '../../errors.js';
import type { RunPlan } from '../../model/run-plan.js';
import type { RunOptions } from '../backend.js';
import { tuneCompiler } from './compiler.js';
import { burstPool } from './pool.js';
import { runBesideYardstick, type YardstickRun } from './run.js';
import type { Crew } from './session.js';

/**
 * Sessions that the same threads live for: to start threads is what takes the longest, but what the
 * compiler made of the code is the same for as long as they live.
 */
const SESSIONS_A_CREW = 5;

/**
 * Sessions of one plan beside a yardstick, one after the other: each on memory of its own, and some
 * of them on threads of their own.
 */
export class SessionSampler {
  private readonly plan: RunPlan;
  private readonly nodes: number;
  private readonly options: RunOptions;
  private crew: Crew | null = null;
  private lived = 0;
  private hasBegun = false;

  /** @param nodes of the yardstick's walks */
  constructor(plan: RunPlan, nodes: number, options: RunOptions) {
    this.plan = plan;
    this.nodes = nodes;
    this.options = options;
  }

  /**
   * @returns fewer where one failed, which is the last one then, or where the signal came: during the
   *   last one, or when none had begun since
   */
  async sessions(count: number): Promise<YardstickRun[]> {
    const runs: YardstickRun[] = [];
    while (runs.length < count && !this.options.signal.aborted) {
      if (this.lived >= SESSIONS_A_CREW) await this.end();
      const run = await this.session(runs.length, count);
      if (run === null) break;
      runs.push(run);
      if (run.result.partial || run.result.failure !== null) break;
    }
    return runs;
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    await this.crew?.pool.destroy();
    this.crew = null;
    this.lived = 0;
  }

  /** @returns null where the signal came before there was a host */
  private async session(done: number, total: number): Promise<YardstickRun | null> {
    // A thread compiles as it was set when the thread began.
    tuneCompiler();
    this.crew ??= { pool: burstPool(this.plan.burst), isReady: false };
    this.lived++;
    const { options } = this;
    const run = runBesideYardstick(this.plan, this.nodes, this.crew, {
      ...options,
      onBegin: async () => {
        if (!this.hasBegun) await options.onBegin();
        this.hasBegun = true;
      },
      onProgress: ({ phase, done: ofIt, total: ofAll }) => {
        const share = phase === 'rounds' ? ofIt / ofAll : 0;
        options.onProgress({ phase: 'sessions', done: done + share, total });
      },
    });
    return run.catch((thrown: unknown) => {
      if (isInterruption(thrown)) return null;
      throw thrown;
    });
  }
}
