import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IrqbenchError } from '../../src/errors.js';
import {
  comparisonSchema,
  type RoundMetric,
  roundMetrics,
} from '../../src/model/compare-result.js';
import { compareRuns, DEFAULT_METRICS, type LabelledRun } from '../../src/stats/compare.js';
import { roundValues } from '../../src/stats/round-metric.js';
import { roundsOf, runOf } from '../fixtures/comparison.js';
import fc from '../support/properties.js';
import { latencies, sample, shareOf } from './draws.js';

const OPTIONS = { metrics: ['register.p50'] as RoundMetric[], noise: 0.05, seed: 1 };

/** Two runs, one metric: the one comparison. */
function compared(
  mediansNs: Iterable<number>,
  referenceNs: Iterable<number>,
  options: Partial<typeof OPTIONS> = {},
) {
  const runs = [runOf('reference', referenceNs), runOf('tried', mediansNs)];
  const comparisons = compareRuns(runs, { ...OPTIONS, ...options });
  assert.equal(comparisons.length, 1);
  return comparisonSchema.parse(comparisons[0]);
}

const about = (ns: number) => Array.from({ length: 10 }, (_, round) => ns * (1 + round / 1000));

test('a figure of every round, by its name', () => {
  const rounds = roundsOf([100, 300, 200]);
  const of = (metric: RoundMetric) => [...roundValues(rounds, metric)];
  assert.deepEqual(of('register.p50'), [100, 300, 200]);
  assert.deepEqual(of('vmReady.p95'), [200, 600, 400]);
  assert.deepEqual(of('deregister.max'), [400, 1200, 800]);
  assert.deepEqual(of('register.min'), [50, 150, 100]);
  assert.deepEqual(of('register.mean'), [100, 300, 200]);
  assert.equal(roundMetrics.length, 15);
});

test('a round without the figure is left out', () => {
  const [first, ...rest] = roundsOf([100, 300, 200]);
  assert.ok(first);
  const without = { ...first, register: { ...first.register, p95Ns: null } };
  assert.deepEqual([...roundValues([without, ...rest], 'register.p95')], [600, 400]);
});

test('much faster, much slower, and why', () => {
  const faster = compared(about(100), about(800));
  assert.equal(faster.verdict, 'faster');
  assert.equal(faster.ratio?.value, 0.125);
  assert.equal(faster.reason, 'p 1.1e-5 is below 0.01 and the interval clears the noise of 5 %');
  const slower = compared(about(800), about(100));
  assert.equal(slower.verdict, 'slower');
  assert.equal(slower.ratio?.value, 8);
  assert.deepEqual(
    [slower.metric, slower.label, slower.reference, slower.rounds, slower.referenceRounds],
    ['register.p50', 'tried', 'reference', 10, 10],
  );
});

test('a difference within the noise is not shown, however sure it is', () => {
  const { verdict, reason, pAdjusted } = compared(about(103), about(100));
  assert.ok(pAdjusted !== null && pAdjusted < 0.001);
  assert.deepEqual(
    [verdict, reason],
    ['no difference shown', 'the interval does not clear the noise of 5 %'],
  );
  assert.equal(compared(about(103), about(100), { noise: 0.01 }).verdict, 'slower');
});

test('a difference that the test does not see is not shown, however large', () => {
  // Six of ten rounds thrice as long, four as before: medians apart, ranks hardly.
  const mixed = [...about(300).slice(0, 6), ...about(99).slice(0, 4)];
  const { verdict, reason } = compared(mixed, about(100));
  assert.equal(verdict, 'no difference shown');
  assert.match(reason, /^p 0\.\d+ is not below 0\.01/);
});

test('too few rounds cannot tell, and the reason says how many could', () => {
  const few = compared(about(100).slice(0, 5), about(800).slice(0, 5));
  assert.equal(few.verdict, 'cannot tell');
  assert.equal(few.reason, '5 and 5 rounds are too few for 1 comparison; 6 of each can tell');
  assert.deepEqual(few.ratio, { value: few.ratio?.value, low: null, high: null });
  const enough = compared(about(100).slice(0, 6), about(800).slice(0, 6));
  assert.equal(enough.verdict, 'faster');
});

test('what is needed grows with the number of comparisons', () => {
  const runs = ['a', 'b', 'c', 'd'].map((label, i) =>
    runOf(label, about(100 * 2 ** i).slice(0, 6)),
  );
  const all = compareRuns(runs, { ...OPTIONS, metrics: DEFAULT_METRICS });
  assert.equal(all.length, 9);
  for (const { verdict, reason } of all) {
    assert.equal(verdict, 'cannot tell');
    assert.equal(reason, '6 and 6 rounds are too few for 9 comparisons; 7 of each can tell');
  }
});

test('a metric that is missing, or a round of 0 ns, cannot be told', () => {
  const missing = compared([], about(100));
  assert.deepEqual(
    [missing.ns, missing.ratio, missing.p, missing.pAdjusted],
    [null, null, null, null],
  );
  assert.deepEqual(
    [missing.verdict, missing.reason],
    ['cannot tell', 'no round of tried has the figure'],
  );
  const zero = compared(about(100), [0, ...about(100)]);
  assert.deepEqual([zero.ratio, zero.verdict], [null, 'cannot tell']);
  assert.equal(zero.reason, 'a round of reference has 0 ns, to which there is no ratio');
  assert.ok(zero.p !== null);
});

test('a run that failed is no evidence', () => {
  const [reference, tried] = [runOf('reference', about(100)), runOf('tried', about(10))];
  const broken = { ...tried, result: { ...tried.result, failure: 'the audit found damage' } };
  const [found] = compareRuns([reference, broken], OPTIONS);
  assert.deepEqual([found?.verdict, found?.reason], ['cannot tell', 'the run of tried failed']);
});

test('comparisons come by metric, then by run, each with the first', () => {
  const runs = ['a', 'b', 'c'].map((label) => runOf(label, about(100)));
  const found = compareRuns(runs, {
    ...OPTIONS,
    metrics: ['vmReady.p50', 'register.max', 'vmReady.p50'],
  });
  assert.deepEqual(
    found.map(({ metric, label, reference }) => [metric, label, reference]),
    [
      ['vmReady.p50', 'b', 'a'],
      ['vmReady.p50', 'c', 'a'],
      ['register.max', 'b', 'a'],
      ['register.max', 'c', 'a'],
    ],
  );
  assert.deepEqual(compareRuns(runs.slice(0, 1), OPTIONS), []);
  assert.deepEqual(compareRuns([], OPTIONS), []);
});

test('two runs of one label are refused', () => {
  assert.throws(
    () => compareRuns([runOf('a', about(1)), runOf('a', about(1))], OPTIONS),
    (error) => error instanceof IrqbenchError && /two runs have the label "a"/.test(error.message),
  );
});

test('p is corrected over all comparisons of the result', () => {
  const runs = [runOf('a', about(100)), runOf('b', about(900)), runOf('c', about(700))];
  for (const { p, pAdjusted } of compareRuns(runs, { ...OPTIONS, metrics: DEFAULT_METRICS })) {
    assert.ok(p !== null && pAdjusted !== null);
    assert.ok(Math.abs(pAdjusted - 6 * p) < 1e-12);
  }
});

const OPPOSITE = { faster: 'slower', slower: 'faster' } as const;
const opposite = (verdict: string) => OPPOSITE[verdict as keyof typeof OPPOSITE] ?? verdict;

test('two strategies swapped have the inverse ratio and the opposite verdict', () => {
  // About as often within the noise as beyond it.
  const shift = fc.constantFrom(0.5, 0.9, 0.95, 1, 1.05, 1.1, 2);
  fc.assert(
    fc.property(fc.nat(), shift, fc.integer({ min: 1, max: 14 }), (seed, factor, rounds) => {
      const draw = latencies(seed);
      const [a, b] = [draw(rounds, 1e6), draw(10, 1e6 * factor)];
      const runs: LabelledRun[] = [runOf('a', a), runOf('b', b)];
      const there = compareRuns(runs, { ...OPTIONS, metrics: DEFAULT_METRICS });
      const back = compareRuns(runs.toReversed(), { ...OPTIONS, metrics: DEFAULT_METRICS });
      for (const [at, one] of there.entries()) {
        const other = back[at];
        assert.ok(other && one.ratio && other.ratio);
        assert.equal(other.verdict, opposite(one.verdict));
        assert.equal(other.p, one.p);
        assert.equal(other.pAdjusted, one.pAdjusted);
        assert.equal(other.ns, one.referenceNs);
        assert.ok(Math.abs(one.ratio.value * other.ratio.value - 1) < 1e-15);
        if (one.ratio.low === null || other.ratio.high === null) continue;
        assert.ok(Math.abs(one.ratio.low * other.ratio.high - 1) < 1e-15);
      }
    }),
    { numRuns: 40 },
  );
});

test('the unit of the latencies does not matter', () => {
  fc.assert(
    fc.property(sample(1, 12), sample(1, 12), (a, b) => {
      const one = compared(a, b);
      const other = compared(
        a.map((ns) => ns * 1024),
        b.map((ns) => ns * 1024),
      );
      assert.deepEqual(
        { ...other, ns: null, referenceNs: null },
        { ...one, ns: null, referenceNs: null },
      );
    }),
    { numRuns: 30 },
  );
});

test('a third strategy changes neither ratio nor interval of the others', () => {
  const draw = latencies(11);
  const runs = [runOf('a', draw(10, 1e6)), runOf('b', draw(10, 2e6)), runOf('c', draw(10, 3e6))];
  const [pair] = compareRuns(runs.slice(0, 2), OPTIONS);
  const [again] = compareRuns(runs, OPTIONS);
  assert.deepEqual(again?.ratio, pair?.ratio);
  assert.equal(again?.p, pair?.p);
});

test('runs of one distribution are hardly ever told apart', () => {
  const draw = latencies(12);
  const share = shareOf(200, (seed) => {
    const runs = ['a', 'b', 'c'].map((label) => runOf(label, draw(10, 1e6)));
    const found = compareRuns(runs, { ...OPTIONS, seed });
    return found.some(({ verdict }) => verdict === 'faster' || verdict === 'slower');
  });
  assert.ok(share <= 0.01 + 0.021, String(share));
});

test('twice the latency is told by ten rounds', () => {
  const draw = latencies(13);
  const share = shareOf(
    100,
    (seed) => compared(draw(10, 2e6), draw(10, 1e6), { seed }).verdict === 'slower',
  );
  assert.ok(share > 0.95, String(share));
});
