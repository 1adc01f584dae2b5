import { setTimeout as sleepMs, setImmediate as yieldToEvents } from 'node:timers/promises';
import { interruptedError, messageOf } from '../../errors.js';
import { type Algorithms, loadAlgorithms } from '../../irqbypass/algorithms.js';
import type { RunPlan } from '../../model/run-plan.js';
import type { RunResult } from '../../model/run-result.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { CleanUpQueue } from '../../vm/cleanup-queue.js';
import { createQueue } from '../../vm/create-life.js';
import { type HostLayout, layOutHost, Meeting } from '../../vm/host.js';
import { Population } from '../../vm/populate.js';
import { allocate } from '../allocate.js';
import type { RunOptions } from '../backend.js';
import { progressAt, slowestRound } from '../round-progress.js';
import { nameThread } from '../thread-names.js';
import { chooseCpus } from './choose-cpus.js';
import { Meter } from './meter.js';
import { backgroundPool, burstPool, cleanUpPool, deathOf, type WorkerPool } from './pool.js';
import { Rehearsal } from './rehearsal.js';
import { StallWatch } from './stall.js';
import type { BackgroundTask, CleanUpTask, VmTask } from './task.js';
import { layOutYardstick, linkYardstick, type YardstickLayout } from './yardstick.js';
import { yardstickRounds } from './yardstick-rounds.js';

/** VMs set up between two looks at the events: about 10 ms of work. */
const VMS_A_SLICE = 500;
const POLL_MS = 20;
/** How long VMs get to end by themselves once the run is over. */
const GRACE_MS = 1000;

/** What a session needs, known before anything is allocated or started. */
export interface Preparation {
  readonly plan: RunPlan;
  readonly layout: HostLayout;
  readonly algorithms: Algorithms;
  readonly cpus: readonly (number | null)[];
  /** What latencies are measured in as well, or null. */
  readonly yardstick: YardstickLayout | null;
}

/**
 * @param nodes of the yardstick's walks, where there is one
 * @throws IrqbenchError (2) where a module of the user's own is wrong, (6) where this machine
 *   cannot do it
 */
export async function prepare(plan: RunPlan, nodes: number | null = null): Promise<Preparation> {
  const algorithms = await loadAlgorithms(plan.strategy);
  return {
    plan,
    algorithms,
    layout: layOutHost(plan, algorithms),
    cpus: chooseCpus(plan),
    yardstick: nodes === null ? null : layOutYardstick(plan, nodes),
  };
}

export interface SessionOptions extends Pick<RunOptions, 'signal' | 'onDeath' | 'onProgress'> {
  /** Threads that are there already, and that whoever made them ends. */
  readonly crew?: Crew | null;
}

/** Burst VMs' threads that live for one session after the other. */
export interface Crew {
  readonly pool: WorkerPool<VmTask>;
  /** Whether they have lived for one already. */
  isReady: boolean;
}

/**
 * One host on threads of its own, from its set-up to its end: background VMs as state, each
 * burst VM a worker, and one more for the clean-up queue where there is one. Its verbs are called in their order; each returns early once it is over.
 */
export class Session {
  readonly preparation: Preparation;
  readonly memory: SharedMemory;
  readonly meter = new Meter();
  private readonly plan: RunPlan;
  private readonly layout: HostLayout;
  private readonly options: SessionOptions;
  private readonly meeting: Meeting;
  private readonly stall: StallWatch;
  private readonly rehearsal: Rehearsal;
  private readonly queue: CleanUpQueue | null;
  private readonly yardstickMemory: SharedMemory | null;
  private burst: WorkerPool<VmTask> | null = null;
  private cleanUp: WorkerPool<CleanUpTask> | null = null;
  private background: WorkerPool<BackgroundTask> | null = null;
  private endings: Promise<unknown> = Promise.resolve();
  private ended = 0;
  private firstFailure: string | null = null;
  private isClosed = false;
  private wasCutOff = false;

  /** @throws IrqbenchError (3) where there is not the memory */
  constructor(preparation: Preparation, options: SessionOptions) {
    const { plan, layout } = preparation;
    this.preparation = preparation;
    this.plan = plan;
    this.layout = layout;
    this.options = options;
    this.memory = allocate(layout.bytes);
    this.meeting = new Meeting(this.memory, layout, plan.burst);
    this.queue = createQueue({ memory: this.memory, layout });
    const { yardstick } = preparation;
    this.yardstickMemory = yardstick && allocate(yardstick.bytes);
    this.rehearsal = new Rehearsal(plan, preparation.algorithms);
    this.stall = new StallWatch(this.memory, layout, plan, this.rehearsal);
  }

  /** The first thing that went wrong, in words; or null. */
  get failure(): string | null {
    return this.firstFailure;
  }

  /** Whether VMs had to be ended from outside, once it is destroyed. */
  get isCutOff(): boolean {
    return this.wasCutOff;
  }

  /** Whether every VM has done all its rounds. */
  get isComplete(): boolean {
    return this.slowestRound() > this.plan.rounds;
  }

  /** The yardstick's own figures of the measured rounds; of a session without one, none. */
  get yardstickRounds(): RunResult['rounds'] {
    const { yardstick } = this.preparation;
    if (yardstick === null || this.yardstickMemory === null) return [];
    const { burst, rounds } = this.plan;
    return yardstickRounds(this.yardstickMemory, yardstick, burst, rounds);
  }

  private get isOver(): boolean {
    return this.firstFailure !== null || this.options.signal.aborted;
  }

  /** Whoever sleeps or waits wakes, cleans up and leaves. */
  cancel(): void {
    this.rehearsal.cancel();
    this.meeting.cancel();
  }

  /** @throws IrqbenchError (130) where the run is interrupted before there is a host */
  async setUp(): Promise<void> {
    const { vms, burst } = this.plan;
    const { algorithms } = this.preparation;
    const population = new Population(this.memory, this.layout, this.plan, algorithms);
    while (population.advance(VMS_A_SLICE)) {
      if (this.isOver) {
        throw interruptedError('interrupted before the first round');
      }
      this.options.onProgress({ phase: 'set-up', done: population.vmsDone, total: vms + burst });
      await yieldToEvents();
    }
  }

  /** Not before the host is there: on few CPUs the two would only be in each other's way. */
  async start(): Promise<void> {
    const { plan, layout } = this;
    const { buffer } = this.memory.words;
    const common = { buffer, layout, plan, rehearsal: this.rehearsal.task, fault: plan.fault };
    const yardstick = this.yardstickTask();
    const crew = this.options.crew ?? null;
    const burst = crew?.pool ?? burstPool(plan.burst);
    const isReady = crew?.isReady === true;
    if (crew) crew.isReady = true;
    this.burst = burst;
    const endings = this.preparation.cpus.map((cpu, vm) =>
      this.watch(vm, burst.run({ ...common, vm, cpu, isReady, yardstick })),
    );
    const workers = layout.threads - plan.burst;
    if (workers > 0) {
      const cleanUp = cleanUpPool(workers);
      this.cleanUp = cleanUp;
      for (let worker = 0; worker < workers; worker++) {
        endings.push(this.watch(plan.burst + worker, cleanUp.run({ ...common, worker })));
      }
    }
    this.endings = Promise.all(endings);
    if (plan.background === 'threads') this.startBackground();
    await this.untilReady();
  }

  /** Lets the VMs go; they stop at the pace before each round. */
  open(): void {
    this.stall.reset();
    this.meeting.gate.open();
  }

  /** Lets every round begin when its VMs come to it, and waits for the end. */
  async runAll(): Promise<void> {
    this.meeting.pace.releaseAll();
    await this.watchUntil(() => false);
  }

  /**
   * Lets one more round begin, and waits for its end.
   * @param round the round's number, warm-up rounds up to 0
   */
  async runRound(round: number): Promise<void> {
    this.stall.reset();
    this.meeting.pace.release();
    await this.watchUntil(() => this.slowestRound() > round);
  }

  /** Until every thread has ended, or the run is over and they had their time to end too. */
  async untilEnded(): Promise<void> {
    await this.watchUntil(() => false);
  }

  /** Ends all threads, wherever they stand. */
  async destroy(): Promise<void> {
    if (!this.isClosed) this.wasCutOff = this.ended < this.layout.threads;
    this.isClosed = true;
    this.cancel();
    // Who has ended by himself can live again; others have to be ended where they stand.
    const isReusable = this.options.crew != null && this.ended === this.layout.threads;
    const burst = isReusable ? undefined : this.burst;
    await Promise.all([burst?.destroy(), this.cleanUp?.destroy(), this.background?.destroy()]);
  }

  private yardstickTask(): VmTask['yardstick'] {
    const { yardstick } = this.preparation;
    if (yardstick === null || this.yardstickMemory === null) return null;
    const { consumers } = this.layout.bypass;
    const ringAt = linkYardstick(this.memory, consumers, yardstick.nodes);
    return { buffer: this.yardstickMemory.words.buffer, layout: yardstick, ringAt };
  }

  private startBackground(): void {
    const { plan, layout } = this;
    if (plan.vms === 0) return;
    this.background = backgroundPool(plan.vms);
    const { buffer } = this.memory.words;
    for (let vm = 0; vm < plan.vms; vm++) {
      this.background
        .run({ buffer, stopAt: layout.stopAt, parkedAt: layout.parkedAt })
        .catch((thrown: unknown) => {
          this.fail(`background VM ${vm} died: ${messageOf(thrown)}`);
        });
    }
  }

  private async watch(thread: number, ending: Promise<void>): Promise<void> {
    try {
      await ending;
    } catch (thrown) {
      if (!this.isClosed) this.options.onDeath(thrown);
      this.fail(deathOf(nameThread(thread, this.plan), thrown));
      // The dead queue nothing more, so the workers need not stay for them.
      if (thread < this.plan.burst) this.queue?.leave();
    }
    this.ended++;
  }

  /** The first failure counts; what follows from it does not. */
  private fail(failure: string): void {
    // Who is ended by the destruction died of nothing.
    if (this.isClosed) return;
    this.firstFailure ??= failure;
    this.cancel();
  }

  private async untilReady(): Promise<void> {
    const parked = this.background === null ? 0 : this.plan.vms;
    const total = this.layout.threads + parked;
    this.stall.reset();
    for (;;) {
      const ready = this.meeting.gate.readyCount();
      const done = ready + Atomics.load(this.memory.words, this.layout.parkedAt);
      if (done === total || this.isOver) return;
      this.failIfStuck({ ready, done });
      this.options.onProgress({ phase: 'start', done, total });
      await sleepMs(POLL_MS);
    }
  }

  /** Looks after the VMs until all have ended or it is enough; or it is over, and a while longer. */
  private async watchUntil(isEnough: () => boolean): Promise<void> {
    let graceMs = GRACE_MS;
    while (this.ended < this.layout.threads && graceMs > 0 && (this.isOver || !isEnough())) {
      await Promise.race([this.endings, sleepMs(POLL_MS)]);
      this.executeTheDoomed();
      this.failIfStuck(null);
      if (this.isOver) graceMs -= POLL_MS;
      this.reportProgress();
    }
  }

  private failIfStuck(starting: { readonly ready: number; readonly done: number } | null): void {
    const stuck = this.stall.look(starting);
    if (stuck !== undefined && !this.isOver) this.fail(stuck);
  }

  private executeTheDoomed(): void {
    const threadId = Atomics.exchange(this.memory.words, this.layout.doomAt, 0);
    if (threadId !== 0) this.burst?.kill(threadId);
  }

  private slowestRound(): number {
    return slowestRound(this.plan, this.layout, this.memory);
  }

  private reportProgress(): void {
    this.options.onProgress(progressAt(this.slowestRound(), this.plan));
  }
}
