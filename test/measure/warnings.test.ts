import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplesNeeded, summarize } from '../../src/measure/histogram.js';
import { statsOf } from '../../src/measure/series.js';
import { collectWarnings, type WarningFacts } from '../../src/measure/warnings.js';
import type { Environment, LatencySummary } from '../../src/model/run-result.js';
import { planOf } from '../support/plans.js';

const ENVIRONMENT: Environment = {
  cpuModel: 'Example CPU',
  cpus: 8,
  cpuQuota: null,
  memoryBytes: 8e9,
  platform: 'linux',
  arch: 'x64',
  kernel: '6.2.0',
  node: '20.19.0',
  v8: '11.3',
  loadAverage: 0.2,
};

const samples = (count: number, ns = 1000): LatencySummary =>
  summarize(Float64Array.from(Array(count).fill(ns)), [50, 99]);
const round = (number: number, ns: number) => {
  const stats = statsOf(Float64Array.of(ns));
  return { round: number, register: stats, deregister: stats, vmReady: stats };
};

/** A run that nothing is to be said about, with some of its facts changed. */
function facts(changes: Partial<WarningFacts> = {}): WarningFacts {
  return {
    plan: planOf({ burst: 4, rounds: 10, warmupRounds: 1 }),
    environment: ENVIRONMENT,
    timer: { source: 'performance.now', overheadNs: 40, resolutionNs: 10 },
    latency: { register: samples(1000), deregister: samples(1000), vmReady: samples(500) },
    rounds: [round(1, 1000), round(2, 1500), round(3, 2000)],
    stolenShare: 0,
    lockWaiting: 'parks',
    ...changes,
  };
}

const codes = (changes: Partial<WarningFacts>) =>
  collectWarnings(facts(changes)).map(({ code }) => code);

function only(changes: Partial<WarningFacts>, code: string) {
  const warnings = collectWarnings(facts(changes));
  assert.deepEqual(
    warnings.map((warning) => warning.code),
    [code],
  );
  return warnings[0] as (typeof warnings)[0];
}

test('a sound run on a quiet machine has no warnings', () => {
  assert.deepEqual(collectWarnings(facts()), []);
});

test('too few samples: which percentiles, and how many rounds would do', () => {
  const latency = { register: samples(400), deregister: samples(1000), vmReady: samples(40) };
  const { message, remedy } = only({ latency }, 'too-few-samples');
  assert.equal(
    message,
    'too few samples for p99 of register (400 of 500), p99 of VM ready (40 of 500)',
  );
  // The 3 rounds that were measured, of 10 planned, gave 40 samples; 38 give 500.
  assert.equal(remedy, '--rounds 38 has enough for all of them');
  assert.equal(samplesNeeded(99), 500);
});

test('too few samples: nothing is said of what was not measured, or nobody can tell', () => {
  assert.deepEqual(
    codes({ latency: { register: samples(0), deregister: samples(0), vmReady: samples(0) } }),
    [],
  );
  const maximum = summarize(Float64Array.from(Array(1000).fill(1000)), [100]);
  assert.deepEqual(
    codes({ latency: { register: maximum, deregister: maximum, vmReady: maximum } }),
    [],
  );
});

test('more burst VMs than CPUs', () => {
  assert.deepEqual(codes({ plan: planOf({ burst: 8 }) }), []);
  const { message, remedy } = only({ plan: planOf({ burst: 9 }) }, 'oversubscribed');
  assert.match(message, /^9 burst VMs share 8 CPUs/);
  assert.equal(remedy, '--burst 8, or a machine with 9 CPUs');
});

test('a control group’s quota counts as CPUs, and is never less than one', () => {
  const quota = (cpuQuota: number) => ({
    plan: planOf({ burst: 3 }),
    environment: { ...ENVIRONMENT, cpuQuota },
  });
  assert.match(only(quota(2.5), 'oversubscribed').message, /share 2 CPUs/);
  assert.match(only(quota(0.5), 'oversubscribed').message, /share 1 CPU,/);
  assert.deepEqual(codes(quota(64)), []);
});

test('a coarse timer', () => {
  const timer = (resolutionNs: number) => ({
    timer: { source: 'performance.now', overheadNs: 40, resolutionNs },
  });
  assert.deepEqual(codes(timer(100)), [], 'a tenth of the median');
  const { message } = only(timer(101), 'coarse-timer');
  assert.match(message, /steps by 101 ns.*median of 1000 ns|1\.00 us/);
  assert.deepEqual(codes({ timer: null }), []);
});

test('a busy machine, and a hypervisor that takes time away', () => {
  assert.deepEqual(codes({ environment: { ...ENVIRONMENT, loadAverage: 4 } }), []);
  const busy = only({ environment: { ...ENVIRONMENT, loadAverage: 4.1 } }, 'noisy-machine');
  assert.match(busy.message, /load average 4\.1/);
  assert.deepEqual(codes({ stolenShare: 0.01 }), []);
  const stolen = only({ stolenShare: 0.034 }, 'noisy-machine');
  assert.match(stolen.message, /3\.4 %/);
  assert.match(stolen.remedy, /idle machine/);
  assert.deepEqual(codes({ environment: { ...ENVIRONMENT, loadAverage: null } }), []);
});

test('rounds of the same work that differ', () => {
  const { message, remedy } = only({ rounds: [round(1, 5000), round(2, 2000)] }, 'unsteady-rounds');
  assert.match(message, /2\.5 times/);
  assert.equal(remedy, 'more rounds (--rounds 30) or warm-up (--warmup-rounds 3)');
  assert.deepEqual(codes({ rounds: [round(1, 5000)] }), []);
  assert.deepEqual(codes({ rounds: [] }), []);
});

test('every warning has a code, a message and a remedy, on one line each', () => {
  const all = collectWarnings(
    facts({
      plan: planOf({ burst: 20 }),
      timer: { source: 'performance.now', overheadNs: 40, resolutionNs: 1000 },
      latency: { register: samples(20), deregister: samples(20), vmReady: samples(20) },
      rounds: [round(1, 1), round(2, 1000)],
      stolenShare: 0.5,
    }),
  );
  assert.deepEqual(
    all.map(({ code }) => code),
    ['too-few-samples', 'oversubscribed', 'coarse-timer', 'noisy-machine', 'unsteady-rounds'],
  );
  for (const text of all.flatMap(({ code, message, remedy }) => [code, message, remedy])) {
    assert.match(text, /^[^\n]+$/);
  }
});
