import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend } from '../../src/backends/backend.js';
import { type PlannedPoint, runSweep, type SweepProgress } from '../../src/backends/sweep.js';
import { EXIT, IrqbenchError, runError, usageError } from '../../src/errors.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import { runSummarySchema } from '../../src/model/sweep-result.js';
import { buildResult } from '../fixtures/result.js';
import { planOf } from '../support/plans.js';

/** The sweep over a backend that runs nothing: what it is asked for, and what becomes of its answers. */

const POINTS: PlannedPoint[] = [10, 20, 30].map((vms, place) => ({
  index: place + 1,
  values: [String(vms)],
  name: `vms=${vms}`,
  plan: planOf({ vms, seed: 5 }),
}));

interface Trial {
  /** Answers instead of a good result, or throws. */
  readonly answer?: (plan: RunPlan, abort: () => void) => Partial<ReturnType<typeof buildResult>>;
  readonly seeds?: number;
  readonly keepsResults?: boolean;
}

async function sweepOf({ answer = () => ({}), seeds = 1, keepsResults = false }: Trial) {
  const controller = new AbortController();
  const asked: string[] = [];
  const progress: SweepProgress[] = [];
  let begun = 0;
  const backend: Backend<RunPlan> = async (plan, options) => {
    asked.push(`${plan.vms}/${plan.seed}`);
    const replace = answer(plan, () => controller.abort());
    await options.onBegin();
    options.onProgress({ phase: 'rounds', done: 1, total: 2 });
    return buildResult({ plan, replace });
  };
  const sweep = runSweep(POINTS, backend, {
    seeds,
    keepsResults,
    signal: controller.signal,
    onBegin: async () => {
      begun++;
    },
    onDeath: () => {},
    onProgress: (one) => progress.push(one),
  });
  return { points: await sweep, asked, progress, begun };
}

test('every point is run in its turn, each with its seeds', async () => {
  const { points, asked, begun, progress } = await sweepOf({ seeds: 2 });
  assert.deepEqual(asked, ['10/5', '10/6', '20/5', '20/6', '30/5', '30/6']);
  assert.equal(begun, 1);
  assert.deepEqual(
    points.map(({ index, values, plan, runs }) => [
      index,
      values,
      plan.seed,
      runs.map(({ seed }) => seed),
    ]),
    [
      [1, ['10'], 5, [5, 6]],
      [2, ['20'], 5, [5, 6]],
      [3, ['30'], 5, [5, 6]],
    ],
  );
  assert.deepEqual(
    progress.map(({ point, done, total, ended }) => [point.name, done, total, ended]),
    [
      ['vms=10', 0, 3, 0],
      ['vms=10', 0, 3, 1],
      ['vms=20', 1, 3, 0],
      ['vms=20', 1, 3, 1],
      ['vms=30', 2, 3, 0],
      ['vms=30', 2, 3, 1],
    ],
  );
});

test('summaries are kept, or whole results', async () => {
  for (const run of (await sweepOf({})).points.flatMap(({ runs }) => runs)) {
    assert.deepEqual(runSummarySchema.parse(run), run);
  }
  for (const { runs, plan } of (await sweepOf({ keepsResults: true })).points) {
    assert.deepEqual(runs, [buildResult({ plan })]);
  }
});

test('a point that fails keeps no other from being run', async () => {
  const { points, asked, progress } = await sweepOf({
    seeds: 2,
    answer: ({ vms, seed }) => {
      if (vms === 10 && seed === 6) throw runError('out of memory');
      return vms === 20 && seed === 5 ? { failure: 'burst VM 1 died', partial: true } : {};
    },
  });
  assert.equal(asked.length, 6);
  assert.deepEqual(
    points.map(({ failure, runs }) => [failure, runs.length]),
    [
      ['out of memory', 1],
      ['burst VM 1 died', 2],
      [null, 2],
    ],
  );
  assert.equal(progress.at(-1)?.failed, 2);
});

test('where no point can be run, the first reason is the error, with its exit code', async () => {
  const refuse = ({ vms }: RunPlan) => {
    throw usageError(`--fault: not with ${vms}`);
  };
  await assert.rejects(sweepOf({ answer: refuse }), (error: IrqbenchError) => {
    assert.equal(error.exitCode, EXIT.usage);
    assert.equal(error.message, 'vms=10: --fault: not with 10');
    return true;
  });
});

test('a bug ends the sweep', async () => {
  const answer = () => {
    throw new TypeError('of undefined');
  };
  await assert.rejects(sweepOf({ answer }), TypeError);
});

test('an interrupt leaves the points that are done', async () => {
  for (const throws of [false, true]) {
    const { points, asked } = await sweepOf({
      seeds: 2,
      answer: ({ vms, seed }, abort) => {
        if (vms !== 20 || seed !== 6) return {};
        abort();
        if (throws) throw new IrqbenchError(EXIT.interrupted, 'interrupted');
        return { partial: true };
      },
    });
    assert.deepEqual(asked, ['10/5', '10/6', '20/5', '20/6']);
    assert.deepEqual(
      points.map(({ index }) => index),
      [1],
    );
  }
});

test('an interrupt that comes when a point is just done keeps it', async () => {
  const { points } = await sweepOf({
    answer: ({ vms }, abort) => {
      if (vms === 20) abort();
      return {};
    },
  });
  assert.deepEqual(
    points.map(({ index }) => index),
    [1, 2],
  );
});
