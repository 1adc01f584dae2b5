import { setTimeout as sleepMs, setImmediate as yieldToEvents } from 'node:timers/promises';
import { EXIT, IrqbenchError, machineError, messageOf, runError } from '../../errors.js';
import { type Algorithms, loadAlgorithms } from '../../irqbypass/algorithms.js';
import { allowedCpus, pinOrder } from '../../measure/cpus.js';
import { describeEnvironment, readSteal, type StealReading } from '../../measure/environment.js';
import { calibrateTimer } from '../../measure/timer.js';
import { collectWarnings } from '../../measure/warnings.js';
import type { RunPlan } from '../../model/run-plan.js';
import { type RunResult, SCHEMA_VERSION } from '../../model/run-result.js';
import { nowNs } from '../../sync/clock.js';
import { allocateMemory, type SharedMemory } from '../../sync/memory.js';
import { formatBytes } from '../../units.js';
import { VERSION } from '../../version.js';
import { type HostLayout, layOutHost, Meeting, progressWord } from '../../vm/host.js';
import { Population } from '../../vm/populate.js';
import type { Backend, RunOptions } from '../backend.js';
import { checkMemory } from './budget.js';
import { collect, deterministicMetrics } from './collect.js';
import { widenInlining } from './compiler.js';
import { requireKoffi } from './pin.js';
import { backgroundPool, burstPool, deathOf, type WorkerPool } from './pool.js';
import type { BackgroundTask, VmTask } from './task.js';

/** VMs set up between two looks at the events: about 10 ms of work. */
const VMS_A_SLICE = 500;
const POLL_MS = 20;
/** How long VMs get to end by themselves once the run is over. */
const GRACE_MS = 1000;

/**
 * Runs a plan on real threads: background VMs as state, each burst VM a worker thread.
 * @throws IrqbenchError (6) before anything is started, where this machine cannot do it
 */
export const runOnThreads: Backend<RunPlan> = async (plan, options) => {
  const algorithms = await loadAlgorithms(plan.strategy);
  const layout = layOutHost(plan, algorithms);
  checkMemory(plan, layout);
  const cpus = chooseCpus(plan);
  await options.onBegin();
  widenInlining();
  const environment = describeEnvironment();
  const timer = calibrateTimer();
  const run = new ThreadRun(plan, layout, algorithms, cpus, options);
  const { failure, isCutOff, timing, stolenShare } = await run.carryOut();
  const collected = collect(run.memory, layout, plan, algorithms, options.percentiles);
  const isComplete = failure === null && run.isComplete();
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'irqbench', version: VERSION },
    backend: 'threads',
    plan,
    seed: plan.seed,
    environment,
    timer,
    partial: !isComplete,
    // VMs that were cut off could not clean up; that is no fault of the manager's.
    failure: failure ?? (isCutOff ? null : damageIn(collected.audit)),
    warnings: collectWarnings({ plan, environment, timer, stolenShare, ...collected }),
    deterministic: isComplete ? deterministicMetrics(plan) : [],
    timing,
    ...collected,
  };
};

function damageIn({ damage, findings }: RunResult['audit']): string | null {
  return damage === 0 ? null : `the audit found damage: ${findings[0]}`;
}

/** The CPU of each burst VM, or nulls. */
function chooseCpus(plan: RunPlan): (number | null)[] {
  const vms = Array.from({ length: plan.burst }, (_, vm) => vm);
  if (plan.pin === 'off') return vms.map(() => null);
  if (process.platform !== 'linux') {
    throw machineError(`--pin works on Linux only, this is ${process.platform}: use --pin off`);
  }
  requireKoffi();
  const allowed = allowedCpus();
  const order = typeof plan.pin === 'string' ? pinOrder(allowed, plan.pin) : plan.pin;
  const missing = order.find((cpu) => !allowed.some((candidate) => candidate.cpu === cpu));
  if (missing !== undefined) {
    throw machineError(
      `--pin: this process may not run on CPU ${missing}, it may on ${allowed.map(({ cpu }) => cpu).join(',')}`,
    );
  }
  return vms.map((vm) => order[vm % order.length] as number);
}

interface Outcome {
  readonly failure: string | null;
  /** Whether VMs had to be ended from outside. */
  readonly isCutOff: boolean;
  readonly timing: RunResult['timing'];
  readonly stolenShare: number;
}

class ThreadRun {
  readonly memory: SharedMemory;
  private readonly plan: RunPlan;
  private readonly layout: HostLayout;
  private readonly algorithms: Algorithms;
  private readonly options: RunOptions;
  private readonly meeting: Meeting;
  private readonly cpus: readonly (number | null)[];
  private burst: WorkerPool<VmTask> | null = null;
  private background: WorkerPool<BackgroundTask> | null = null;
  private endings: Promise<void>[] = [];
  private ended = 0;
  private failure: string | null = null;

  constructor(
    plan: RunPlan,
    layout: HostLayout,
    algorithms: Algorithms,
    cpus: readonly (number | null)[],
    options: RunOptions,
  ) {
    this.plan = plan;
    this.layout = layout;
    this.algorithms = algorithms;
    this.cpus = cpus;
    this.options = options;
    this.memory = allocate(layout.bytes);
    this.meeting = new Meeting(this.memory, layout, plan.burst);
  }

  async carryOut(): Promise<Outcome> {
    const interrupt = () => this.meeting.cancel();
    this.options.signal.addEventListener('abort', interrupt, { once: true });
    if (this.options.signal.aborted) interrupt();
    try {
      const begunNs = nowNs();
      await this.setUp();
      const setUpNs = nowNs();
      this.start();
      await this.untilReady();
      const startedNs = nowNs();
      const cpu = process.cpuUsage();
      const steal = readSteal();
      // Over before it began: nobody has registered anything, so nobody is waited for.
      if (!this.isOver) {
        this.meeting.gate.open();
        await this.untilEnded();
      }
      const spent = process.cpuUsage(cpu);
      return {
        failure: this.failure,
        isCutOff: this.ended < this.plan.burst,
        timing: {
          setupNs: setUpNs - begunNs,
          startNs: startedNs - setUpNs,
          runNs: nowNs() - startedNs,
          cpuNs: (spent.user + spent.system) * 1e3,
        },
        stolenShare: stolenSince(steal),
      };
    } finally {
      this.options.signal.removeEventListener('abort', interrupt);
      this.meeting.cancel();
      await Promise.all([this.burst?.destroy(), this.background?.destroy()]);
    }
  }

  /** Whether every VM has done all its rounds. */
  isComplete(): boolean {
    return this.slowestRound() > this.plan.rounds;
  }

  private get isOver(): boolean {
    return this.failure !== null || this.options.signal.aborted;
  }

  private async watch(vm: number, ending: Promise<void>): Promise<void> {
    try {
      await ending;
    } catch (thrown) {
      this.options.onDeath(thrown);
      this.fail(deathOf(vm, thrown));
    }
    this.ended++;
  }

  /** The first failure counts; what follows from it does not. */
  private fail(failure: string): void {
    this.failure ??= failure;
    this.meeting.cancel();
  }

  /** @throws IrqbenchError (130) where the run is interrupted before there is a host */
  private async setUp(): Promise<void> {
    const { vms, burst } = this.plan;
    const population = new Population(this.memory, this.layout, this.plan, this.algorithms);
    while (population.advance(VMS_A_SLICE)) {
      if (this.isOver) {
        throw new IrqbenchError(EXIT.interrupted, 'interrupted before the first round');
      }
      this.options.onProgress({ phase: 'set-up', done: population.vmsDone, total: vms + burst });
      await yieldToEvents();
    }
  }

  /** Not before the host is there: on few CPUs the two would only be in each other's way. */
  private start(): void {
    const { plan, layout } = this;
    const { buffer } = this.memory.words;
    const pool = burstPool(plan.burst);
    this.burst = pool;
    this.endings = this.cpus.map((cpu, vm) =>
      this.watch(vm, pool.run({ buffer, layout, plan, vm, fault: plan.fault, cpu })),
    );
    if (plan.background === 'state' || plan.vms === 0) return;
    this.background = backgroundPool(plan.vms);
    for (let vm = 0; vm < plan.vms; vm++) {
      this.background
        .run({ buffer, stopAt: layout.stopAt, parkedAt: layout.parkedAt })
        .catch((thrown: unknown) => {
          this.fail(`background VM ${vm} died: ${messageOf(thrown)}`);
        });
    }
  }

  private async untilReady(): Promise<void> {
    const parked = this.background === null ? 0 : this.plan.vms;
    const total = this.plan.burst + parked;
    for (;;) {
      const done =
        this.meeting.gate.readyCount() + Atomics.load(this.memory.words, this.layout.parkedAt);
      if (done === total || this.isOver) return;
      this.options.onProgress({ phase: 'start', done, total });
      await sleepMs(POLL_MS);
    }
  }

  /** Until every VM has ended, or the run is over and they had their time to end too. */
  private async untilEnded(): Promise<void> {
    let graceMs = GRACE_MS;
    const all = Promise.all(this.endings);
    while (this.ended < this.plan.burst && graceMs > 0) {
      await Promise.race([all, sleepMs(POLL_MS)]);
      this.executeTheDoomed();
      if (this.isOver) graceMs -= POLL_MS;
      this.reportProgress();
    }
  }

  private executeTheDoomed(): void {
    const threadId = Atomics.exchange(this.memory.words, this.layout.doomAt, 0);
    if (threadId !== 0) this.burst?.kill(threadId);
  }

  /** The slowest VM's round is the run's. */
  private slowestRound(): number {
    let round = this.plan.rounds + 1;
    for (let vm = 0; vm < this.plan.burst; vm++) {
      round = Math.min(round, Atomics.load(this.memory.words, progressWord(this.layout, vm)));
    }
    return round;
  }

  private reportProgress(): void {
    const { rounds, warmupRounds } = this.plan;
    const round = this.slowestRound();
    if (round < 1) {
      const done = Math.max(0, round + warmupRounds - 1);
      this.options.onProgress({ phase: 'warm-up', done, total: warmupRounds });
    } else {
      this.options.onProgress({ phase: 'rounds', done: round - 1, total: rounds });
    }
  }
}

function allocate(bytes: number): SharedMemory {
  try {
    return allocateMemory(bytes);
  } catch (thrown) {
    throw runError(
      `the system refused ${formatBytes(bytes)} of shared memory: lower --vms`,
      thrown,
    );
  }
}

function stolenSince(before: StealReading | undefined): number {
  const after = readSteal();
  if (!before || !after || after.totalTicks <= before.totalTicks) return 0;
  return (after.stolenTicks - before.stolenTicks) / (after.totalTicks - before.totalTicks);
}
