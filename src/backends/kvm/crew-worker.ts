import { closeSync, openSync } from 'node:fs';
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../errors.js';
import { samplesOf } from '../../measure/recorder.js';
import { latencyNames } from '../../model/run-result.js';
import { allocateMemory, type SharedMemory } from '../../sync/memory.js';
import { type Libc, loadLibc } from '../../system/libc.js';
import { openDescriptors } from '../../system/limits.js';
import { measureForeignCall } from './foreign-call.js';
import { KvmVm } from './kvm-vm.js';
import { dieWith } from './parent-death.js';
import { type CrewLayout, CrewWords, layOutCrew, PHASES, phaseCell } from './shared.js';
import type { CrewSamples, CrewTask, KvmVmTask, News, Order, VmNews } from './task.js';

/**
 * One process of a run: it has background VMs, and a thread for each of its burst VMs. It obeys the
 * process that started it and ends with it; the kernel then closes whatever is still open.
 */

/** A VM keeps nothing on its heap. */
const HEAP_MB = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 } as const;

class Crew {
  private readonly task: CrewTask;
  private readonly layout: CrewLayout;
  private readonly memory: SharedMemory;
  private readonly words: CrewWords;
  private readonly background: KvmVm[] = [];
  private readonly roundsOver = new Map<number, number>();
  private ready = 0;

  constructor(task: CrewTask) {
    this.task = task;
    this.layout = layOutCrew(task.plan, task.cpus.length);
    this.memory = allocateMemory(this.layout.bytes);
    this.words = new CrewWords(this.memory, this.layout);
  }

  async run(libc: Libc): Promise<void> {
    const before = openDescriptors();
    const device = openSync(this.task.device, 'r+');
    try {
      await this.populate(libc, device);
      await this.measure(libc, device);
    } finally {
      for (const vm of this.background) vm.close();
      closeSync(device);
    }
    tell({ kind: 'closed', before, after: openDescriptors() });
  }

  private async measure(libc: Libc, device: number): Promise<void> {
    if (this.words.stop.isSet()) return;
    const foreignCallNs = measureForeignCall(libc);
    const cpu = process.cpuUsage();
    await this.liveOut(device, (threads) => tell({ kind: 'started', threads, foreignCallNs }));
    const { user, system } = process.cpuUsage(cpu);
    tell({ kind: 'samples', samples: this.samples(), cpuNs: (user + system) * 1e3 });
  }

  release(beginNs: number): void {
    if (beginNs > 0) this.words.release(beginNs);
    else this.words.pace.releaseAll();
  }

  cancel(): void {
    this.words.cancel();
  }

  /** One after the other, with a look at the events between them. */
  private async populate(libc: Libc, device: number): Promise<void> {
    const { irqfds } = this.task.plan;
    for (let made = 0; made < this.task.background && !this.words.stop.isSet(); made++) {
      const vm = new KvmVm(libc, device, irqfds);
      this.background.push(vm);
      vm.create();
      vm.createIrqchip();
      for (let irqfd = 0; irqfd < irqfds; irqfd++) {
        vm.openEventfd(irqfd);
        vm.assign(irqfd);
      }
      tell({ kind: 'populated', vms: made + 1 });
      await yieldToEvents();
    }
  }

  /** Starts the threads of the burst VMs, and waits until all have ended. */
  private async liveOut(device: number, onStart: (threads: number) => void): Promise<void> {
    const { plan, cpus } = this.task;
    const endings = cpus.map((cpu, vm) => {
      const { layout, memory } = this;
      const { buffer } = memory.words;
      const task: KvmVmTask = { buffer, layout, plan, device, vm, cpu };
      const worker = new Worker(new URL('./vm-worker.js', import.meta.url), {
        workerData: task,
        resourceLimits: HEAP_MB,
      });
      worker.on('message', (news: VmNews) => this.hear(news, onStart));
      worker.on('error', (thrown) => this.fail(messageOf(thrown)));
      return new Promise<void>((resolve) => worker.on('exit', () => resolve()));
    });
    await Promise.all(endings);
  }

  private hear(news: VmNews, onStart: (threads: number) => void): void {
    if (news === 'ready') {
      onStart(++this.ready);
      return;
    }
    const over = (this.roundsOver.get(news) ?? 0) + 1;
    this.roundsOver.set(news, over);
    if (over === this.task.cpus.length) tell({ kind: 'round-done', round: news });
  }

  /** One VM's failure ends the run. */
  private fail(message: string): void {
    tell({ kind: 'failed', message });
    this.cancel();
  }

  private samples(): CrewSamples {
    const vms = this.task.cpus.map((_, vm) => vm);
    const { memory, layout } = this;
    const latencies = latencyNames.map((name) => [
      name,
      // Copies: a view would take the whole buffer along.
      vms.map((vm) => samplesOf(memory, layout.recorders, vm, name).slice()),
    ]);
    const phases = PHASES.map((phase) => [
      phase,
      vms.map((vm) => {
        const at = phaseCell(layout, vm, phase, 0);
        return memory.doubles.slice(at, at + (memory.words[layout.roundsAt + vm] as number));
      }),
    ]);
    return Object.fromEntries([...latencies, ...phases]) as CrewSamples;
  }
}

function tell(news: News): void {
  // Without a parent there is nobody to tell, and the process is about to end.
  if (process.connected) process.send?.(news);
}

let crew: Crew | null = null;

async function obey(order: Order): Promise<void> {
  if (order.kind === 'round') crew?.release(order.beginNs);
  else if (order.kind === 'stop') crew?.cancel();
  else await carryOut(order.task);
}

async function carryOut(task: CrewTask): Promise<void> {
  try {
    const libc = loadLibc('--backend kvm', '--backend threads');
    dieWith(task.parent, libc);
    crew = new Crew(task);
    await crew.run(libc);
  } catch (thrown) {
    tell({ kind: 'failed', message: messageOf(thrown) });
  }
  process.disconnect();
}

// A terminal sends its signals to every process of a run; the parent says what is to be done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => void obey(order));
