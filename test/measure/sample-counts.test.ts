import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canTell } from '../../src/measure/percentile.js';
import { lacksSamples, roundLacksSamples } from '../../src/measure/sample-counts.js';
import { roundMetrics } from '../../src/model/compare-result.js';
import { metricLatencies } from '../../src/model/run-metric.js';
import { latencyNames } from '../../src/model/run-result.js';
import { loadHost } from '../../src/plan/host-file.js';
import { phases } from '../../src/plan/phases.js';
import { planOf } from '../support/plans.js';
import fc from '../support/properties.js';
import { simulate } from '../support/simulations.js';

const counts = fc.record({
  rounds: fc.integer({ min: 1, max: 400 }),
  burst: fc.integer({ min: 1, max: 40 }),
  irqfds: fc.integer({ min: 1, max: 64 }),
});

const numberIn = (text: string | null, flag: string) =>
  Number(new RegExp(`${flag} (\\d+) has enough`).exec(text ?? '')?.[1]);

test('what is refused is short by the rule that reports go by, and the rounds named are the fewest', () => {
  fc.assert(
    fc.property(counts, fc.constantFrom('50', '90', '99', '99.9'), (plan, percentile) => {
      for (const latency of latencyNames) {
        const perVm = latency === 'vmReady' ? 1 : plan.irqfds;
        const most = plan.rounds * plan.burst * perVm;
        const metric = `${latency}.p${percentile}`;
        const why = lacksSamples(plan, metric);
        assert.equal(why === null, canTell(most, Number(percentile)));
        if (why === null) continue;
        const rounds = numberIn(why, '--rounds');
        assert.equal(lacksSamples({ ...plan, rounds }, metric), null);
        assert.notEqual(lacksSamples({ ...plan, rounds: rounds - 1 }, metric), null);
      }
    }),
  );
});

test('of a round the tail alone takes samples, and the burst VMs named are the fewest', () => {
  fc.assert(
    fc.property(counts, fc.constantFrom(...roundMetrics), (plan, metric) => {
      const why = roundLacksSamples(plan, metric);
      if (!metric.endsWith('.p95')) return assert.equal(why, null);
      const perVm = metric.startsWith('vmReady') ? 1 : plan.irqfds;
      assert.equal(why === null, canTell(plan.burst * perVm, 95));
      if (why === null) return;
      const burst = numberIn(why, '--burst');
      assert.equal(roundLacksSamples({ ...plan, burst }, metric), null);
      assert.notEqual(roundLacksSamples({ ...plan, burst: burst - 1 }, metric), null);
    }),
  );
});

test('what is no percentile is never refused', () => {
  const least = { rounds: 1, burst: 1, irqfds: 1 };
  for (const metric of ['register.max', 'vmReady.count', 'lock.waitMean', 'work.nodesVisited']) {
    assert.equal(lacksSamples(least, metric), null);
  }
});

test('a run has as many samples of every latency as it is said to have at the most', async () => {
  const plan = planOf({
    burst: 2,
    irqfds: 3,
    rounds: 2,
    phases: phases.read('kernel', () => assert.fail()),
  });
  const { latency, rounds } = await simulate(plan, loadHost('laptop-8'));
  const saidOf = (why: string | null) => Number(/has (\d+) at the most/.exec(why ?? '')?.[1]);
  for (const name of metricLatencies) {
    assert.equal(saidOf(lacksSamples(plan, `${name}.p99`)), latency[name]?.count, name);
  }
  for (const name of latencyNames) {
    assert.equal(saidOf(roundLacksSamples(plan, `${name}.p95`)), rounds[0]?.[name].count, name);
  }
});
