import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunOption } from '../../src/plan/option.js';
import { type OptionKey, optionKeys, runOptions } from '../../src/plan/options.js';
import { MAX_RUNS, readVaried } from '../../src/plan/ranges.js';
import { presetNames } from '../../src/plan/strategies.js';
import fc from '../support/properties.js';
import { refused } from './refused.js';

const read = (key: OptionKey, text: string) => readVaried(key, text, `--vary ${key}`);
const valuesOf = (key: OptionKey, text: string) => read(key, text).values;

describe('ranges', () => {
  it('count in steps from one end up to the other, as a loop would', () => {
    const count = fc.integer({ min: 0, max: 1e6 });
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 1e4 }), fc.nat(300), (from, step, more) => {
        const to = from + Math.floor((more * step) / 3);
        const expected: number[] = [];
        for (let number = from; number <= to; number += step) expected.push(number);
        const { values, numbers } = read('vms', `${from}..${to}:+${step}`);
        assert.deepEqual(numbers, expected);
        assert.deepEqual(values, expected.map(String));
      }),
    );
  });

  it('multiply from one end up to the other, in whole numbers', () => {
    const factors = fc.integer({ min: 2, max: 20 }).map((halves) => 1 + halves / 2);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e4 }), factors, fc.nat(9), (from, factor, steps) => {
        const powers = Array.from({ length: steps + 1 }, (_, i) => from * factor ** i);
        const to = Math.ceil(powers.at(-1) as number);
        if (to >= 2 ** 31) return;
        const { numbers, isGeometric } = read('vms', `${from}..${to}:x${factor}`);
        assert.deepEqual(numbers, [...new Set(powers.map(Math.round))]);
        assert.equal(isGeometric, true);
      }),
    );
  });

  it('reach an end that binary fractions miss', () => {
    assert.deepEqual(valuesOf('noBypassShare', '0..1:+0.1'), [
      '0',
      '0.1',
      '0.2',
      '0.3',
      '0.4',
      '0.5',
      '0.6',
      '0.7',
      '0.8',
      '0.9',
      '1',
    ]);
    assert.deepEqual(valuesOf('connectFailureRate', '0.001..1:x10'), ['0.001', '0.01', '0.1', '1']);
    assert.deepEqual(valuesOf('vms', '1..1000:x10'), ['1', '10', '100', '1000']);
  });

  it('stop below an end that they do not meet', () => {
    assert.deepEqual(valuesOf('vms', '100..1500:x2'), ['100', '200', '400', '800']);
    assert.deepEqual(valuesOf('vms', '1..10:+4'), ['1', '5', '9']);
    assert.deepEqual(valuesOf('vms', '7..7:+4'), ['7']);
  });

  it('are of times with their units, and stand among single values', () => {
    const { values, numbers } = read('connectCostNs', '0, 5us..80us:x4, 1ms..3ms:+1ms');
    assert.deepEqual(values, ['0', '5us', '20us', '80us', '1ms', '2ms', '3ms']);
    assert.deepEqual(numbers, [0, 5e3, 20e3, 80e3, 1e6, 2e6, 3e6]);
    assert.deepEqual(valuesOf('vms', '1k..4k:x2'), ['1000', '2000', '4000']);
  });

  for (const [text, wrong] of [
    ['1..4', /"1\.\.4" has no step; give a range/],
    ['4..1:+1', /"4\.\.1:\+1" is empty/],
    ['1..4:+0', /has a step of 0/],
    ['1..4:+', /has a step that is no such value/],
    ['1..4:+1us', /has a step that is no such value/],
    ['1..4:2', /has a step without \+ or x/],
    ['1..4:x1', /has a factor that is not above 1/],
    ['1..4:x0.5', /has a factor that is not above 1/],
    ['1..4:xx', /has a factor that is no number/],
    ['0..4:x2', /begins at 0/],
    ['0..1G:+1', /has 1,000,000,001 values, more than the 10,000 runs/],
    ['1..2:x1.0000001', /values, more than/],
    ['..4:+1', /"" is empty/],
    ['1..:+1', /"" is empty/],
    ['-1..4:+1', /"-1" is negative/],
    ['1..4G:x2', /"4G" is too large/],
    ['1,,2', /"" is empty/],
    ['', /"" is empty/],
    ['1,2,1', /"1" is given twice/],
    ['1..4:+1,3', /"3" is given twice/],
    ['12k,12000', /"12000" is given twice/],
  ] as const) {
    it(`refuse "${text}"`, () => {
      const message = refused(() => read('vms', text));
      assert.match(message, wrong);
      assert.ok(message.startsWith('--vary vms: "'), message);
    });
  }
});

describe('values', () => {
  it('are a progression where each is the one before it, times the same', () => {
    assert.equal(read('vms', '100,200,400').isGeometric, true);
    assert.equal(read('vms', '1,2,3').isGeometric, false);
    assert.equal(read('vms', '1,2').isGeometric, false);
    assert.equal(read('vms', '1..4:+1').isGeometric, false);
    assert.equal(read('vms', '4,2,1').isGeometric, false);
  });

  it('are words where the option takes no numbers', () => {
    assert.deepEqual(read('lock', 'mutex, mcs,./a..b.mjs'), {
      values: ['mutex', 'mcs', './a..b.mjs'],
      numbers: null,
      isGeometric: false,
    });
    assert.match(
      refused(() => read('lock', 'mutex,mutexx')),
      /^--vary lock: "mutexx" is no lock/,
    );
  });

  it('may have commas themselves where semicolons stand between them', () => {
    assert.deepEqual(valuesOf('pin', 'off;0-1,3'), ['off', '0-1,3']);
    assert.deepEqual(valuesOf('fault', 'none;kill-vm@round=1,vm=1,holding=no').length, 2);
  });

  it('are strategies as compare takes them', () => {
    assert.deepEqual(valuesOf('strategy', presetNames.join(',')), presetNames);
    assert.deepEqual(
      valuesOf('strategy', 'linux-6.2,linux-6.17,lock=mcs,index=hlist,outside,scope=token:64'),
      ['linux-6.2', 'linux-6.17,lock=mcs,index=hlist', 'outside,scope=token:64'],
    );
    assert.deepEqual(valuesOf('strategy', 'lock=mcs;index=xarray,lock=mcs;hlist'), [
      'lock=mcs',
      'index=xarray,lock=mcs',
      'hlist',
    ]);
    assert.match(
      refused(() => read('strategy', 'linux-6.17;index=xarray')),
      /"index=xarray" is given twice/,
    );
    assert.match(
      refused(() => read('strategy', 'linux-6.2,linux-7')),
      /"linux-7" is no strategy/,
    );
    assert.match(
      refused(() => read('strategy', 'hlist,lok=mcs')),
      /"lok" is no axis of a strategy/,
    );
  });

  for (const key of optionKeys) {
    const option = runOptions[key] as RunOption<unknown>;
    it(`of --${option.name}: any text is read or refused in one line that names the option`, () => {
      const piece = fc.oneof(
        fc.string(),
        fc.constantFrom('1', '0', '100', '5us', '..', ':x', ':+', ':', ',', ';', '2', 'off', '='),
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
          const text = pieces.join('');
          try {
            const { values, numbers } = read(key, text);
            assert.ok(values.length >= 1 && values.length <= MAX_RUNS);
            assert.equal(new Set(values).size, values.length);
            if (key === 'strategy') return;
            const again = values.map((value) => option.parse(value, 'again'));
            if (numbers !== null) assert.deepEqual(again, numbers);
          } catch (thrown) {
            if (thrown instanceof assert.AssertionError) throw thrown;
            assert.match(
              refused(() => read(key, text)),
              /^--vary \S+( \S+)?: ".*; give ./,
            );
          }
        }),
      );
    });
  }
});
