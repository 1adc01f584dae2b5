import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { indexNames, lockNames } from '../../src/model/algorithm-names.js';
import { strategySchema } from '../../src/model/run-plan.js';
import { axisValues, describeAxes, whyNot } from '../../src/plan/axes.js';
import { presets, resolveStrategy } from '../../src/plan/strategies.js';

describe('strategies', () => {
  it('has every value that the plan allows, in its order', () => {
    const { scope, connect, bypass } = strategySchema.shape;
    assert.deepEqual(axisValues('index'), indexNames);
    assert.deepEqual(axisValues('lock'), lockNames);
    assert.deepEqual(axisValues('scope'), scope.options);
    assert.deepEqual(axisValues('connect'), connect.options);
    assert.deepEqual(axisValues('bypass'), bypass.options);
  });

  it('resolves each preset to itself', () => {
    for (const { summary: _, origin: __, limits: ___, ...preset } of presets) {
      const strategy = resolveStrategy(preset.name, {});
      assert.deepEqual(strategy, preset);
      assert.deepEqual(strategySchema.parse(strategy), strategy);
      assert.equal(whyNot(strategy), undefined);
    }
  });

  it('gives the presets the kernel’s own mutex on a simulated host, but no lock that was asked for', () => {
    for (const preset of presets) {
      const { name, lock } = resolveStrategy(preset.name, {}, 'linux-mutex');
      assert.equal(name, preset.name);
      assert.equal(lock, preset.lock === 'mutex' ? 'linux-mutex' : preset.lock);
    }
    const asked = resolveStrategy('linux-6.17', { lock: 'mutex' }, 'linux-mutex');
    assert.deepEqual([asked.lock, asked.name], ['mutex', 'xarray+mutex']);
    const { name } = resolveStrategy('linux-6.2', { index: 'xarray' }, 'linux-mutex');
    assert.equal(name, 'linux-6.17');
  });

  it('names an overridden preset after the preset it becomes', () => {
    assert.equal(resolveStrategy('linux-6.2', { index: 'xarray' }).name, 'linux-6.17');
    assert.equal(resolveStrategy('linux-6.17', { index: 'list' }).name, 'linux-6.2');
    assert.equal(resolveStrategy('linux-6.17', { lock: 'mutex' }).name, 'linux-6.17');
    assert.equal(resolveStrategy('linux-6.2', { noBypassShare: 1 }).name, 'no-bypass');
    assert.equal(resolveStrategy('outside', { shards: 4 }).name, 'xarray+mutex+token:4');
    assert.equal(resolveStrategy('linux-6.17', { lock: 'mcs' }).name, 'xarray+mcs');
  });

  it('has no two presets at one point, and a line on each', () => {
    assert.equal(new Set(presets.map(describeAxes)).size, presets.length);
    for (const { summary, origin, limits } of presets) {
      for (const line of [summary, origin, limits]) assert.match(line, /^[^\n]{10,}$/);
    }
  });
});
