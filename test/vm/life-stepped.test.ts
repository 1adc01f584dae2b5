import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Phase, phaseNames } from '../../src/model/phases.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import { spellPhases } from '../../src/model/spelling.js';
import type { Stepped } from '../../src/stepping/operation.js';
import type { Machine } from '../../src/verify/machine.js';
import type { Finding } from '../../src/verify/program.js';
import { RandomWalk } from '../../src/verify/random-walk.js';
import { HostRig } from '../support/host-rig.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';
import { Stage, search, Witness } from '../support/stepped.js';

/** Whole lives of VMs with the kernel around the lock, an operation at a time. */

interface Stepping {
  run(): Stepped<void>;
}
interface CreateLife {
  createLife(host: unknown, vm: number): Stepping;
  createCleanUpServer(host: unknown, worker: number): { serve(): Stepped<void> };
}

/** What must be there when all have ended. */
class Ending extends Witness {
  private readonly host: HostRig;

  constructor(host: HostRig) {
    super();
    this.host = host;
  }

  override ended(): Finding | null {
    const { findings } = this.host.audit();
    const { burst, irqfds, rounds } = this.host.plan;
    const wrong: string[] = [...findings];
    for (let vm = 0; vm < burst; vm++) {
      const counts = this.host.counts(vm);
      for (const kind of ['registrations', 'deregistrations'] as const) {
        if (counts[kind] !== irqfds * rounds) wrong.push(`${counts[kind]} ${kind} of VM ${vm}`);
      }
      for (const kind of ['register', 'deregister'] as const) {
        const { length } = this.host.samples(vm, kind);
        if (length !== irqfds * rounds) wrong.push(`${length} samples of ${kind} of VM ${vm}`);
      }
    }
    return wrong.length === 0 ? null : { kind: 'words left behind', message: wrong.join('; ') };
  }
}

async function lives(changes: Partial<RunPlan>, workers = 1): Promise<Machine> {
  const plan = planOf({
    vms: 0,
    burst: 2,
    irqfds: 1,
    rounds: 1,
    warmupRounds: 0,
    holdNs: 0,
    ...changes,
  });
  const host = new HostRig(plan, workers);
  const { memory, layout } = host;
  const stage = new Stage();
  const { createLife, createCleanUpServer } = await stage.module<CreateLife>('vm/create-life');
  const seats = { memory, layout, plan, algorithms: await stage.algorithms('mutex') };
  const image = memory.words.slice();
  const { countersAt, recorders, bypass, threads } = layout;
  // What is only counted or recorded tells no two states apart.
  const outputs = [
    [countersAt * 2, countersAt * 2 + threads * 64],
    [bypass.entryCountersAt * 2, bypass.entryCountersAt * 2 + threads * 64],
    [recorders.at * 2, (recorders.at + recorders.cellsPerVm * plan.burst) * 2],
  ] as const;
  return stage.machine(
    memory,
    threads,
    (thread) =>
      thread < plan.burst
        ? createLife(seats, thread).run()
        : createCleanUpServer(seats, thread - plan.burst).serve(),
    { oracle: new Ending(host), image, outputs },
  );
}

const SUBSETS: Phase[][] = [[], [...phaseNames], ...phaseNames.map((name) => [name])];

for (const phases of SUBSETS) {
  test(`phases ${spellPhases(phases)}: two VMs, one preemption at most`, async () => {
    const { finding, covered } = search(await lives({ phases, release: 'free' }), 1);
    assert.deepEqual([finding, covered], [null, 1]);
  });
}

for (const strategy of [LIST, XARRAY]) {
  test(`${strategy.index}: two rounds of two irqfds with two workers, as they come`, async () => {
    const changes = { strategy, irqfds: 2, rounds: 2, warmupRounds: 1, phases: [...phaseNames] };
    const walk = new RandomWalk(await lives(changes, 2), 1);
    const outcome = walk.explore(() => walk.schedules >= 50);
    assert.equal(outcome, 'paused', JSON.stringify(outcome));
  });
}
