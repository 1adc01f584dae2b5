import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagAttribute } from '../../src/plan/option.js';
import { runOptions } from '../../src/plan/options.js';
import { type FlagValues, resolvePlan } from '../../src/plan/resolve.js';
import { spellPlan } from '../../src/plan/spell-plan.js';

test('what a plan is spelled as resolves to the same plan', () => {
  const { plan } = resolvePlan({
    strategy: 'outside',
    vms: '1k',
    hold: '1500us',
    phases: 'grace,queue',
    irqGrace: '1ms',
    pin: '3,0-1',
    fault: 'slow-lock=1.5',
    noBypassShare: '0.25',
    connectFailureRate: '0.125',
  });
  const flags: Record<string, string> = {};
  for (const [key, text] of spellPlan(plan)) flags[flagAttribute(runOptions[key].name)] = text;
  assert.deepEqual(resolvePlan(flags as FlagValues).plan, plan);
});
