import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Strategy } from '../../src/model/run-plan.js';
import { headerLines } from '../../src/report/header.js';
import { ENVIRONMENT, PLAN } from '../fixtures/result.js';

const plainMachine = 'Example CPU @ 2.60GHz, 2 CPUs, Linux 6.2.0-39-generic, Node 20.19.0';

test('the main job is named by strategy, machine and plan', () => {
  assert.deepEqual(headerLines(PLAN, ENVIRONMENT, 'threads'), [
    'irqbench fork · linux-6.2 (list + mutex, scope global, connect inside, bypass on) · backend threads',
    `${plainMachine}; 800 background VMs + 20 burst VMs x 15 irqfds, 10 rounds + 1 warm-up, hold 400 ms, released together, seed 1`,
  ]);
});

test('what a plan has beyond the main job is said, and one thing is not several', () => {
  const plan = {
    ...PLAN,
    workload: 'vfio-assign',
    vms: 1,
    burst: 1,
    irqfds: 1,
    rounds: 1,
    warmupRounds: 0,
    holdNs: 0,
    release: 'free' as const,
    background: 'threads' as const,
    producersPerVm: 3,
    producerOrder: 'after' as const,
    connectCostNs: 5e3,
    connectMode: 'sleep' as const,
    connectFailureRate: 0.01,
    createCostNs: 1e6,
    destroyCostNs: 2e6,
    nodes: 2,
    pin: [0, 2],
    fault: { kind: 'kill-vm' as const, round: 2, vm: 4, holding: true },
  };
  const [, setting] = headerLines(plan, { ...ENVIRONMENT, cpus: 1, cpuQuota: 0.5 }, 'threads');
  assert.equal(
    setting,
    'Example CPU @ 2.60GHz, 1 CPU (quota 0.5), Linux 6.2.0-39-generic, Node 20.19.0; ' +
      '1 background VM (threads) + 1 burst VM x 1 irqfd, 1 round, hold 0 ns, running free, ' +
      '3 producers a VM after consumers, connect cost 5.00 us, connect mode sleep, connect failure rate 0.01, ' +
      'create cost 1.00 ms, destroy cost 2.00 ms, spread over 2 nodes, pinned 0,2, ' +
      'fault kill-vm in round 2 (VM 4, holding the lock), workload vfio-assign, seed 1',
  );
});

test('a slowed lock is said', () => {
  const plan = { ...PLAN, fault: { kind: 'slow-lock' as const, factor: 2.5 } };
  assert.match(headerLines(plan, ENVIRONMENT, 'threads')[1], /, fault slow-lock x 2\.5, seed 1$/);
});

test('an axis is said with the number that belongs to it', () => {
  const subject = (changes: Partial<Strategy>) =>
    headerLines({ ...PLAN, strategy: { ...PLAN.strategy, ...changes } }, ENVIRONMENT, 'threads')[0];
  assert.match(subject({ scope: 'sharded', shards: 16 }), /, scope sharded:16, connect inside,/);
  assert.match(subject({ index: 'hlist', hashBits: 7 }), / \(hlist:7 \+ mutex,/);
  assert.match(subject({ noBypassShare: 0.5 }), /, bypass on, no-bypass share 0\.5\) · backend/);
});

test('other systems go by their own names', () => {
  const setting = (platform: string) =>
    headerLines(PLAN, { ...ENVIRONMENT, platform, kernel: '23.1.0' }, 'threads')[1];
  assert.match(setting('darwin'), /, 2 CPUs, Darwin 23\.1\.0, Node /);
  assert.match(setting('freebsd'), /, 2 CPUs, freebsd 23\.1\.0, Node /);
});

test('each line stays one line, whatever the machine calls itself', () => {
  const cpuModel = 'Odd\n\u001b[31mCPU\r';
  const [, setting] = headerLines(PLAN, { ...ENVIRONMENT, cpuModel }, 'threads');
  assert.match(setting, /^Odd \[31mCPU ?, 2 CPUs,/);
  assert.doesNotMatch(setting, /\p{Cc}/u);
});
