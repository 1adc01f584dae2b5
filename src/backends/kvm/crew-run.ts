import { setTimeout as sleepMs } from 'node:timers/promises';
import type { RunPlan } from '../../model/run-plan.js';
import { formatCount, formatNs } from '../../units.js';
import type { RunOptions } from '../backend.js';
import type { Share } from './budget.js';
import { Crew } from './crew.js';
import { monotonicNs } from './shared.js';
import type { News } from './task.js';

/**
 * A run's processes from their start to their end. Verbs are called in their order; each returns
 * early once the run is over.
 */

const POLL_MS = 20;
/** How long it takes, at most, until every process has heard of a round. */
const HEADSTART_NS = 2e6;
/** How long processes get to clean up once a run is over. */
const GRACE_MS = 3000;
/** How long they get to close everything after the last round; measured: 400 VMs in under 1 s. */
const CLOSING_MS = 60_000;

export class CrewRun {
  readonly crews: readonly Crew[];
  setupNs = 0;
  startNs = 0;
  private readonly plan: RunPlan;
  private readonly options: Pick<RunOptions, 'signal' | 'onProgress'>;
  private readonly roundsDone: number[];
  private firstFailure: string | null = null;
  private isDestroyed = false;
  /** When something was last heard. */
  private heardNs = monotonicNs();
  private released = 0;

  /** @param cpus of the burst VMs */
  constructor(
    plan: RunPlan,
    device: string,
    shares: readonly Share[],
    cpus: readonly (number | null)[],
    options: Pick<RunOptions, 'signal' | 'onProgress'>,
  ) {
    this.plan = plan;
    this.options = options;
    this.roundsDone = shares.map(() => 0);
    let first = 0;
    this.crews = shares.map(({ background, burst }, at) => {
      const own = cpus.slice(first, first + burst);
      first += burst;
      return new Crew(
        { plan, device, background, cpus: own, parent: process.pid },
        {
          onNews: (news) => this.hear(at, news),
          onDeath: (how) => this.fail(`process ${at + 1} of ${shares.length} died: ${how}`),
        },
      );
    });
  }

  /** The first thing that went wrong, in words; or null. */
  get failure(): string | null {
    return this.firstFailure;
  }

  get isComplete(): boolean {
    return this.firstFailure === null && this.slowest() === this.allRounds;
  }

  private get allRounds(): number {
    return this.plan.warmupRounds + this.plan.rounds;
  }

  private get isOver(): boolean {
    return this.firstFailure !== null || this.options.signal.aborted;
  }

  /** Whoever sleeps or waits wakes, cleans up and leaves. */
  cancel(): void {
    for (const crew of this.crews) crew.order({ kind: 'stop' });
  }

  /** Until every background VM is there and every burst VM waits for its first round. */
  async setUp(): Promise<void> {
    const begunNs = monotonicNs();
    const populated = () => this.crews.reduce((sum, crew) => sum + crew.populated, 0);
    while (!this.isOver && populated() < this.plan.vms) {
      this.options.onProgress({ phase: 'set-up', done: populated(), total: this.plan.vms });
      await this.pause();
    }
    const populatedNs = monotonicNs();
    this.setupNs = populatedNs - begunNs;
    const started = () => this.crews.reduce((sum, crew) => sum + crew.started, 0);
    while (!this.isOver && started() < this.plan.burst) {
      this.options.onProgress({ phase: 'start', done: started(), total: this.plan.burst });
      await this.pause();
    }
    this.startNs = monotonicNs() - populatedNs;
  }

  /** Lets every round begin, and waits for the samples. */
  async runAll(): Promise<void> {
    if (this.isOver) return;
    this.heardNs = monotonicNs();
    if (this.plan.release === 'free') this.releaseAll();
    else this.release();
    while (!this.isOver && this.crews.some(({ samples }) => samples === null)) {
      this.reportProgress();
      await this.pause();
    }
  }

  /** Ends all processes: in their own time after a complete run, else soon. */
  async destroy(): Promise<void> {
    if (this.isDestroyed) return;
    if (this.isOver) this.cancel();
    const grace = this.isOver ? GRACE_MS : CLOSING_MS;
    await Promise.all(this.crews.map((crew) => crew.end(grace)));
    this.isDestroyed = true;
  }

  private hear(at: number, news: News): void {
    this.heardNs = monotonicNs();
    if (news.kind === 'failed') this.fail(news.message);
    if (news.kind !== 'round-done') return;
    this.roundsDone[at] = news.round + this.plan.warmupRounds;
    const isNext = this.plan.release === 'together' && this.slowest() === this.released;
    if (isNext && this.released < this.allRounds && !this.isOver) this.release();
  }

  /** All processes begin a round at the same moment of the clock that they share. */
  private release(): void {
    this.released++;
    const beginNs = monotonicNs() + HEADSTART_NS;
    for (const crew of this.crews) crew.order({ kind: 'round', beginNs });
  }

  private releaseAll(): void {
    for (const crew of this.crews) crew.order({ kind: 'round', beginNs: 0 });
  }

  /** The slowest process's rounds are the run's; warm-up included. */
  private slowest(): number {
    return Math.min(...this.roundsDone);
  }

  /** The first failure counts; what follows from it does not. */
  private fail(failure: string): void {
    if (this.isDestroyed || this.options.signal.aborted) return;
    this.firstFailure ??= failure;
    this.cancel();
  }

  private async pause(): Promise<void> {
    await sleepMs(POLL_MS);
    const { stallTimeoutNs, holdNs } = this.plan;
    if (stallTimeoutNs === 0) return;
    // A hold is silence too.
    const silentNs = monotonicNs() - this.heardNs - holdNs;
    if (silentNs > stallTimeoutNs) {
      this.fail(
        `nothing was heard of for ${formatNs(silentNs)} after ${formatCount(this.slowest())} rounds: a call into the kernel does not return (dmesg may say why)`,
      );
    }
  }

  private reportProgress(): void {
    const { rounds, warmupRounds } = this.plan;
    const done = this.slowest();
    const phase = done < warmupRounds ? 'warm-up' : 'rounds';
    this.options.onProgress(
      phase === 'warm-up'
        ? { phase, done, total: warmupRounds }
        : { phase, done: done - warmupRounds, total: rounds },
    );
  }
}
