import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleepMs, setImmediate as yieldToEvents } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CrewSamples, CrewTask, News, Order } from './task.js';

/** The parent's side of one process of a run. */

const PROGRAM = fileURLToPath(new URL('./crew-worker.js', import.meta.url));
/** What is kept of what a process says on its standard error. */
const LAST_WORDS = 4000;

export interface CrewEvents {
  readonly onNews: (news: News) => void;
  /** Told once, when the process has ended before it said that everything is closed. */
  readonly onDeath: (how: string) => void;
}

export class Crew {
  populated = 0;
  /** Threads of burst VMs that wait for their first round. */
  started = 0;
  foreignCallNs = 0;
  samples: CrewSamples | null = null;
  cpuNs = 0;
  /** Open descriptors before and after, once everything is closed; null: it was ended before. */
  descriptors: { readonly before: number | null; readonly after: number | null } | null = null;
  private readonly child: ChildProcess;
  private readonly events: CrewEvents;
  private readonly ended: Promise<void>;
  private lastWords = '';

  constructor(task: CrewTask, events: CrewEvents) {
    this.events = events;
    this.child = fork(PROGRAM, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString()).slice(-LAST_WORDS);
    });
    this.child.on('message', (news: News) => this.hear(news));
    this.ended = this.awaitEnd();
    this.order({ kind: 'set-up', task });
  }

  order(order: Order): void {
    // A process that has died is heard of by its end.
    if (this.child.connected) this.child.send(order, () => {});
  }

  /** Waits for its end; one that takes longer is killed, wherever it stands. */
  async end(graceMs: number): Promise<void> {
    const timer = new AbortController();
    const late = sleepMs(graceMs, 'late', { signal: timer.signal }).catch(() => 'aborted');
    if ((await Promise.race([this.ended, late])) === 'late') this.child.kill('SIGKILL');
    timer.abort();
    await this.ended;
  }

  /** Until the process has ended and this side's ends of its pipes are closed as well. */
  private async awaitEnd(): Promise<void> {
    const { child } = this;
    const disconnected = new Promise<void>((resolve) => child.once('disconnect', () => resolve()));
    const closed = new Promise<boolean>((resolve) => {
      child.once('error', (thrown) => {
        this.events.onDeath(thrown.message);
        resolve(child.pid !== undefined);
      });
      child.once('close', (code, signal) => {
        if (this.descriptors === null) this.events.onDeath(this.howItDied(code, signal));
        resolve(true);
      });
    });
    if (await closed) await disconnected;
    // The channel's descriptor is closed in the turn after it is said to be.
    await yieldToEvents();
  }

  private hear(news: News): void {
    switch (news.kind) {
      case 'populated':
        this.populated = news.vms;
        break;
      case 'started':
        this.started = news.threads;
        this.foreignCallNs = news.foreignCallNs;
        break;
      case 'samples':
        this.samples = news.samples;
        this.cpuNs = news.cpuNs;
        break;
      case 'closed':
        this.descriptors = news;
        break;
    }
    this.events.onNews(news);
  }

  private howItDied(code: number | null, signal: NodeJS.Signals | null): string {
    const words = this.lastWords.split('\n').find((line) => /Error|FATAL/.test(line));
    const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
    return words === undefined ? how : `${how}: ${words.trim()}`;
  }
}
