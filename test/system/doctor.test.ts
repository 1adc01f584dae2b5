import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from '../../src/model/doctor-result.js';
import { renderDoctor } from '../../src/report/doctor-render.js';
import { diagnose } from '../../src/system/doctor.js';
import { type DoctorFacts, readDoctorFacts } from '../../src/system/doctor-facts.js';
import { ENVIRONMENT } from '../fixtures/result.js';

/** What the doctor says of machines of all kinds. */

const TRACING = {
  isRoot: true,
  hasTracefs: true,
  hasKprobes: true,
  hasBtf: true,
  funclatency: 'funclatency',
  bpftrace: null,
  perf: 'perf',
};

/** A machine that lacks nothing. */
const GOOD: DoctorFacts = {
  environment: { ...ENVIRONMENT, cpus: 96, loadAverage: 0.1 },
  numaNodes: 2,
  governors: ['performance', 'performance'],
  clocksource: 'tsc',
  timer: { source: 'performance.now', overheadNs: 45, resolutionNs: 1 },
  availableBytes: 7e9,
  kvm: { device: '/dev/kvm', trouble: null, apiVersion: 12 },
  bypass: { isInUse: true, because: 'kvm_intel says enable_device_posted_irqs=Y', remedy: null },
  openFiles: 1_048_576,
  systemFiles: { limit: 9e6, open: 1000 },
  hasKoffi: true,
  tracing: TRACING,
  mayTrace: true,
};

function checkOf(name: string, changes: Partial<DoctorFacts>): Check {
  const found = diagnose({ ...GOOD, ...changes }).checks.find((check) => check.name === name);
  assert.ok(found, name);
  return found;
}

test('where nothing is wrong, every line is ok and there is nothing to do', () => {
  for (const check of diagnose(GOOD).checks) {
    if (process.arch === 'arm64' && check.name === 'KVM') continue;
    assert.deepEqual([check.status, check.remedy], ['ok', null], check.name);
  }
});

const ENV = GOOD.environment;
const CASES: [string, string, Partial<DoctorFacts>, Check['status'], RegExp][] = [
  ['few CPUs', 'CPUs', { environment: { ...ENV, cpus: 2 } }, 'note', /--burst 2/],
  ['a quota', 'CPU quota', { environment: { ...ENV, cpuQuota: 1.5 } }, 'note', /cpu\.max/],
  ['a governor', 'governor', { governors: ['powersave'] }, 'note', /cpupower/],
  ['a busy machine', 'load', { environment: { ...ENV, loadAverage: 90 } }, 'note', /idle/],
  [
    'a dear clock',
    'timer',
    { timer: { source: 'performance.now', overheadNs: 900, resolutionNs: 100 } },
    'note',
    /clocksource=tsc/,
  ],
  [
    'no device',
    'KVM',
    {
      kvm: {
        device: '/dev/kvm',
        trouble: { problem: 'gone', remedy: 'find it' },
        apiVersion: null,
      },
    },
    'missing',
    /find it/,
  ],
  [
    'a device that cannot be asked',
    'KVM',
    { kvm: { device: '/dev/kvm', trouble: null, apiVersion: null } },
    'note',
    /koffi/,
  ],
  [
    'no bypass',
    'irqbypass',
    { bypass: { isInUse: false, because: 'no', remedy: 'buy one' } },
    'note',
    /buy one/,
  ],
  ['few files', 'open files', { openFiles: 1024 }, 'note', /ulimit -n .*--processes/],
  ['no koffi', 'koffi', { hasKoffi: false }, 'missing', /npm install koffi/],
  ['no root', 'tracing', { tracing: { ...TRACING, isRoot: false } }, 'note', /root/],
  ['no tracefs', 'tracing', { tracing: { ...TRACING, hasTracefs: false } }, 'missing', /mount/],
  ['not allowed', 'tracing', { mayTrace: false }, 'missing', /on the host/],
  [
    'no tools',
    'tracing',
    { tracing: { ...TRACING, funclatency: null, perf: null } },
    'missing',
    /install/,
  ],
  [
    'nothing to probe with',
    'tracing',
    { tracing: { ...TRACING, hasKprobes: false, hasBtf: false } },
    'missing',
    /CONFIG_KPROBES/,
  ],
  [
    'no Linux',
    'kernel',
    { environment: { ...ENV, platform: 'darwin', kernel: '23.1.0' } },
    'note',
    /Linux/,
  ],
  ['no Linux', 'tracing', { tracing: null, mayTrace: null }, 'missing', /Linux/],
  ['no Linux', 'irqbypass', { bypass: null }, 'missing', /Linux/],
];
for (const [what, name, changes, status, remedy] of CASES) {
  test(`${what}: ${name} is ${status}, and what to do is said`, () => {
    const check = checkOf(name, changes);
    assert.equal(check.status, status);
    assert.match(check.remedy ?? '', remedy);
  });
}

test('what a system does not tell is no fault of its', () => {
  const silent: Partial<DoctorFacts> = {
    numaNodes: null,
    governors: [],
    clocksource: null,
    openFiles: null,
    systemFiles: null,
    environment: { ...ENV, loadAverage: null, kernel: 'unheard-of' },
  };
  for (const name of ['NUMA', 'governor', 'timer', 'open files', 'load', 'kernel']) {
    assert.equal(checkOf(name, silent).status, 'ok', name);
  }
  assert.equal(checkOf('open files', { openFiles: Infinity }).status, 'ok');
});

test('a line each, its remedy below, and never more than a line of anybody’s text', () => {
  const facts = { ...GOOD, environment: { ...ENV, cpuModel: 'odd\n\u001b[31mCPU', cpus: 2 } };
  const text = renderDoctor(diagnose(facts), 'text', false);
  assert.match(text, /^note {5}CPUs {8}2 CPUs, odd \[31mCPU\n {21}→ /);
  assert.ok(!text.includes('\u001b'));
  assert.ok(renderDoctor(diagnose(facts), 'text', true).includes('\u001b[33mnote'));
  assert.deepEqual(JSON.parse(renderDoctor(diagnose(facts), 'json', true)), diagnose(facts));
});

test('this machine can be looked at, with a device and without', () => {
  for (const device of ['/dev/kvm', '/nonexistent', '/', '/dev/null']) {
    const { checks } = diagnose(readDoctorFacts(device, { PATH: '' }));
    assert.equal(checks.length, diagnose(GOOD).checks.length);
    if (device === '/dev/kvm') continue;
    const kvm = checks.find(({ name }) => name === 'KVM');
    assert.notEqual(kvm?.status, 'ok', device);
  }
});
