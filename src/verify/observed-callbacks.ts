import type { CallbackSite } from '../irqbypass/callbacks.js';
import { OP, type Register, type Stepped } from '../stepping/operation.js';
import type { Exports } from '../stepping/world.js';
import { MARK } from './program.js';

/**
 * The shipped callbacks, seen: each is a step of its own, so that others may run between any two
 * of them, and one that fails returns the error that the scenario gives its object.
 */

/** The parts of the stepped `Callbacks` that are looked at: its methods are generators. */
interface SteppedCallbacks {
  called(callback: number, object: number, other: number): Stepped;
  addConsumer(producer: number, consumer: number): Stepped;
  addProducer(consumer: number, producer: number): Stepped;
}

type CallbacksClass = new (site: CallbackSite) => SteppedCallbacks;

export interface Observation {
  /** What an object's add callback returns, where it fails. */
  errorOf(object: number): number;
  /** Something is done to an object of the owner's. */
  touch(site: number, object: number): void;
}

export function observeCallbacks(
  exports: Exports,
  register: Register,
  observation: Observation,
): Exports {
  const Shipped = exports.Callbacks as CallbacksClass;

  class Observed extends Shipped {
    readonly #words: Int32Array;

    constructor(site: CallbackSite) {
      super(site);
      this.#words = site.memory.words;
    }

    override *called(callback: number, object: number, other: number): Stepped {
      const { caller } = register;
      yield register.set(OP.mark, caller, this.#words, object, MARK.callback, callback, other);
      observation.touch(caller, object);
      return yield* super.called(callback, object, other);
    }

    override *addConsumer(producer: number, consumer: number): Stepped {
      const error = yield* super.addConsumer(producer, consumer);
      return error === 0 ? 0 : observation.errorOf(producer);
    }

    override *addProducer(consumer: number, producer: number): Stepped {
      const error = yield* super.addProducer(consumer, producer);
      return error === 0 ? 0 : observation.errorOf(consumer);
    }
  }

  return { ...exports, Callbacks: Observed };
}
