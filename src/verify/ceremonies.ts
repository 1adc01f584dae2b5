import { HAS } from '../irqbypass/objects.js';
import { type Call, type CallbackEvent, type Deed, NOBODY, type Party } from './monitor.js';

/**
 * The orders in which the callbacks of a pair may run, as `__connect()` and `__disconnect()` of
 * virt/lib/irqbypass.c have them. Both sides are stopped, told of each other, and started, the
 * producer outside of the consumer; a side without a callback is passed over. The starts run where
 * a callback refused as well; a producer that was told is told otherwise where its consumer refuses.
 */
export interface Ceremony {
  readonly deed: Exclude<Deed, 'nothing'>;
  readonly producer: number;
  readonly consumer: number;
  readonly steps: readonly CallbackEvent[];
}

/** What an add callback returns that refuses, if it does: which error it is, is its own affair. */
const SOME_ERROR = -1;

export function isStep(step: CallbackEvent, event: CallbackEvent): boolean {
  return (
    step.callback === event.callback &&
    step.object === event.object &&
    step.partner === event.partner &&
    (step.error === 0) === (event.error === 0)
  );
}

/** Those that a call may be in, whoever the partner is. */
export function ceremoniesOf(parties: readonly Party[], { verb, object }: Call): Ceremony[] {
  const own = parties[object] as Party;
  return parties.flatMap(({ side }, partner) => {
    if (side === own.side) return [];
    const [producer, consumer] = own.side === 'producer' ? [object, partner] : [partner, object];
    return ceremoniesOfPair(parties, producer, consumer).filter(
      ({ deed }) => (deed === 'parted') === (verb === 'unregister'),
    );
  });
}

function ceremoniesOfPair(
  parties: readonly Party[],
  producer: number,
  consumer: number,
): Ceremony[] {
  const stops = [alone('stop', producer), alone('stop', consumer)];
  const starts = [alone('start', consumer), alone('start', producer)];
  const producerAdds = told('add', producer, consumer);
  const consumerAdds = told('add', consumer, producer);
  const producerRefuses = { ...producerAdds, error: SOME_ERROR };
  const consumerRefuses = { ...consumerAdds, error: SOME_ERROR };
  const producerDels = told('del', producer, consumer);
  const consumerDels = told('del', consumer, producer);
  const make = (deed: Ceremony['deed'], between: CallbackEvent[]): Ceremony => {
    const steps = [...stops, ...between, ...starts].filter((step) => has(parties, step));
    return { deed, producer, consumer, steps };
  };
  const ceremonies = [
    make('connected', [producerAdds, consumerAdds]),
    make('refused', [producerAdds, consumerRefuses, producerDels]),
    make('parted', [consumerDels, producerDels]),
  ];
  if (has(parties, producerAdds)) ceremonies.push(make('refused', [producerRefuses]));
  return ceremonies;
}

function alone(callback: 'stop' | 'start', object: number): CallbackEvent {
  return { callback, object, partner: NOBODY, error: 0 };
}

function told(callback: 'add' | 'del', object: number, partner: number): CallbackEvent {
  return { callback, object, partner, error: 0 };
}

function has(parties: readonly Party[], { callback, object }: CallbackEvent): boolean {
  const bit = { stop: HAS.STOP, start: HAS.START, add: HAS.ADD, del: HAS.DEL }[callback];
  return ((parties[object]?.flags ?? 0) & bit) !== 0;
}
