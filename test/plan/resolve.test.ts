import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runPlanSchema } from '../../src/model/run-plan.js';
import { isAxisKey, optionKeys } from '../../src/plan/options.js';
import { printPlan } from '../../src/plan/print-plan.js';
import { resolvePlan } from '../../src/plan/resolve.js';
import { refused } from './refused.js';

let folder: string;
let file: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'irqbench-plan-'));
  file = join(folder, 'mine.yaml');
  writeFileSync(
    file,
    'description: mine\nvms: 5\nhold: 1500us\nstrategy: linux-6.17\nfault: kill-vm@round=9,vm=2\n',
  );
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('resolvePlan', () => {
  it('makes the documented plan out of nothing', () => {
    const { plan, sources, workload } = resolvePlan({});
    assert.deepEqual(plan, {
      workload: null,
      vms: 800,
      burst: 20,
      irqfds: 15,
      rounds: 10,
      warmupRounds: 1,
      holdNs: 400e6,
      release: 'together',
      strategy: {
        name: 'linux-6.2',
        index: 'list',
        hashBits: 9,
        lock: 'mutex',
        scope: 'global',
        shards: 1,
        connect: 'inside',
        bypass: 'on',
        noBypassShare: 0,
      },
      producersPerVm: 0,
      producerOrder: 'before',
      connectCostNs: 0,
      connectMode: 'spin',
      connectFailureRate: 0,
      background: 'state',
      createCostNs: 0,
      irqchipCostNs: 0,
      destroyCostNs: 0,
      assignCostNs: 0,
      createWaits: [],
      phases: [],
      irqGraceNs: 0,
      destroyGraceNs: 0,
      tickNs: 0,
      nodes: 1,
      stallTimeoutNs: 10e9,
      seed: 1,
      pin: 'off',
      fault: null,
    });
    assert.deepEqual(runPlanSchema.parse(plan), plan);
    assert.equal(workload, null);
    assert.deepEqual(Object.keys(sources), optionKeys);
    for (const key of optionKeys) {
      const expected = isAxisKey(key) ? 'preset linux-6.2' : 'default';
      assert.equal(sources[key], expected, key);
    }
  });

  it('puts flags above the file and the file above the defaults, and says so', () => {
    const { plan, sources } = resolvePlan({ workload: file, vms: '7', connectCost: '5us' });
    assert.deepEqual([plan.vms, sources.vms], [7, 'flag --vms']);
    assert.deepEqual([plan.holdNs, sources.holdNs], [1.5e6, `workload ${file}:3`]);
    assert.deepEqual([plan.burst, sources.burst], [20, 'default']);
    assert.deepEqual([plan.connectCostNs, sources.connectCostNs], [5000, 'flag --connect-cost']);
    assert.deepEqual([plan.strategy.name, sources.strategy], ['linux-6.17', `workload ${file}:4`]);
    assert.deepEqual([plan.strategy.index, sources.index], ['xarray', 'preset linux-6.17']);
    assert.equal(plan.workload, file);
  });

  it('names the strategy after what its axes come to', () => {
    const { plan, values, sources } = resolvePlan({ workload: file, index: 'list' });
    assert.equal(plan.strategy.name, 'linux-6.2');
    assert.equal(values.strategy, 'linux-6.17');
    assert.deepEqual([values.index, sources.index], ['list', 'flag --index']);
    assert.deepEqual([values.lock, sources.lock], ['mutex', 'preset linux-6.17']);
  });

  it('takes back a fault of the file', () => {
    assert.equal(resolvePlan({ workload: file }).plan.fault?.kind, 'kill-vm');
    assert.equal(resolvePlan({ workload: file, fault: 'none' }).plan.fault, null);
  });

  it('ignores the flags of others, and those that were not given', () => {
    const { plan, sources } = resolvePlan({ format: 'json', vms: undefined });
    assert.deepEqual([plan.vms, sources.vms], [800, 'default']);
  });

  it('freezes everything it returns', () => {
    const { plan, values, sources } = resolvePlan({ pin: '0-3', fault: 'slow-lock=2' });
    for (const frozen of [plan, plan.strategy, plan.pin, plan.fault, values, values.pin, sources]) {
      assert.ok(Object.isFrozen(frozen));
    }
    assert.throws(() => {
      (plan as { vms: number }).vms = 1;
    }, TypeError);
  });

  const cases: [string, Record<string, string>, string][] = [
    [
      'more producers than irqfds',
      { producersPerVm: '16' },
      '--producers-per-vm: 16 producers for the 15 irqfds of a VM; give no more producers than --irqfds',
    ],
    [
      'a fault after the last round',
      { fault: 'throw-vm@round=11' },
      '--fault: round 11 of a run of 10 rounds; give a round from 1 to --rounds',
    ],
    [
      'a fault in a VM that is not there',
      { fault: 'oom-vm@vm=20' },
      '--fault: vm 20 of 20 burst VMs, the first of which is vm 0; give a vm below --burst',
    ],
    [
      'the length of a grace period that there is not',
      { irqGrace: '1ms', phases: 'srcu,queue,destroy' },
      '--irq-grace: there is no such grace period; give --phases kernel, or some with grace',
    ],
    [
      'the length of a shared grace period that there is not',
      { destroyGrace: '1ms' },
      '--destroy-grace: there is no such grace period; give --phases kernel, or some with destroy',
    ],
    [
      'more irqfds than can be counted',
      { vms: '1M', irqfds: '4096' },
      '--vms: 1,000,020 VMs of 4,096 irqfds are more irqfds than 2,147,483,647; give fewer VMs, or fewer --irqfds',
    ],
  ];
  for (const [what, flags, message] of cases) {
    it(`refuses ${what}`, () =>
      assert.equal(
        refused(() => resolvePlan(flags)),
        message,
      ));
  }

  it('takes each of those at its very limit', () => {
    const limits = { producersPerVm: '15', fault: 'kill-vm@round=10,vm=19', vms: '524_267' };
    assert.equal(resolvePlan(limits).plan.producersPerVm, 15);
    assert.equal(resolvePlan({ vms: '524_267', irqfds: '4096' }).plan.vms, 524_267);
    refused(() => resolvePlan({ vms: '524_268', irqfds: '4096' }));
  });

  it('names the file where the value at fault is there', () => {
    assert.equal(
      refused(() => resolvePlan({ workload: file, rounds: '3' })),
      `${file}:5:8 fault: round 9 of a run of 3 rounds; give a round from 1 to --rounds`,
    );
  });
});

describe('printPlan', () => {
  it('prints a header, then a line an option with value and source', () => {
    const lines = printPlan(resolvePlan({ workload: file, pin: '0-3,8' }), 'text').split('\n');
    assert.equal(lines[0], `workload ${file}: mine (${file})`);
    assert.equal(
      lines[1],
      'strategy linux-6.17: index xarray, lock mutex, scope global, connect inside, bypass on',
    );
    assert.equal(lines[2], '');
    const rows = lines.slice(3, -1).map((line) => line.split(/ {2,}/));
    assert.equal(rows.length, optionKeys.length);
    for (const row of [
      ['vms', '5', `workload ${file}:2`],
      ['burst', '20', 'default'],
      ['hold', '1500us', `workload ${file}:3`],
      ['lock', 'mutex', 'preset linux-6.17'],
      ['pin', '0-3,8', 'flag --pin'],
      ['fault', 'kill-vm@round=9,vm=2,holding=yes', `workload ${file}:5`],
    ]) {
      assert.ok(
        rows.some((printed) => printed.join() === row.join()),
        row.join(),
      );
    }
  });

  it('aligns its columns', () => {
    const lines = printPlan(resolvePlan({}), 'text').trimEnd().split('\n').slice(3);
    const starts = lines.map((line) =>
      [...line.matchAll(/(?<= {2})\S/g)].map(({ index }) => index),
    );
    for (const row of starts) assert.deepEqual(row, starts[0]);
    assert.equal(starts[0]?.length, 2);
  });

  it('says that there is no workload', () => {
    assert.match(
      printPlan(resolvePlan({}), 'text'),
      /^workload none: flags and defaults alone\nstrategy linux-6\.2: /,
    );
  });

  it('prints values that, given back as flags, make the same plan', () => {
    const resolved = resolvePlan({
      workload: 'vfio-assign',
      index: 'xarray',
      pin: '3,1',
      seed: '9',
    });
    const flags = Object.fromEntries(
      printPlan(resolved, 'text')
        .split('\n')
        .slice(3, -1)
        .map((line) => line.split(/ {2,}/))
        .map(([name = '', value = '']) => [
          name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
          value,
        ]),
    );
    assert.deepEqual(resolvePlan(flags).plan, { ...resolved.plan, workload: null });
  });

  it('prints the plan and its sources as JSON', () => {
    const resolved = resolvePlan({ workload: file });
    const printed = JSON.parse(printPlan(resolved, 'json'));
    assert.deepEqual(printed.plan, resolved.plan);
    assert.deepEqual(printed.sources, resolved.sources);
    assert.deepEqual(printed.workload, { path: file, description: 'mine' });
    assert.equal(JSON.parse(printPlan(resolvePlan({}), 'json')).workload, null);
  });
});
