import { type Ceremony, ceremoniesOf, isStep } from './ceremonies.js';
import type { Digest } from './digest.js';
import {
  type Call,
  type CallbackEvent,
  type Monitor,
  NOBODY,
  nameOf,
  type Party,
  spellCall,
  spellEvent,
} from './monitor.js';
import type { Finding } from './program.js';

/**
 * The rules that callbacks keep, whatever the manager:
 *
 * - They run in a call that meets a partner, in one of the orders of `ceremonies.ts`, to the end.
 * - None runs on an object before it is registered, or after its unregistering has returned, or
 *   after a registration that was refused.
 * - Two threads are not at an object's callbacks at once: who stopped it starts it.
 * - A connect is of two objects that came with one token and are not connected; a disconnect is
 *   of two that are. Who leaves is not connected any more.
 * - Where all is over, those that are registered with one token are connected: who was refused is
 *   not registered.
 */
export class CallbackMonitor implements Monitor {
  private readonly parties: readonly Party[];
  /** Before anybody calls. */
  private readonly initial: readonly ObjectState[];
  private readonly objects: readonly ObjectState[];
  private readonly threads: readonly ThreadState[];
  /** Worked out once: by verb and object. */
  private readonly ceremonies = new Map<string, readonly Ceremony[]>();

  /** @param registered by object: its token where it is registered before anybody calls, else 0 */
  constructor(
    threads: number,
    parties: readonly Party[],
    registered: readonly number[] = parties.map(() => 0),
  ) {
    this.parties = parties;
    this.initial = parties.map(({ side }, object) => {
      const token = registered[object] ?? 0;
      const partner = registered.findIndex(
        (other, at) => token !== 0 && other === token && parties[at]?.side !== side,
      );
      return { isIn: token !== 0, token, partner, by: NOBODY };
    });
    this.objects = this.initial.map((object) => ({ ...object }));
    this.threads = Array.from({ length: threads }, () => ({
      call: null,
      isNew: false,
      left: [],
      steps: 0,
    }));
  }

  restart(): void {
    for (const [i, object] of this.objects.entries()) Object.assign(object, this.initial[i]);
    for (const thread of this.threads) thread.call = null;
  }

  called(thread: number, call: Call): void {
    const state = this.threads[thread] as ThreadState;
    const object = this.objectOf(call.object);
    state.call = call;
    state.isNew = call.verb === 'register' && !object.isIn;
    state.left = this.ceremoniesFor(call);
    state.steps = 0;
    if (!state.isNew) return;
    object.isIn = true;
    object.token = call.token;
  }

  ran(thread: number, event: CallbackEvent): Finding | null {
    const state = this.threads[thread] as ThreadState;
    const { call } = state;
    if (call === null) return this.wrong(thread, event, 'in no call');
    const stranger = [event.object, event.partner].find(
      (object) => object !== NOBODY && !this.objectOf(object).isIn,
    );
    if (stranger !== undefined) {
      const name = nameOf(this.parties, stranger);
      return this.wrong(thread, event, `and ${name} has left, or was never there`);
    }
    const object = this.objectOf(event.object);
    if (object.by !== NOBODY && object.by !== thread)
      return this.wrong(thread, event, `and thread ${object.by} is at callbacks of it`);

    const { steps } = state;
    const left = state.left.filter((ceremony) => {
      const step = ceremony.steps[steps];
      return step !== undefined && isStep(step, event);
    });
    if (left.length === 0) return this.wrong(thread, event, this.expected(state));
    object.by = thread;
    state.left = left;
    state.steps++;
    const done = doneOf(state);
    return done === null ? null : this.complete(thread, event, done);
  }

  returned(thread: number, error: number): Finding | null {
    const state = this.threads[thread] as ThreadState;
    const { call, isNew } = state;
    if (call === null) return null;
    state.call = null;
    if (state.steps > 0 && doneOf(state) === null) {
      const message = `${spellCall(this.parties, call)} returned ${this.expected(state)}`;
      return callbackOrder(`thread ${thread}: ${message}`);
    }
    const isLeaving = call.verb === 'unregister' || (isNew && error !== 0);
    return isLeaving ? this.leave(thread, call) : null;
  }

  ended(): Finding | null {
    for (const [number, { isIn, token, partner }] of this.objects.entries()) {
      if (!isIn || partner !== NOBODY) continue;
      const other = this.objects.findIndex(
        (one, at) => one.isIn && one.token === token && this.areOfTwoSides(at, number),
      );
      if (other < 0) continue;
      const [one, two] = [number, other].map((object) => nameOf(this.parties, object));
      return callbackOrder(`${one} and ${two} are registered with one token and not connected`);
    }
    return null;
  }

  addTo(digest: Digest): void {
    for (const { isIn, token, partner, by } of this.objects) {
      digest.add(isIn ? token + 1 : 0);
      digest.add(partner);
      digest.add(by);
    }
    for (const { call, isNew, left, steps } of this.threads) {
      digest.add(call === null ? 0 : call.verb === 'register' ? 1 : 2);
      if (call === null) continue;
      digest.add(call.object);
      digest.add(isNew ? 1 : 0);
      digest.add(steps);
      const all = this.ceremoniesFor(call);
      for (const ceremony of left) digest.add(all.indexOf(ceremony));
    }
  }

  /** The last callback of a ceremony has run. */
  private complete(thread: number, event: CallbackEvent, ceremony: Ceremony): Finding | null {
    const { deed, producer, consumer } = ceremony;
    const [one, two] = [this.objectOf(producer), this.objectOf(consumer)];
    one.by = NOBODY;
    two.by = NOBODY;
    if (deed === 'parted') {
      if (one.partner !== consumer || two.partner !== producer)
        return this.wrong(thread, event, 'and the two were not connected');
      one.partner = NOBODY;
      two.partner = NOBODY;
      return null;
    }
    if (one.token !== two.token)
      return this.wrong(thread, event, 'and the two came with different tokens');
    for (const [object, { partner }] of [[producer, one] as const, [consumer, two] as const]) {
      if (partner === NOBODY) continue;
      const [name, other] = [object, partner].map((at) => nameOf(this.parties, at));
      return this.wrong(thread, event, `and ${name} was connected with ${other} already`);
    }
    if (deed === 'refused') return null;
    one.partner = consumer;
    two.partner = producer;
    return null;
  }

  private leave(thread: number, call: Call): Finding | null {
    const object = this.objectOf(call.object);
    object.isIn = false;
    object.token = 0;
    const words = `thread ${thread}: ${spellCall(this.parties, call)} returned`;
    if (object.by !== NOBODY)
      return callbackOrder(`${words} while thread ${object.by} is at callbacks of it`);
    if (object.partner === NOBODY) return null;
    const partner = nameOf(this.parties, object.partner);
    return callbackOrder(`${words} while it is connected with ${partner}`);
  }

  /** `where stop consumer A or start producer P belongs` */
  private expected({ left, steps }: ThreadState): string {
    const next = left.flatMap((ceremony) => ceremony.steps[steps] ?? []);
    const words = new Set(next.map((step) => spellEvent(this.parties, { ...step, error: 0 })));
    if (words.size === 0) return 'where no more belong';
    return `where ${[...words].join(' or ')} belongs`;
  }

  private wrong(thread: number, event: CallbackEvent, what: string): Finding {
    const call = this.threads[thread]?.call;
    const where = call == null ? '' : ` in ${spellCall(this.parties, call)}`;
    return callbackOrder(
      `thread ${thread}: ${spellEvent(this.parties, event)} ran${where}, ${what}`,
    );
  }

  private ceremoniesFor(call: Call): readonly Ceremony[] {
    const key = `${call.verb} ${call.object}`;
    const known = this.ceremonies.get(key) ?? ceremoniesOf(this.parties, call);
    this.ceremonies.set(key, known);
    return known;
  }

  private objectOf(object: number): ObjectState {
    return this.objects[object] as ObjectState;
  }

  private areOfTwoSides(one: number, other: number): boolean {
    return this.parties[one]?.side !== this.parties[other]?.side;
  }
}

interface ObjectState {
  /** From the call of its registration until it is refused, or its unregistering returns. */
  isIn: boolean;
  /** What it came with. */
  token: number;
  /** With whom it is connected. */
  partner: number;
  /** The thread that is at its callbacks. */
  by: number;
}

interface ThreadState {
  call: Call | null;
  /** Whether the call registers what was not registered. */
  isNew: boolean;
  /** The ceremonies that its callbacks may be of. */
  left: readonly Ceremony[];
  /** Callbacks that have run. */
  steps: number;
}

/** The ceremony that is over: none begins as another one is. */
function doneOf({ left, steps }: ThreadState): Ceremony | null {
  return left.find((ceremony) => steps > 0 && ceremony.steps.length === steps) ?? null;
}

function callbackOrder(message: string): Finding {
  return { kind: 'callback order', message };
}
