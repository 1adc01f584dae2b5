import { CALLBACK } from '../irqbypass/callbacks.js';
import type { Digest } from './digest.js';
import type { PlacedObject } from './manager-layout.js';
import { type Call, type CallbackEvent, type Monitor, NOBODY } from './monitor.js';
import { type Finding, MARK, type Oracle } from './program.js';
import type { ThreadState } from './thread.js';

/** What each callback is to the object whose it is. */
const CALLBACKS: ReadonlyMap<number, CallbackEvent['callback']> = new Map([
  [CALLBACK.stopProducer, 'stop'],
  [CALLBACK.stopConsumer, 'stop'],
  [CALLBACK.addConsumer, 'add'],
  [CALLBACK.addProducer, 'add'],
  [CALLBACK.delConsumer, 'del'],
  [CALLBACK.delProducer, 'del'],
  [CALLBACK.startConsumer, 'start'],
  [CALLBACK.startProducer, 'start'],
]);

/** What the oracle needs of the program that it judges. */
export interface Judged {
  readonly threads: number;
  readonly objects: readonly PlacedObject[];
  /** Looks at the memory when all threads have ended, and at who should be registered. */
  readonly audit: (isRegistered: (object: number) => boolean) => Finding | null;
  /** Writes down what a thread was called to do, or has done. */
  readonly tell: (thread: number, what: string) => void;
}

/**
 * What must hold of a manager: what its monitors say while threads call it, and what its memory
 * says in the end. A call begins when its thread does something that others could notice, and ends
 * as soon as it has done the last such thing: the later and the sooner, the more is asked of it.
 */
export class ManagerOracle implements Oracle {
  private readonly judged: Judged;
  private readonly monitors: readonly Monitor[];
  /** Calls of which nobody could notice anything yet. */
  private readonly pending: (Call | null)[];
  private readonly registered: boolean[];

  constructor(judged: Judged, monitors: readonly Monitor[]) {
    this.judged = judged;
    this.monitors = monitors;
    this.pending = Array.from({ length: judged.threads }, () => null);
    this.registered = judged.objects.map(() => false);
  }

  restart(): void {
    this.pending.fill(null);
    this.judged.objects.forEach((object, number) => {
      this.registered[number] = object.isRegistered && !object.isOptedOut;
    });
    for (const monitor of this.monitors) monitor.restart();
  }

  /** A thread calls the manager. */
  begins(thread: number, call: Call): void {
    this.pending[thread] = call;
  }

  operates(thread: number): null {
    const call = this.pending[thread];
    if (call == null) return null;
    this.pending[thread] = null;
    const { objects, tell } = this.judged;
    tell(thread, `${call.verb} ${objects[call.object]?.name}`);
    for (const monitor of this.monitors) monitor.called(thread, call);
    return null;
  }

  /**
   * A call has returned.
   * @param error 0 of an unregistration
   */
  returned(thread: number, { verb, object }: Call, error: number): Finding | null {
    this.operates(thread);
    const { objects, tell } = this.judged;
    const what = `${verb} ${objects[object]?.name}`;
    tell(thread, verb === 'register' ? `${what}: ${error}` : `${what}: done`);
    if (verb === 'unregister') this.registered[object] = false;
    else if (error === 0) this.registered[object] = true;
    return this.first((monitor) => monitor.returned(thread, error));
  }

  left(thread: ThreadState): Finding | null {
    if (thread.a !== MARK.callback) return null;
    const event = this.eventOf(thread);
    return this.first((monitor) => monitor.ran(thread.id, event));
  }

  /** The callback that a thread is at. */
  eventOf({ at, b, c }: ThreadState): CallbackEvent {
    const callback = CALLBACKS.get(b);
    if (callback === undefined) throw new Error(`there is no callback ${b}`);
    const object = this.objectAt(at);
    const error = callback === 'add' ? (this.judged.objects[object]?.addError ?? 0) : 0;
    return { callback, object, partner: c === 0 ? NOBODY : this.objectAt(c), error };
  }

  private objectAt(address: number): number {
    return this.judged.objects.findIndex((object) => object.address === address);
  }

  private first(judge: (monitor: Monitor) => Finding | null): Finding | null {
    let found: Finding | null = null;
    for (const monitor of this.monitors) {
      const finding = judge(monitor);
      found ??= finding;
    }
    return found;
  }

  arrived(): null {
    return null;
  }

  modified(): void {}

  addTo(digest: Digest): void {
    for (const monitor of this.monitors) monitor.addTo(digest);
    for (const isRegistered of this.registered) digest.add(isRegistered ? 1 : 0);
  }

  ended(): Finding | null {
    const found = this.first((monitor) => monitor.ended());
    return found ?? this.judged.audit((object) => this.registered[object] === true);
  }
}
