import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClockOptions, checkClock, compareSessions } from '../../src/gate/statistical.js';
import type { Session } from '../../src/model/baseline.js';
import { buildSessions } from '../fixtures/baseline.js';
import { shareOf } from '../stats/draws.js';

const OPTIONS: ClockOptions = {
  run: 'linux-6.2',
  noise: 0.1,
  retries: 2,
  seed: 1,
  allowed: new Set(),
};

const BASE = buildSessions(12, 1.1, 1);

/** Attempts with these medians, one after the other, the last one again and again. */
function attempts(...medians: readonly number[]) {
  let count = 0;
  return {
    measure: async () => {
      const median = medians[Math.min(count, medians.length - 1)] as number;
      count++;
      return buildSessions(6, median, 100 + count);
    },
    get count() {
      return count;
    },
  };
}

test('the same distribution is held, at the first attempt', async () => {
  const same = attempts(1.1);
  const checks = await checkClock(BASE, same.measure, OPTIONS);
  assert.equal(same.count, 1);
  assert.deepEqual(
    checks.map(({ metric, verdict, attempts: tried, unit }) => [metric, verdict, tried, unit]),
    [
      ['register.p50', 'held', 1, 'ratio'],
      ['vmReady.p50', 'held', 1, 'ratio'],
    ],
  );
  for (const { ratio, baseline, now } of checks) {
    assert.ok(ratio && baseline && now);
    assert.equal(ratio.value, now / baseline);
    assert.ok((ratio.low ?? 0) < 1.1 && (ratio.high ?? 0) > 0.9);
  }
});

test('a regression fails once every attempt has found it', async () => {
  const slow = attempts(1.1 * 1.4);
  const checks = await checkClock(BASE, slow.measure, OPTIONS);
  assert.equal(slow.count, 3);
  for (const { verdict, attempts: tried, p, reason } of checks) {
    assert.equal(verdict, 'regressed');
    assert.equal(tried, 3);
    assert.ok((p ?? 1) < 0.01);
    assert.match(reason, /3 times in a row$/);
  }
});

test('what does not come again was the machine', async () => {
  const once = attempts(1.1 * 1.4, 1.1);
  const checks = await checkClock(BASE, once.measure, OPTIONS);
  assert.equal(once.count, 2);
  for (const { verdict, attempts: tried } of checks) {
    assert.equal(verdict, 'held');
    assert.equal(tried, 2);
  }
});

test('without retries the first attempt decides', async () => {
  const once = attempts(1.1 * 1.4, 1.1);
  const [check] = await checkClock(BASE, once.measure, { ...OPTIONS, retries: 0 });
  assert.equal(once.count, 1);
  assert.equal(check?.verdict, 'regressed');
});

test('only what failed is judged again', async () => {
  let count = 0;
  const measure = async (): Promise<Session[]> => {
    count++;
    const fast = buildSessions(6, 1.1, 200 + count);
    const slow = buildSessions(6, 1.1 * 1.5, 300 + count);
    // The other metric is slow in later attempts alone, where nobody asks any more.
    return slow.map((session, at) =>
      count === 1 ? { ...fast[at], 'register.p50': session['register.p50'] as number[] } : session,
    );
  };
  const checks = await checkClock(BASE, measure, OPTIONS);
  assert.deepEqual(
    checks.map(({ metric, verdict, attempts: tried }) => [metric, verdict, tried]),
    [
      ['register.p50', 'regressed', 3],
      ['vmReady.p50', 'held', 1],
    ],
  );
});

test('an improvement is told, and needs no second attempt', async () => {
  const fast = attempts(1.1 / 1.4);
  const checks = await checkClock(BASE, fast.measure, OPTIONS);
  assert.equal(fast.count, 1);
  assert.ok(checks.every(({ verdict }) => verdict === 'improved'));
});

test('a regression that is allowed passes at the first attempt', async () => {
  const slow = attempts(1.1 * 1.4);
  const allowed = new Set(['register.p50', 'vmReady.p50']);
  const checks = await checkClock(BASE, slow.measure, { ...OPTIONS, allowed });
  assert.equal(slow.count, 1);
  assert.ok(checks.every(({ verdict }) => verdict === 'allowed'));
});

test('an effect within the noise is held however sure it is', async () => {
  const little = attempts(1.1 * 1.3);
  const checks = await checkClock(BASE, little.measure, { ...OPTIONS, noise: 0.5 });
  assert.ok(checks.every(({ verdict, p }) => verdict === 'held' && (p ?? 1) < 0.01));
});

test('what cannot be told is no pass', () => {
  const zero = buildSessions(6, 1.1, 5).map(({ 'vmReady.p50': _, ...session }) => session);
  const metrics = ['register.p50', 'vmReady.p50'] as const;
  const [own, missing] = compareSessions(BASE, zero, metrics, 1, OPTIONS);
  assert.equal(own?.verdict, 'held');
  assert.equal(missing?.verdict, 'changed');
  assert.match(missing?.reason ?? '', /no session of linux-6\.2 has the figure/);
  const [few] = compareSessions(BASE, buildSessions(3, 1.1, 5), ['register.p50'], 1, OPTIONS);
  assert.equal(few?.verdict, 'changed');
});

test('an interrupt ends it, with what was found', async () => {
  assert.deepEqual(await checkClock(BASE, async () => null, OPTIONS), []);
});

test('how often it is wrong, and how often right, on drawn sessions', () => {
  const found = (median: number, trial: number) =>
    compareSessions(
      buildSessions(12, 1.1, 1000 + trial),
      buildSessions(6, median, 5000 + trial),
      ['register.p50', 'vmReady.p50'],
      1,
      { ...OPTIONS, seed: trial },
    ).some(({ verdict }) => verdict === 'regressed');
  assert.ok(shareOf(60, (trial) => found(1.1, trial)) <= 0.02);
  assert.ok(shareOf(60, (trial) => found(1.1 * 1.25, trial)) >= 0.95);
});
