import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EVENTFD_LO, ID } from '../../src/irqbypass/objects.js';
import { type LockName, lockNames } from '../../src/model/algorithm-names.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { type HostPlan, layOutHost } from '../../src/vm/host.js';
import { Population } from '../../src/vm/populate.js';
import { ENVIRONMENT, PLAN } from '../fixtures/result.js';
import { NO_KVM } from '../support/kvm.js';
import { MUTEX } from '../support/sites.js';
import { buildReferences, HAS_HEADERS } from './native.js';
import type { Report } from './render.js';
import { markdown, text } from './render.js';
import { buildRow, type Row, type Spread, spreadOf } from './rows.js';

/** The bench as it is started, seconds long: which figures are there, not how large they are. */

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const POPULATIONS = ['100', '1,000', '12,000', '100,000'].map((count) => `${count} consumers`);
const BY_POPULATION = [
  'list register',
  'list deregister',
  'list, a node visited',
  'xarray register',
  'xarray deregister',
  'xarray register + deregister',
];
/** One whose crowd is measured by its throughput, and one by its hand-offs: 20 threads each. */
const LOCKS: readonly LockName[] = ['linux-mutex', 'mcs-park'];
/** What a hand-off is to take at most, in us, where every section is one. */
const HAND_OFFS = new Map<string, number>([['mcs-park', 15]]);
const RECORDERS = [
  'Recorder.register',
  'hdr-histogram-js recordValue WebAssembly',
  'hdr-histogram-js recordValue JavaScript',
];
const STEPPED = [
  'stepped operations 3 threads, mutex',
  'checked steps 3 threads, mutex',
  'simulated operations 20 threads, mutex',
];
const RING = 'wake-ups in a ring 20 threads';
const KVM_ASSIGN = 'KVM_IRQFD assign, less a foreign call 20 VMs';
/** Of the real kernel, where there is one. */
const OF_KVM =
  NO_KVM === false
    ? [
        KVM_ASSIGN,
        'KVM_IRQFD assign 20 VMs',
        'KVM_IRQFD deassign 20 VMs',
        'foreign call 20 VMs',
        'KVM_CREATE_VM 20 VMs',
        'KVM_CREATE_IRQCHIP 20 VMs',
        'destroying a VM 20 VMs',
      ]
    : [];
const WITHOUT_REFERENCE = [
  ...[...HAND_OFFS.keys()].map((name) => `${name}, a hand-off 20 threads`),
  ...RECORDERS,
  ...STEPPED,
  ...(HAS_HEADERS ? [] : [RING]),
];
const EXPECTED = [
  ...BY_POPULATION.flatMap((name) => POPULATIONS.map((at) => `${name} ${at}`)),
  'lock + unlock uncontended',
  'lock + unlock 2 threads',
  'lock + unlock 20 threads',
  RING,
  ...LOCKS.flatMap((name) => [
    `${name} lock + unlock uncontended`,
    HAND_OFFS.has(name) ? `${name}, a hand-off 20 threads` : `${name} lock + unlock 20 threads`,
  ]),
  ...RECORDERS,
  'clock reading',
  ...STEPPED,
  ...OF_KVM,
];
/** What the project promises, and where. */
const TARGETS = new Map([
  ['list register 12,000 consumers', 1.1],
  ...POPULATIONS.map((at) => [`xarray register + deregister ${at}`, 4] as const),
  ['lock + unlock uncontended', 2.5],
  ...LOCKS.map((name) => [`${name} lock + unlock uncontended`, 2] as const),
  ...LOCKS.map((name) => [`${name} lock + unlock 20 threads`, 10] as const),
  ...[...HAND_OFFS].map(([name, us]) => [`${name}, a hand-off 20 threads`, us] as const),
  [KVM_ASSIGN, 1.5],
]);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function startBench(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } };
    const child = execFile(process.execPath, [MAIN, ...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

async function measure(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Report> {
  const { code, stdout, stderr } = await startBench(['--quick', '--json', ...args], env);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Report;
}

function nameOf({ benchmark, at }: Row): string {
  return `${benchmark} ${at}`.trim();
}

function assertFigure(spread: Spread | null, name: string): void {
  assert.ok(spread, `${name} has no figure`);
  assert.ok(Number.isFinite(spread.median) && spread.low > 0, `${name}: ${JSON.stringify(spread)}`);
  assert.ok(spread.low <= spread.median && spread.median <= spread.high, name);
}

test('every row is there with positive figures, and its reference where there is a compiler', async (t) => {
  const { stdout: help } = await startBench(['--help']);
  const all = help.match(/repeatable\):\s+([^\n]+)/)?.[1]?.split(', ') ?? [];
  const ofLocks = all.filter((name) => name.startsWith('locks-'));
  assert.deepEqual(
    ofLocks,
    lockNames.filter((name) => name !== 'mutex').map((name) => `locks-${name}`),
  );
  const chosen = all.filter(
    (name) => !ofLocks.includes(name) || LOCKS.some((lock) => name === `locks-${lock}`),
  );
  const report = await measure(chosen.flatMap((name) => ['--filter', name]));
  assert.deepEqual(report.rows.map(nameOf), EXPECTED);
  for (const row of report.rows) {
    assertFigure(row.irqbench, nameOf(row));
    assert.ok(row.alternations > 0, nameOf(row));
    assert.equal(row.target, TARGETS.get(nameOf(row)) ?? null, nameOf(row));
  }
  if (report.compiler === null) {
    t.diagnostic(`native rows not checked: ${report.withoutNative}`);
    return;
  }
  for (const row of report.rows) {
    if (WITHOUT_REFERENCE.includes(nameOf(row))) {
      assert.equal(row.native, null, nameOf(row));
      assert.equal(row.verdict !== null, row.target !== null, nameOf(row));
      continue;
    }
    assertFigure(row.native, nameOf(row));
    assertFigure(row.ratio, nameOf(row));
    assert.equal(row.verdict !== null, row.target !== null, nameOf(row));
  }
});

test('without a compiler there are no references, and the reason is given', async () => {
  const report = await measure(['--filter', 'clock'], { CC: '/nonexistent/cc' });
  assert.equal(report.compiler, null);
  assert.match(report.withoutNative ?? '', /\/nonexistent\/cc was not found/);
  assert.deepEqual(report.rows.map(nameOf), ['clock reading']);
  for (const row of report.rows) {
    assertFigure(row.irqbench, nameOf(row));
    assert.deepEqual([row.native, row.ratio, row.verdict], [null, null, null]);
  }
});

test('a compiler that fails is a reason too', async () => {
  const report = await measure(['--filter', 'clock'], { CC: process.execPath });
  assert.match(report.withoutNative ?? '', /compiler failed/);
});

test('a filter is a name or the beginning of some', async () => {
  const report = await measure(['--filter', 'cl', '--filter', 'rec']);
  assert.deepEqual(report.rows.map(nameOf), [...RECORDERS, 'clock reading']);
});

for (const args of [['--filter', 'nosuch'], ['--no-such-option'], ['--json', '--markdown']]) {
  test(`${args.join(' ')} is refused in one line`, async () => {
    const { code, stdout, stderr } = await startBench(args);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^bench: [^\n]+\n$/);
    assert.ok(stderr.includes(args[0] as string), stderr);
  });
}

test('the references lay out the same host as irqbench', async (t) => {
  const references = await buildReferences();
  if (typeof references === 'string') return t.skip(references);
  const plan: HostPlan = { ...PLAN, vms: 5, burst: 2, irqfds: 20, seed: 7 };
  const layout = layOutHost(plan, MUTEX);
  const memory = allocateMemory(layout.bytes);
  new Population(memory, layout, plan, MUTEX).advance(plan.vms + plan.burst);
  const { consumers } = layout.bypass;
  const byId: number[] = [];
  for (let place = 0; place < consumers.count; place++) {
    byId[memory.words[consumers.at + place * consumers.strideWords + ID] as number] = place;
  }
  let checksum = 0;
  for (const place of byId) {
    const eventfdLo = memory.words[consumers.at + place * consumers.strideWords + EVENTFD_LO];
    checksum = Math.imul(checksum, 31) + place;
    checksum = (Math.imul(checksum, 31) + ((eventfdLo as number) >>> 6)) >>> 0;
  }
  // The references also check their lists and trees, and end with an error where they are damaged.
  for (const name of ['list', 'radix'] as const) {
    for (const mode of ['calls', 'pairs']) {
      const figures = await references.run(name, mode, 100, 40, 2, 8, 7);
      assert.equal(figures.layout, checksum, `${name} ${mode}`);
    }
  }
  await assert.rejects(references.run('list', 'calls', 0, 20, 2, 8, 1), /argument 2 must be/);
});

test('a spread is the median between the extremes', () => {
  assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, low: 1, high: 3 });
  assert.deepEqual(spreadOf([4, 1, 2, 3]), { median: 2.5, low: 1, high: 4 });
});

test('a ratio says how many times the time of the reference it takes', () => {
  const times = buildRow({ benchmark: 'a', target: 2 }, [30, 10, 50], [10, 10, 10]);
  assert.deepEqual(times.ratio, { median: 3, low: 1, high: 5 });
  assert.equal(times.verdict, 'missed');
  const rates = buildRow({ benchmark: 'b', unit: 'M/s', target: 2 }, [10], [20]);
  assert.equal(rates.ratio?.median, 2);
  assert.equal(rates.verdict, 'ok');
  assert.equal(buildRow({ benchmark: 'c' }, [10], [20]).verdict, null);
  assert.equal(buildRow({ benchmark: 'd', target: 2 }, [10], null).verdict, null);
});

test('a target may be the figure’s own, and the reference the mutex', () => {
  const figure = { benchmark: 'mcs', unit: 'us', judged: 'figure', target: 15 } as const;
  const rows = [
    buildRow(figure, [14, 15, 16], null),
    buildRow(figure, [16], null),
    buildRow({ benchmark: 'tas', reference: 'mutex', target: 2 }, [30], [20]),
  ];
  assert.deepEqual(
    rows.map(({ verdict }) => verdict),
    ['ok', 'missed', 'ok'],
  );
  const table = markdown({ environment: ENVIRONMENT, compiler: null, withoutNative: '', rows });
  assert.match(table, /\| 15\.0 us \| {2}\| {2}\| {2}\| ≤ 15 us ok \|/);
  assert.match(table, /\| 30\.0 ns \| 20\.0 ns \(mutex\) \| 1\.50 \| .* \| ≤ 2 ok \|/);
});

test('a ratio just over its target is shown to be over it', () => {
  const rows = [buildRow({ benchmark: 'lock', target: 2.5 }, [2.503], [1])];
  const report = { environment: ENVIRONMENT, compiler: 'cc 12', withoutNative: null, rows };
  assert.match(markdown(report), /\| 2\.503 \| .* \| ≤ 2\.5 missed \|/);
});

test('tables have a line a row, the target and its verdict in it', () => {
  const rows = [
    buildRow(
      { benchmark: 'list register', at: '12,000 consumers', target: 1.1 },
      [446_123.4],
      [431_000],
    ),
    buildRow({ benchmark: 'lock + unlock', at: '2 threads', unit: 'M/s' }, [9.876], null),
  ];
  const report = {
    environment: ENVIRONMENT,
    compiler: 'cc 12',
    withoutNative: null,
    rows,
  };
  const table = markdown(report).split('\n');
  assert.equal(
    table[2],
    '| list register | 12,000 consumers | 446,123 ns | 431,000 ns | 1.04 | 1.04 – 1.04 | ≤ 1.1 ok |',
  );
  assert.equal(table[3], '| lock + unlock | 2 threads | 9.88 M/s |  |  |  |  |');
  assert.match(text(report), /^list register +12,000 consumers +446,123 ns .*≤ 1\.1 ok$/m);
  const without = { ...report, compiler: null, withoutNative: 'no C compiler: cc was not found' };
  assert.match(text(without), /references skipped: no C compiler: cc was not found/);
});
