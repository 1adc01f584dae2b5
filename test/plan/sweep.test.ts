import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadHost } from '../../src/plan/host-file.js';
import { printSweep } from '../../src/plan/print-plan.js';
import { resolvePlan } from '../../src/plan/resolve.js';
import { readSeeds, readShard, resolveSweep } from '../../src/plan/sweep.js';
import { refused } from './refused.js';

describe('a sweep', () => {
  it('has a plan for every point, the last axis running fastest', () => {
    const { axes, points } = resolveSweep(
      ['vms=100,200', 'strategy=linux-6.2;linux-6.17,lock=mcs'],
      { burst: '3' },
      1,
    );
    assert.deepEqual(
      points.map(({ index, name }) => [index, name]),
      [
        [1, 'vms=100 strategy=linux-6.2'],
        [2, 'vms=100 strategy=linux-6.17,lock=mcs'],
        [3, 'vms=200 strategy=linux-6.2'],
        [4, 'vms=200 strategy=linux-6.17,lock=mcs'],
      ],
    );
    for (const { plan, values } of points) {
      const [vms, strategy] = values;
      const own = strategy === 'linux-6.2' ? { strategy } : { strategy: 'linux-6.17', lock: 'mcs' };
      assert.deepEqual(plan, resolvePlan({ burst: '3', vms, ...own }).plan);
    }
    assert.deepEqual(axes, [
      { option: 'vms', values: ['100', '200'], numbers: [100, 200], isGeometric: false },
      {
        option: 'strategy',
        values: ['linux-6.2', 'linux-6.17,lock=mcs'],
        numbers: null,
        isGeometric: false,
      },
    ]);
  });

  it('overrides the workload, and the host gives what nobody says', () => {
    const host = loadHost('e7-8895v3');
    const { points } = resolveSweep(['vms=1,2'], { workload: 'smoke' }, 1, host);
    assert.deepEqual(
      points.map(({ plan }) => [plan.vms, plan.nodes, plan.workload]),
      [
        [1, 4, 'smoke'],
        [2, 4, 'smoke'],
      ],
    );
  });

  it('is checked at its points, not where they have nothing yet', () => {
    const { points } = resolveSweep(['irqfds=20,40'], { producersPerVm: '20' }, 1);
    assert.deepEqual(
      points.map(({ plan }) => plan.irqfds),
      [20, 40],
    );
  });

  it('takes a strategy’s axes together with flags for others', () => {
    const { points } = resolveSweep(['strategy=linux-6.2,linux-6.17'], { lock: 'mcs' }, 1);
    assert.deepEqual(
      points.map(({ plan }) => plan.strategy.name),
      ['list+mcs', 'xarray+mcs'],
    );
  });

  for (const [texts, flags, seeds, wrong] of [
    [[], {}, 1, /^sweep: nothing varies; give --vary/],
    [['vmz=1'], {}, 1, /^--vary: "vmz" is no run option \(did you mean vms\?\)/],
    [['vms'], {}, 1, /^--vary: "vms" is no option=values/],
    [['vms='], {}, 1, /^--vary vms: "" is empty/],
    [['vms=1', 'vms=2'], {}, 1, /^--vary vms: is given twice/],
    [['vms=1'], { vms: '2' }, 1, /^--vary vms: --vms is given as well/],
    [['strategy=hlist'], { strategy: 'rwsem' }, 1, /--strategy is given as well/],
    [['strategy=hlist,lock=mcs'], { lock: 'tas' }, 1, /^--vary strategy: --lock is given as well/],
    [
      ['strategy=hlist,lock=mcs', 'lock=tas'],
      {},
      1,
      /^--vary lock: --vary strategy decides lock as well/,
    ],
    [
      ['irqfds=2,4'],
      { producersPerVm: '3' },
      1,
      /^--vary: at irqfds=2: --producers-per-vm: 3 producers/,
    ],
    [
      ['scope=global,token:2', 'connect=inside,outside'],
      {},
      1,
      /^--vary: at scope=global connect=outside: .* does not go with/,
    ],
    [
      ['vms=0..999:+1', 'burst=1..200:+1'],
      {},
      1,
      /^--vary: 200,000 points are more than the 10,000 runs of a sweep/,
    ],
    [['vms=0..999:+1'], {}, 11, /^--vary: 1,000 points of 11 seeds are more than/],
    [['seed=1,2'], {}, 2, /^--seeds: the seed varies already/],
    [['vms=1'], { seed: '4294967295' }, 2, /^--seeds: 2 seeds from 4294967295 on go beyond/],
  ] as const) {
    it(`is refused: ${texts.join(' ')} ${JSON.stringify(flags)}`, () => {
      assert.match(
        refused(() => resolveSweep(texts, flags, seeds)),
        wrong,
      );
    });
  }

  it('prints its points, and the options that are no point’s', () => {
    const sweep = resolveSweep(['vms=1,2', 'strategy=linux-6.2,linux-6.17'], { burst: '3' }, 1);
    const text = printSweep(sweep, sweep.points.slice(2), 'text');
    assert.match(text, /^2 points\n {2}3 {2}vms=2 strategy=linux-6\.2\n {2}4 {2}vms=2 /m);
    assert.match(text, /^burst +3 +flag --burst$/m);
    assert.doesNotMatch(text, /^(vms|strategy|index|lock) /m);
    const json = JSON.parse(printSweep(sweep, sweep.points, 'json'));
    assert.deepEqual(json.axes, sweep.axes);
    assert.equal(json.points.length, 4);
  });
});

describe('--shard and --seeds', () => {
  it('are read', () => {
    assert.deepEqual(readShard('2/4'), { shard: 2, of: 4 });
    assert.deepEqual(readShard(' 1/1 '), { shard: 1, of: 1 });
    assert.equal(readSeeds('5'), 5);
  });

  for (const text of ['', '2', '0/4', '5/4', '1/0', 'a/b', '-1/2', '1/2/3', '1.5/2']) {
    it(`--shard refuses "${text}"`, () => {
      assert.match(
        refused(() => readShard(text)),
        /^--shard: ".*" is no share; give i\/n/,
      );
    });
  }

  it('--seeds refuses what is no number of runs', () => {
    for (const text of ['0', 'x', '-1', '10001']) {
      assert.match(
        refused(() => readSeeds(text)),
        /^--seeds: "/,
      );
    }
  });
});
