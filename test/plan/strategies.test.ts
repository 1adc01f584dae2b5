import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { strategySchema } from '../../src/model/run-plan.js';
import {
  type Axes,
  axes,
  axisValues,
  describeAxes,
  presetNames,
  presets,
  resolveStrategy,
} from '../../src/plan/strategies.js';

describe('strategies', () => {
  it('has every axis of the plan, with the values that the plan allows', () => {
    const { name: _, ...allowed } = strategySchema.shape;
    for (const [axis, schema] of Object.entries(allowed)) {
      assert.deepEqual(axisValues(axis as keyof Axes), schema.options, axis);
    }
    assert.deepEqual(Object.keys(axes), Object.keys(allowed));
  });

  it('resolves each preset to itself', () => {
    for (const { name, index, lock, scope, connect, bypass } of presets) {
      const strategy = resolveStrategy({ strategy: name });
      assert.deepEqual(strategy, { name, index, lock, scope, connect, bypass });
      assert.deepEqual(strategySchema.parse(strategy), strategy);
    }
    assert.deepEqual(presetNames, ['linux-6.2', 'linux-6.17']);
  });

  it('names an overridden preset after the preset it becomes', () => {
    assert.equal(resolveStrategy({ strategy: 'linux-6.2', index: 'xarray' }).name, 'linux-6.17');
    assert.equal(resolveStrategy({ strategy: 'linux-6.17', index: 'list' }).name, 'linux-6.2');
    assert.equal(resolveStrategy({ strategy: 'linux-6.17', lock: 'mutex' }).name, 'linux-6.17');
  });

  it('has no two presets at one point, and a line on each', () => {
    assert.equal(new Set(presets.map(describeAxes)).size, presets.length);
    for (const { summary, origin, limits } of presets) {
      for (const line of [summary, origin, limits]) assert.match(line, /^[^\n]{10,}$/);
    }
  });
});
