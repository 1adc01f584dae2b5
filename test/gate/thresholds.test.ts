import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeldRun, holdThresholds, readThresholds } from '../../src/gate/thresholds.js';
import { readMetric } from '../../src/measure/run-metric.js';
import { buildResult } from '../fixtures/result.js';
import { refused } from '../plan/refused.js';
import { imported, trace } from '../support/traces.js';

const result = buildResult();
const base = buildResult({ scale: 0.5 });
const RUN: HeldRun = { label: 'linux-6.2', figures: result, base };

const read = (text: string) => readThresholds([{ text, where: '--fail-if' }], true);
const hold = (text: string, run: HeldRun = RUN) => holdThresholds(read(text), [run]);

function verdictOf(text: string, run?: HeldRun): string {
  const { checks, untold } = hold(text, run);
  const [first] = untold;
  if (first) throw first;
  return checks[0]?.verdict ?? '';
}

const value = (metric: string) => readMetric(result, metric).value as number;
const p99 = value('register.p99');

const TRUE = [
  'register.p99 > 0',
  'register.p(99) > 1us',
  `register.p99 == ${p99}ns`,
  `register.p99 >= ${p99} ns`,
  `register.p99 <= ${p99}ns`,
  'register.p99 != 1ms',
  `1s > register.p99`,
  'register.mean<1s',
  'work.nodesVisited > 12M',
  'work.nodesVisited >= 36_000_000',
  'work.nodesVisited == 36e6',
  'lock.contended / lock.acquisitions > 5%',
  'lock.contended > 5% * lock.acquisitions',
  'fairness.jain < 1',
  'fairness.jain < 100%',
  'register.p99 > base',
  'register.p99 > base * 1.10',
  'register.p99 > 110% * base',
  'register.p99 > base + 1us',
  '(register.p99) > base(register.p99)',
  'register.p99 - base(register.p99) > 0.1 * base(register.p99)',
  'register.max / register.min > 2',
  'lock.waitTotal / lock.contended > 1us',
  'vmReady.mean > 10 * register.p50',
  'audit.damage == 0',
  'register.p99 > -(1ms - 2ms) - 1ms',
  'register.count - -1 > register.count',
  '2 + 3 * 4 == 14 * register.count / register.count',
  '10 - 3 - 4 == 3 + register.count * 0',
  '8 / 2 / 2 == 2 + register.count * 0',
  'register.p99 > 1µs',
  'register.p99 < 1m',
  'timing.run == 5s',
];
for (const text of TRUE) {
  test(`crossed: ${text}`, () => assert.equal(verdictOf(text), 'crossed'));
}

const OPPOSITE = { '>': '<=', '<': '>=' } as const;
for (const text of TRUE.filter((one) => / [<>] /.test(one))) {
  const other = text.replace(/ ([<>]) /, (_, sign: '<' | '>') => ` ${OPPOSITE[sign]} `);
  test(`held: ${other}`, () => assert.equal(verdictOf(other), 'held'));
}

test('a check says what was held, what it was, and by how much', () => {
  const { checks } = hold('  register.p99 > base * 2 ');
  const limit = (readMetric(base, 'register.p99').value as number) * 2;
  assert.deepEqual(checks, [
    {
      evidence: 'absolute',
      run: 'linux-6.2',
      metric: 'register.p99 > base * 2',
      unit: 'ns',
      baseline: limit,
      now: p99,
      ratio: { value: p99 / limit, low: null, high: null },
      p: null,
      attempts: 1,
      verdict: p99 > limit ? 'crossed' : 'held',
      reason: checks[0]?.reason,
    },
  ]);
  const [crossed] = hold('register.count > 2_500').checks;
  assert.equal(crossed?.reason, 'register.count is 3,000, 500 (20 %) more than 2,500');
  assert.equal(crossed?.unit, 'count');
  assert.equal(
    hold('register.count >= 3k').checks[0]?.reason,
    'register.count is 3,000, the limit exactly',
  );
  assert.equal(
    hold('register.count > 100').checks[0]?.reason,
    'register.count is 3,000, 2,900 (30.0 times) more than 100',
  );
  assert.equal(
    hold('audit.damage < 4').checks[0]?.reason,
    'audit.damage is 0, 4 (100 %) less than 4',
  );
});

const REFUSED: [string, RegExp][] = [
  ['', /column 1: the end where a metric or a number should be$/],
  ['register.p99', /column 13: compares nothing; say when to fail, such as register\.p99 > LIMIT$/],
  ['register.p99 >', /column 15: the end where a metric or a number should be$/],
  ['> 2ms', /column 1: ">" where a metric or a number should be$/],
  ['register.p99 > > 2ms', /column 16: ">" where/],
  ['register.p99 = 2ms', /column 14: a single = compares nothing; write ==$/],
  ['register.p99 > 1ms > 2ms', /column 20: compares a second time; /],
  ['register.p99 > 2mss', /column 17: "mss" is no unit \(did you mean ms\?\); give ns, us/],
  ['register.p99 > 2 parsecs', /column 18: "parsecs" is no unit/],
  [
    'register.p99 > 2',
    /column 16: 2 has no unit, and register\.p99 is a time; give ns, us, ms or s$/,
  ],
  ['2 < register.p99', /column 1: 2 has no unit, and register\.p99 is a time/],
  ['register.p99 > 1ms + 2', /column 22: 2 has no unit, and 1ms is a time/],
  ['lock.contended > 2ms', /column 16: lock\.contended is a count, 2ms is a time; they do not go/],
  [
    'audit.damage > 5%',
    /column 14: audit\.damage is a count, 5% is a ratio; they do not go together$/,
  ],
  [
    'register.p99 + audit.damage > 1',
    /column 14: register\.p99 is a time, audit\.damage is a count/,
  ],
  ['register.p99 * vmReady.p50 > 1ms * 1ms', /column 28: compares a time to the power of 2, /],
  ['registr.p99 > 2ms', /column 1: "registr\.p99" is no metric \(did you mean register\.p99\?\)/],
  ['register.p99 > 2 * vmReady.p5O', /column 20: "vmReady\.p5O" is no metric/],
  ['register.p99 > base(regster.p99)', /column 16: "regster\.p99" is no metric/],
  ['register.p99 > base(', /column 21: the end where a metric should be$/],
  ['register.p99 > base()', /column 21: "\)" where a metric should be$/],
  ['register.p99 > (1ms', /column 20: the end where the \) of the \( at column 16 should be$/],
  ['register.p99 > 1ms)', /column 19: "\)" where an operator or the end should be$/],
  ['register.p99 1ms', /column 14: "1ms" where an operator should be$/],
  ['register.p99 > 1ms 2ms', /column 20: "2ms" where an operator or the end should be$/],
  [
    'base > 2ms',
    /column 1: base stands for the metric that is alone on the left side; name another/,
  ],
  ['register.p99 / 2 > base', /column 20: base stands for the metric that is alone/],
  ['1ms > 2ms', /column 1: names no metric of the run$/],
  ['base(register.p99) > 2ms', /column 1: names no metric of the run$/],
  ['register.p99 > 1ms && audit.damage > 0', /column 20: a threshold is one comparison; give/],
  ['register.p99 > 1e999ms', /column 16: the number is too large$/],
  ['register.p99 > £5', /column 16: "£" means nothing here; give a metric, a number/],
  ['register.p99 > "2ms"', /column 16: "\\?"" means nothing here/],
  ['𝕏𝕏 register.p99 > 2ms', /column 1: "𝕏" means nothing here/],
  ['register.p99 > 2ms 𝕏𝕏 #', /column 20: "𝕏" means nothing here/],
  ['register.p99 > 2ms\n#', /column 20: "#" means nothing here/],
  ['__proto__.x > 1', /column 1: "__proto__\.x" is no metric/],
  ['constructor.p99 > 1ms', /column 1: "constructor\.p99" is no metric/],
  ['register.__proto__ > 1ms', /is no metric/],
  ['register.p99 > 1__proto__', /"proto|"__proto__"/],
  ['register.p99 > 1constructor', /"constructor" is no unit/],
  [`register.p99 > ${'('.repeat(400)}1ms`, /is nested too deep$/],
  [`register.p99 > ${'-'.repeat(400)}1ms`, /is nested too deep$/],
  [`register.p99 > 1ms${' '.repeat(1000)}+ 1ms`, /is longer than 1000 characters$/],
];
for (const [text, message] of REFUSED) {
  test(`refused: ${text.slice(0, 60)}`, () => {
    assert.match(
      refused(() => read(text)),
      message,
    );
  });
}

test('a refusal begins with the place and the text', () => {
  assert.equal(
    refused(() => readThresholds([{ text: 'x', where: 'w.yaml:3:5 thresholds' }], false)),
    'w.yaml:3:5 thresholds "x": column 2: compares nothing; say when to fail, such as x > LIMIT',
  );
});

test('a refusal shows no more of the text than leaves the reason in sight', () => {
  const message = refused(() => read(`register.p99 > ${'9'.repeat(500)}ms`));
  assert.ok(message.length < 200);
  assert.match(message, /9…": column 16: the number is too large$/);
});

test('a thousand characters of one operator are no matter', () => {
  const sum = `register.count > ${'1+'.repeat(490)}1`;
  assert.equal(verdictOf(sum), 'crossed');
});

test('base needs a baseline, known before the run', () => {
  const given = { text: 'register.p99 > base * 1.1', where: '--fail-if' };
  assert.match(
    refused(() => readThresholds([given], false)),
    /column 16: there is no baseline; /,
  );
  assert.match(
    refused(() => verdictOf(given.text, { ...RUN, base: null })),
    /linux-6\.2: base: there is no baseline of it$/,
  );
});

const empty = { ...RUN, figures: buildResult({ measuredRounds: 0 }) };
const UNTOLD: [string, string, HeldRun, RegExp][] = [
  [
    'an empty sample',
    'register.p99 > 1s',
    empty,
    /register\.p99 is not known: there is no sample$/,
  ],
  ['an empty sample, smaller', 'register.max < 1ns', empty, /there is no sample$/],
  ['a wait of nobody', 'lock.waitMean > 1s', empty, /lock\.waitMean is not known: nobody waited/],
  [
    'too few samples',
    'register.p99.99 > 1s',
    RUN,
    /p99\.99 needs 50,000 samples, there are 3,000$/,
  ],
  ['an empty baseline', 'register.p99 > base', { ...RUN, base: empty.figures }, /of the baseline/],
  ['a division by 0', 'register.p99 > 1s / audit.damage * 1', RUN, /divides by 0, or by a range/],
  ['what is too large', 'register.p99 > 1e290s * 1e290', RUN, /is too large to compute$/],
  ['no phase', 'deassign.p50 > 1s', RUN, /the run has no phase deassign \(--phases kernel\)$/],
];
for (const [what, text, run, message] of UNTOLD) {
  test(`never a pass: ${what}: ${text}`, () => {
    assert.match(
      refused(() => verdictOf(text, run)),
      message,
    );
  });
}

test('of a histogram only what the whole range says is said', () => {
  const figures = imported(trace('funclatency-usecs.log'));
  const run: HeldRun = { label: 'host.log', figures, base: null };
  const { range } = readMetric(figures, 'register.p50');
  assert.ok(range && range.highNs !== null);
  const { lowNs, highNs } = range;
  const middle = (lowNs + highNs) / 2;
  assert.equal(verdictOf(`register.p50 > ${lowNs - 1}ns`, run), 'crossed');
  assert.equal(verdictOf(`register.p50 > ${highNs}ns`, run), 'held');
  assert.equal(verdictOf(`register.p50 < ${lowNs}ns`, run), 'held');
  for (const operator of ['<', '>', '<=', '>=', '==', '!=']) {
    assert.match(
      refused(() => verdictOf(`register.p50 ${operator} ${middle}ns`, run)),
      /host\.log: register\.p50 is .+ to .+, and the limit .+: a histogram cannot tell which side/,
    );
  }
  const { checks } = hold(`register.p50 > ${highNs}ns`, run);
  assert.deepEqual([checks[0]?.now, checks[0]?.ratio], [null, null]);
  assert.match(checks[0]?.reason ?? '', /^register\.p50 is .+ to .+, the limit /);
});

test('every threshold holds every run, and a run is not its own baseline', () => {
  const reference: HeldRun = { label: 'a', figures: base, base };
  const thresholds = [...read('register.p99 > base'), ...read('audit.damage > 0')];
  const { checks, untold } = holdThresholds(thresholds, [reference, RUN]);
  assert.deepEqual(
    checks.map(({ run, metric, verdict }) => `${run} ${metric} ${verdict}`),
    [
      'linux-6.2 register.p99 > base crossed',
      'a audit.damage > 0 held',
      'linux-6.2 audit.damage > 0 held',
    ],
  );
  assert.deepEqual(untold, []);
  const alone = holdThresholds(thresholds, [reference]);
  assert.match(alone.untold[0]?.message ?? '', /there is no run to hold it against$/);
  assert.equal(holdThresholds(read('audit.damage > 0'), []).untold.length, 1);
});
