import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EBUSY, EINVAL, ENOMEM } from '../../src/irqbypass/errno.js';
import { HAS } from '../../src/irqbypass/objects.js';
import { LinearizabilityMonitor } from '../../src/verify/linearizability.js';
import { type Call, NOBODY } from '../../src/verify/monitor.js';
import {
  type Outcome,
  REFUSAL,
  type Rules,
  SequentialManager,
  spellOutcome,
} from '../../src/verify/sequential-manager.js';
import {
  callbacksOf,
  does,
  errorOf,
  type HistoryEvent,
  judge,
  PARTIES,
  returns,
} from './manager-histories.js';

/**
 * Random histories: those that the sequential manager makes are explained, also where calls begin
 * earlier and end later than they happen; and the monitor agrees with trying every order.
 */

const THREADS = 3;
/** Threads have objects of their own: 0, 1, 2 a consumer each, the first two a producer too. */
const OWNED = [[0, 3], [1, 4], [2]] as const;
/** A consumer that cannot be registered, in some runs. */
const NO_DEL = HAS.STOP | HAS.START | HAS.ADD;

const rules = fc
  .record({
    semantics: fc.constantFrom('list', 'xarray'),
    room: fc.integer({ min: 1, max: 3 }),
    holdsMeanwhile: fc.boolean(),
    isPoor: fc.boolean(),
  })
  .map(
    ({ semantics, room, holdsMeanwhile, isPoor }): Rules => ({
      semantics,
      holdsMeanwhile,
      parties: PARTIES.map((one, i) => (isPoor && i === 2 ? { ...one, flags: NO_DEL } : one)),
      hasRoom: ({ token }, holders) =>
        new Set([token, ...holders.map((holder) => holder.token)]).size <= room,
    }),
  );

interface Draw {
  readonly thread: number;
  readonly which: number;
  readonly token: number;
  readonly leaves: boolean;
  /** Which of the ways it may go, where there are several. */
  readonly way: number;
}
const draw: fc.Arbitrary<Draw> = fc.record({
  thread: fc.nat(THREADS - 1),
  which: fc.nat(1),
  token: fc.nat(2),
  leaves: fc.boolean(),
  way: fc.nat(5),
});
const draws = fc.array(draw, { maxLength: 12 });

interface Done {
  readonly thread: number;
  readonly call: Call;
  readonly outcome: Outcome;
}

/** One call after the other, as the model has it. */
function sequence(rules: Rules, list: readonly Draw[]): Done[] {
  let manager = SequentialManager.of(rules);
  return list.flatMap(({ thread, which, token, leaves, way }) => {
    const owned = OWNED[thread] as readonly number[];
    const object = owned[which % owned.length] as number;
    const call = leaves ? leave(object) : { verb: 'register' as const, object, token };
    if (isMistake(rules, manager, call)) return [];
    const steps = manager.steps(call, []);
    const step = steps[way % steps.length];
    if (step === undefined) throw new Error('a call that may go no way');
    manager = step.after;
    return [{ thread, call, outcome: step.outcome }];
  });
}

const leave = (object: number): Call => ({ verb: 'unregister', object, token: 0 });

/** Of owners of producers that are in a list: see the model. */
function isMistake(
  rules: Rules,
  manager: SequentialManager,
  { verb, object, token }: Call,
): boolean {
  const held = manager.tokenOf(object);
  const isListed = rules.semantics === 'list' && rules.parties[object]?.side === 'producer';
  return isListed && verb === 'register' && held !== 0 && token !== 0 && held !== token;
}

const history = (done: readonly Done[]): HistoryEvent[] =>
  done.flatMap(({ thread, call, outcome }) => does(thread, call, outcome));

test('what the model does, one call after the other, is explained', () => {
  fc.assert(
    fc.property(rules, draws, (rules, list) => {
      const monitor = new LinearizabilityMonitor(THREADS, rules);
      assert.equal(judge(monitor, history(sequence(rules, list))), null);
    }),
  );
});

const NOTHING = { deed: 'nothing', partner: NOBODY } as const;
const OTHER_OUTCOMES: readonly Outcome[] = [
  ...[0, -EBUSY, -EINVAL, -ENOMEM].map((error) => ({ ...NOTHING, error })),
  ...[0, 1, 2, 3, 4].flatMap((partner) => [
    { deed: 'connected' as const, partner, error: 0 },
    { deed: 'refused' as const, partner, error: REFUSAL },
    { deed: 'parted' as const, partner, error: 0 },
  ]),
];

/** Callbacks of this call can tell of it. */
function canBeTold({ verb, object }: Call, { deed, partner, error }: Outcome): boolean {
  if (verb === 'unregister' && error !== 0) return false;
  if (deed === 'nothing') return true;
  if (PARTIES[object]?.side === PARTIES[partner]?.side) return false;
  return (deed === 'parted') === (verb === 'unregister');
}

test('with one outcome changed it is not, one call after the other', () => {
  let rejected = 0;
  fc.assert(
    fc.property(rules, draws, fc.nat(), fc.nat(), (rules, list, at, other) => {
      const done = sequence({ ...rules, parties: PARTIES }, list);
      const changed = done[at % done.length];
      if (changed === undefined) return;
      const { call } = changed;
      const before = managerAfter({ ...rules, parties: PARTIES }, done.slice(0, at % done.length));
      const possible = before.steps(call, []).map((step) => spellOutcome(step.outcome));
      const wrong = OTHER_OUTCOMES.filter(
        (one) => canBeTold(call, one) && !possible.includes(spellOutcome(one)),
      );
      const outcome = wrong[other % wrong.length] as Outcome;
      const monitor = new LinearizabilityMonitor(THREADS, { ...rules, parties: PARTIES });
      const events = history(done.with(at % done.length, { ...changed, outcome }));
      assert.equal(judge(monitor, events)?.kind, 'not linearizable');
      rejected++;
    }),
  );
  assert.ok(rejected > 50, `${rejected} changed histories only`);
});

function managerAfter(rules: Rules, done: readonly Done[]): SequentialManager {
  return done.reduce((manager, { call, outcome }) => {
    const step = manager
      .steps(call, [])
      .find((one) => spellOutcome(one.outcome) === spellOutcome(outcome));
    if (step === undefined) throw new Error('the model does not do it');
    return step.after;
  }, SequentialManager.of(rules));
}

/** A call from its beginning to its end; what it did is told just before its end. */
interface Span extends Done {
  readonly from: number;
  readonly to: number;
}

/** Calls happen at 0, 1, 2 …; each may begin and end a while before and after. */
function stretch(done: readonly Done[], slack: readonly number[]): Span[] {
  return done.map((one, i) => {
    const isOwn = (other: Done) => other.thread === one.thread;
    const before = done.slice(0, i).findLastIndex(isOwn);
    const after = done.findIndex((other, at) => at > i && isOwn(other));
    // Half of the way to the thread's next call is this one's, the rest the next one's.
    const earliest = before < 0 ? -1 : (before + i) / 2 + 0.01;
    const latest = after < 0 ? done.length : (after + i) / 2 - 0.01;
    const [early = 0, late = 0] = slack.slice(2 * i, 2 * i + 2);
    return { ...one, from: Math.max(earliest, i - early), to: Math.min(latest, i + late) };
  });
}

function overlap(spans: readonly Span[]): HistoryEvent[] {
  const events = spans.flatMap(({ thread, call, outcome, from, to }) => [
    { at: from, events: [{ what: 'call' as const, thread, call }] },
    {
      at: to,
      events: [...callbacksOf(thread, call, outcome), returns(thread, errorOf(outcome))],
    },
  ]);
  return events.sort((one, other) => one.at - other.at).flatMap((one) => one.events);
}

const slack = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), {
  minLength: 24,
  maxLength: 24,
});

test('what the model does is explained where calls overlap', () => {
  fc.assert(
    fc.property(rules, draws, slack, (rules, list, slack) => {
      const monitor = new LinearizabilityMonitor(THREADS, rules);
      assert.equal(judge(monitor, overlap(stretch(sequence(rules, list), slack))), null);
    }),
  );
});

/** Whether any order of the calls that keeps to their times explains them. */
function isExplained(rules: Rules, spans: readonly Span[]): boolean {
  const visit = (manager: SequentialManager, left: readonly Span[]): boolean =>
    left.length === 0 ||
    left.some((span) => {
      if (left.some((other) => other !== span && other.to <= span.from)) return false;
      return manager
        .steps(span.call, [])
        .filter((step) => spellOutcome(step.outcome) === spellOutcome(span.outcome))
        .some(({ after }) =>
          visit(
            after,
            left.filter((other) => other !== span),
          ),
        );
    });
  return visit(SequentialManager.of(rules), spans);
}

test('the monitor agrees with trying every order, whatever calls are said to have done', () => {
  const verdicts = { explained: 0, not: 0 };
  const changes = fc.array(fc.tuple(fc.nat(11), fc.nat()), { maxLength: 2 });
  const few = fc.array(draw, { minLength: 2, maxLength: 7 });
  fc.assert(
    fc.property(rules, few, slack, changes, (drawn, list, slack, changes) => {
      // Lists only have other errors, and mistakes of callers that would end the trial.
      const rules: Rules = {
        ...drawn,
        semantics: 'xarray',
        holdsMeanwhile: false,
        parties: PARTIES,
      };
      let done = sequence(rules, list);
      for (const [at, other] of changes) {
        const changed = done[at];
        if (changed === undefined) continue;
        const told = OTHER_OUTCOMES.filter((one) => canBeTold(changed.call, one));
        done = done.with(at, { ...changed, outcome: told[other % told.length] as Outcome });
      }
      const spans = stretch(done, slack);
      const expected = isExplained(rules, spans);
      const finding = judge(new LinearizabilityMonitor(THREADS, rules), overlap(spans));
      assert.equal(finding === null, expected, finding?.message);
      verdicts[expected ? 'explained' : 'not']++;
    }),
    { numRuns: 500 },
  );
  assert.ok(Math.min(...Object.values(verdicts)) > 50, JSON.stringify(verdicts));
});
