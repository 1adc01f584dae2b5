import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Command } from 'commander';
import { flagOf } from '../../src/cli/run-options.js';
import { phaseNames } from '../../src/model/phases.js';
import type { Fault } from '../../src/model/run-plan.js';
import { axisValues } from '../../src/plan/axes.js';
import { flagAttribute, type RunOption } from '../../src/plan/option.js';
import { keyOfName, type OptionKey, optionKeys, runOptions } from '../../src/plan/options.js';
import { presetNames } from '../../src/plan/strategies.js';
import { MAX_COUNT } from '../../src/plan/values.js';
import fc from '../support/properties.js';
import { refused } from './refused.js';

function parse(key: OptionKey, text: string): unknown {
  return (runOptions[key] as RunOption<unknown>).parse(text, `--${runOptions[key].name}`);
}

/** Each key with values it takes, so that a new option cannot be forgotten here. */
const takes: Record<OptionKey, fc.Arbitrary<unknown>> = {
  vms: fc.integer({ min: 0, max: MAX_COUNT }),
  burst: fc.integer({ min: 1, max: 1024 }),
  irqfds: fc.integer({ min: 1, max: 4096 }),
  rounds: fc.integer({ min: 1, max: MAX_COUNT }),
  warmupRounds: fc.integer({ min: 0, max: MAX_COUNT }),
  holdNs: fc.integer({ min: 0, max: 3600e9 }),
  release: fc.constantFrom('together', 'free'),
  strategy: fc.constantFrom(...presetNames),
  index: fc.constantFrom(...axisValues('index'), './mine.mjs', '/abs/index.js'),
  hashBits: fc.integer({ min: 1, max: 16 }),
  lock: fc.constantFrom(...axisValues('lock'), './mine.mjs', 'lock.js'),
  scope: fc.oneof(
    fc.constant({ scope: 'global', shards: 1 }),
    fc.record(
      { scope: fc.constantFrom('sharded', 'token'), shards: fc.integer({ min: 1, max: 1024 }) },
      { noNullPrototype: true },
    ),
  ),
  connect: fc.constantFrom(...axisValues('connect')),
  bypass: fc.constantFrom(...axisValues('bypass')),
  noBypassShare: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => share + 0),
  producersPerVm: fc.integer({ min: 0, max: 4096 }),
  producerOrder: fc.constantFrom('before', 'after'),
  connectCostNs: fc.integer({ min: 0, max: 3600e9 }),
  connectFailureRate: fc.double({ min: 0, max: 1, noNaN: true }).map((rate) => rate + 0),
  background: fc.constantFrom('state', 'threads'),
  createCostNs: fc.integer({ min: 0, max: 3600e9 }),
  irqchipCostNs: fc.integer({ min: 0, max: 3600e9 }),
  destroyCostNs: fc.integer({ min: 0, max: 3600e9 }),
  assignCostNs: fc.integer({ min: 0, max: 3600e9 }),
  phases: fc.subarray([...phaseNames]),
  irqGraceNs: fc.integer({ min: 0, max: 3600e9 }),
  destroyGraceNs: fc.integer({ min: 0, max: 3600e9 }),
  tickNs: fc.integer({ min: 0, max: 3600e9 }),
  connectMode: fc.constantFrom('spin', 'sleep'),
  nodes: fc.integer({ min: 1, max: 1024 }),
  stallTimeoutNs: fc.integer({ min: 0, max: 3600e9 }),
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  pin: fc.oneof(
    fc.constantFrom('off', 'spread', 'compact'),
    fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1 }),
  ),
  fault: fc.oneof(
    fc.constant(null),
    fc.record<Fault>(
      {
        kind: fc.constantFrom('kill-vm', 'throw-vm', 'oom-vm'),
        round: fc.integer({ min: 1, max: MAX_COUNT }),
        vm: fc.integer({ min: 0, max: MAX_COUNT }),
        holding: fc.boolean(),
      },
      { noNullPrototype: true },
    ),
    fc.double({ min: 1, max: 1000, noNaN: true }).map((factor) => ({ kind: 'slow-lock', factor })),
  ),
};

describe('the table of run options', () => {
  for (const key of optionKeys) {
    const option = runOptions[key] as RunOption<unknown>;
    it(`--${option.name}: parse takes back what spell wrote`, () => {
      fc.assert(
        fc.property(takes[key], (value) => {
          assert.deepEqual(parse(key, option.spell(value)), value);
        }),
      );
    });

    it(`--${option.name}: any text is read or refused in one line that names the flag`, () => {
      fc.assert(
        fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
          try {
            parse(key, text);
          } catch {
            const message = refused(() => parse(key, text));
            assert.ok(message.startsWith(`--${option.name}: "`), message);
            assert.match(message, /; give ./);
          }
        }),
      );
    });
  }

  it('spells each default so that its own option takes it', () => {
    for (const key of optionKeys) {
      const option = runOptions[key] as RunOption<unknown>;
      if (option.default === null) continue;
      assert.equal(option.spell(parse(key, option.default)), option.default, key);
    }
  });

  it('has the documented defaults', () => {
    const defaults = Object.values(runOptions).map(({ name, default: initial }) => [name, initial]);
    assert.deepEqual(Object.fromEntries(defaults), {
      vms: '800',
      burst: '20',
      irqfds: '15',
      rounds: '10',
      'warmup-rounds': '1',
      hold: '400ms',
      release: 'together',
      strategy: 'linux-6.2',
      index: null,
      'hash-bits': null,
      lock: null,
      scope: null,
      connect: null,
      bypass: null,
      'no-bypass-share': null,
      'producers-per-vm': '0',
      'producer-order': 'before',
      'connect-cost': '0',
      'connect-mode': 'spin',
      'connect-failure-rate': '0',
      background: 'state',
      'create-cost': '0',
      'irqchip-cost': '0',
      'destroy-cost': '0',
      'assign-cost': '0',
      phases: 'bare',
      'irq-grace': '0',
      'destroy-grace': '0',
      tick: '0',
      nodes: '1',
      'stall-timeout': '10s',
      seed: '1',
      pin: 'off',
      fault: 'none',
    });
  });

  it('becomes flags by a loop, under names that commander shares', () => {
    const command = new Command('fork').exitOverride();
    for (const key of optionKeys) {
      const wired = flagOf(key);
      assert.equal(wired.attributeName(), flagAttribute(runOptions[key].name));
      assert.equal(wired.required, true);
      command.addOption(wired);
    }
    command.parse(['--vms', '-5', '--connect-cost=5us', '--no-bypass-share', '0.5'], {
      from: 'user',
    });
    assert.deepEqual(command.opts(), { vms: '-5', connectCost: '5us', noBypassShare: '0.5' });
    assert.match(command.helpInformation(), /--hold <time> [^-]*\(default:\s+400ms\)/);
  });

  it('is found by the names that users write', () => {
    assert.equal(keyOfName.get('connect-cost'), 'connectCostNs');
    assert.equal(keyOfName.get('connectCost'), undefined);
  });
});

describe('values that are taken', () => {
  const cases: [OptionKey, string, unknown][] = [
    ['vms', '12k', 12_000],
    ['vms', '62_500', 62_500],
    ['vms', ' 0 ', 0],
    ['holdNs', '0', 0],
    ['holdNs', '1.5s', 1.5e9],
    ['connectCostNs', '5us', 5000],
    ['connectFailureRate', '.01', 0.01],
    ['pin', '0-3,8', [0, 1, 2, 3, 8]],
    ['pin', '8,0-2', [8, 0, 1, 2]],
    ['pin', '0-6:3', [0, 3, 6]],
    ['pin', '1,1,0-1', [1, 0]],
    ['fault', 'kill-vm', { kind: 'kill-vm', round: 1, vm: 0, holding: true }],
    ['fault', 'kill-vm@round=2', { kind: 'kill-vm', round: 2, vm: 0, holding: true }],
    [
      'fault',
      'oom-vm@holding=no, vm=3,round=2',
      { kind: 'oom-vm', round: 2, vm: 3, holding: false },
    ],
    ['fault', 'slow-lock=1.25', { kind: 'slow-lock', factor: 1.25 }],
    ['phases', 'bare', []],
    ['phases', 'kernel', ['srcu', 'queue', 'grace', 'move', 'destroy', 'barrier']],
    ['phases', 'destroy, srcu', ['srcu', 'destroy']],
    ['phases', 'grace,queue,destroy,srcu', ['srcu', 'queue', 'grace', 'destroy']],
  ];
  for (const [key, text, value] of cases) {
    it(`--${runOptions[key].name} ${text}`, () => assert.deepEqual(parse(key, text), value));
  }

  it('are the same from a workload file, as text, as a number or, for --pin and --phases, as a list', () => {
    assert.equal(runOptions.vms.parse(12, 'f:1:1 vms'), 12);
    assert.deepEqual(runOptions.pin.parse(3, 'f:1:1 pin'), [3]);
    assert.deepEqual(runOptions.pin.parse([0, '4-5'], 'f:1:1 pin'), [0, 4, 5]);
    assert.deepEqual(runOptions.phases.parse(['grace', 'srcu'], 'f:1:1 phases'), ['srcu', 'grace']);
  });
});

describe('values that are refused', () => {
  const counts = 'give a whole number from';
  const times = 'give 0, or a time with its unit up to 60m, such as 5us, 400ms or 1.5s';
  const faults =
    'give none, kill-vm@round=2,vm=3,holding=no (or throw-vm, oom-vm) or slow-lock=1.25';
  const phases =
    'give bare, kernel or some of srcu,queue,grace,move,destroy,barrier (irqbench list phases)';
  const pins = 'give off, spread, compact or CPUs as taskset takes them, such as 0-3,8';
  const cases: [OptionKey, string, string][] = [
    ['vms', '15.5', `is not a whole number; ${counts} 0 to 2,147,483,647, such as 800 or 12k`],
    ['vms', '-5', `is negative; ${counts} 0 to 2,147,483,647, such as 800 or 12k`],
    ['vms', '3G', `is too large; ${counts} 0 to 2,147,483,647, such as 800 or 12k`],
    [
      'vms',
      '99999999999999999999',
      `is too large; ${counts} 0 to 2,147,483,647, such as 800 or 12k`,
    ],
    ['vms', '', `is empty; ${counts} 0 to 2,147,483,647, such as 800 or 12k`],
    ['vms', '0x10', `is not a whole number; ${counts} 0 to 2,147,483,647, such as 800 or 12k`],
    ['burst', '0', `is too small; ${counts} 1 to 1,024, such as 20`],
    ['burst', '1025', `is too large; ${counts} 1 to 1,024, such as 20`],
    ['irqfds', '0', `is too small; ${counts} 1 to 4,096, such as 15`],
    ['irqfds', '4097', `is too large; ${counts} 1 to 4,096, such as 15`],
    ['rounds', '0', `is too small; ${counts} 1 to 2,147,483,647, such as 10`],
    ['seed', '4294967296', `is too large; ${counts} 0 to 4,294,967,295, such as 1`],
    ['holdNs', 'banana', `is not a duration; ${times}`],
    ['holdNs', '400', `has no unit; ${times}`],
    ['holdNs', '-1ms', `is negative; ${times}`],
    ['holdNs', '61m', `is too long; ${times}`],
    ['connectFailureRate', '1.5', 'is more than 1; give a rate from 0 to 1, such as 0.01'],
    ['connectFailureRate', '-0.1', 'is negative; give a rate from 0 to 1, such as 0.01'],
    ['connectFailureRate', '1%', 'is not a number; give a rate from 0 to 1, such as 0.01'],
    ['release', 'freee', 'is no way to release VMs (did you mean free?); give together or free'],
    [
      'strategy',
      'linux-6.3',
      'is no strategy (did you mean linux-6.2?); give linux-6.2, linux-6.17, hlist, sharded, rwsem, outside, no-bypass, param-off or kconfig-off (irqbench list strategies)',
    ],
    [
      'strategy',
      'banana',
      'is no strategy; give linux-6.2, linux-6.17, hlist, sharded, rwsem, outside, no-bypass, param-off or kconfig-off (irqbench list strategies)',
    ],
    [
      'index',
      'xaray',
      'is no index (did you mean xarray?); give list, hlist or xarray, or the path of a module (./mine.mjs)',
    ],
    [
      'lock',
      'futex',
      'is no lock (did you mean mutex?); give mutex, linux-mutex, tas, ttas, ticket, mcs, mcs-park, cna or rwsem, or the path of a module (./mine.mjs)',
    ],
    ['pin', '3-1', `has a range that runs backwards; ${pins}`],
    ['pin', '0-8:0', `has a step of 0; ${pins}`],
    ['pin', '1,,2', `is no list of CPUs; ${pins}`],
    ['pin', '0-99999999999', `goes past CPU 8191, the last that Linux knows; ${pins}`],
    ['pin', 'sprea', `is no pinning (did you mean spread?); ${pins}`],
    ['fault', 'kil-vm', `is no fault (did you mean kill-vm?); ${faults}`],
    ['fault', 'kill-vm=2', `has its settings after "=", not after "@"; ${faults}`],
    ['fault', 'kill-vm@rond=2', `has an unknown setting "rond" (did you mean round?); ${faults}`],
    ['fault', 'kill-vm@', `has an unknown setting ""; ${faults}`],
    ['fault', 'kill-vm@round=0', `has "0" for round, which is a whole number from 1; ${faults}`],
    ['fault', 'kill-vm@vm=1.5', `has "1.5" for vm, which is a whole number from 0; ${faults}`],
    ['fault', 'kill-vm@holding=maybe', `has "maybe" for holding, which is yes or no; ${faults}`],
    ['fault', 'kill-vm@vm=1,vm=2', `says "vm" twice; ${faults}`],
    ['phases', 'kernal', `has an unknown phase "kernal" (did you mean kernel?); ${phases}`],
    ['phases', 'srcu,', `has an unknown phase ""; ${phases}`],
    ['phases', 'srcu,gace', `has an unknown phase "gace" (did you mean grace?); ${phases}`],
    ['phases', 'srcu,kernel', `has "kernel", which goes alone; ${phases}`],
    ['phases', 'srcu,queue,srcu', `says "srcu" twice; ${phases}`],
    ['phases', 'toString', `has an unknown phase "toString"; ${phases}`],
    ['fault', 'slow-lock', `has no factor; ${faults}`],
    ['fault', 'slow-lock=0.5', `has a factor that is not from 1 to 1000; ${faults}`],
  ];
  for (const [key, text, wrong] of cases) {
    const { name } = runOptions[key];
    it(`--${name} "${text}"`, () => {
      assert.equal(
        refused(() => parse(key, text)),
        `--${name}: "${text}" ${wrong}`,
      );
    });
  }

  it('are shown printable and cut', () => {
    assert.match(
      refused(() => parse('vms', `\u001b[31m\n${'x'.repeat(1e6)}`)),
      /^--vms: "\\u001b\[31m\\nx{34}…" is not/,
    );
  });

  it('name the place in a file, and a list where one value is expected', () => {
    assert.equal(
      refused(() => runOptions.release.parse(['free', 1], 'w.yaml:3:7 release')),
      'w.yaml:3:7 release: "[free, 1]" is a list, not one value; give together or free',
    );
  });
});
