import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  fingerprintOf,
  hostOf,
  machineDifferences,
  runDifferences,
} from '../../src/gate/fingerprint.js';
import { loadHost } from '../../src/plan/host-file.js';
import { spellCompared } from '../../src/plan/spell-plan.js';
import { resolveStrategy } from '../../src/plan/strategies.js';
import { ENVIRONMENT } from '../fixtures/result.js';
import { planOf, XARRAY } from '../support/plans.js';

type Run = Parameters<typeof runDifferences>[1];
const differences = (was: Run, now: Run) => runDifferences(was, now, spellCompared);

const run = (
  changes: Parameters<typeof planOf>[0] = {},
  backend: 'threads' | 'sim' = 'threads',
): Run => ({
  backend,
  host: null,
  plan: planOf(changes),
});

test('the same run has no differences, whatever its fault, time-out and workload', () => {
  assert.deepEqual(differences(run(), run()), []);
  const tried = run({
    fault: { kind: 'slow-lock', factor: 1.5 },
    stallTimeoutNs: 1e9,
    workload: 'mine',
  });
  assert.deepEqual(differences(run(), tried), []);
});

test('every option that differs is named as its flag, in both spellings', () => {
  assert.deepEqual(differences(run(), run({ vms: 21, holdNs: 5e6, pin: [0, 1] })), [
    '--vms is 20 in the baseline, 21 here',
    '--hold is 1ms in the baseline, 5ms here',
    '--pin is off in the baseline, 0-1 here',
  ]);
  assert.deepEqual(differences(run(), run({ strategy: XARRAY })), [
    '--index is list in the baseline, xarray here',
  ]);
  const sharded = resolveStrategy('sharded', {});
  assert.deepEqual(differences(run({ strategy: XARRAY }), run({ strategy: sharded })), [
    '--scope is global in the baseline, sharded:16 here',
  ]);
  const waits = run({ createWaits: [{ fromNs: 1, toNs: 2, count: 1 }] });
  assert.deepEqual(differences(run(), waits), ['creating a VM waits otherwise']);
  assert.deepEqual(differences(run(), run({ vms: 1 }, 'sim')), [
    '--backend is threads in the baseline, sim here',
  ]);
});

test('a simulated host is its name and all its figures', () => {
  const host = loadHost('laptop-8');
  const other = loadHost('xeon-8255c');
  const on = (of: typeof host) => ({ ...run({}, 'sim'), host: hostOf(of) });
  assert.deepEqual(differences(on(host), on(host)), []);
  assert.deepEqual(differences(on(host), on(other)), [
    '--host is laptop-8 in the baseline, xeon-8255c here',
  ]);
  const warmer = structuredClone(host);
  warmer.system.futexCallNs.value += 1;
  assert.deepEqual(differences(on(host), on(warmer)), [
    'the profile of the host laptop-8 was changed',
  ]);
  assert.equal(hostOf(ENVIRONMENT), null);
});

test('a machine is its processor, kernel, Node and V8; not its load or memory', () => {
  const machine = fingerprintOf(ENVIRONMENT);
  const busy = fingerprintOf({ ...ENVIRONMENT, loadAverage: 7, memoryBytes: 1 });
  assert.deepEqual(machineDifferences(machine, busy), []);
  const other = fingerprintOf({ ...ENVIRONMENT, cpus: 4, cpuQuota: 1.5, node: '22.0.0' });
  assert.deepEqual(machineDifferences(machine, other), [
    'the number of CPUs is 2 in the baseline, 4 here',
    'the CPU quota is none in the baseline, 1.5 here',
    'Node is v20.19.0 in the baseline, 22.0.0 here',
  ]);
});
