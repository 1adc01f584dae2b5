import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { summarize } from '../../src/measure/histogram.js';
import { realResultSchema } from '../../src/model/real-result.js';
import { funclatency } from '../../src/report/funclatency.js';
import { FORMATS, render } from '../../src/report/render.js';
import { buildResult } from '../fixtures/result.js';
import { imported, trace } from '../support/traces.js';

/** Logs as results: what goes round, what is refused, what is said. */

const LOGS = [
  'kvm-irqfd-fork.log',
  'funclatency-usecs.log',
  'bpftrace.log',
  'perf-lock.txt',
  'perf-lock.csv',
] as const;
const OPTIONS = { percentiles: [50, 99.9], perVm: true, color: false };

test('every kind of log becomes a result that follows the schema', () => {
  for (const name of LOGS) {
    const result = imported(trace(name));
    assert.deepEqual(realResultSchema.parse(JSON.parse(JSON.stringify(result))), result, name);
    assert.equal(result.backend, 'imported');
    assert.deepEqual([result.plan, result.environment, result.audit], [null, null, null]);
  }
});

test('several logs one after the other are one log', () => {
  const {
    latency,
    lock,
    imported: facts,
    vms,
  } = imported(
    `${trace('bpftrace.log')}\n${trace('perf-lock.csv')}\n${trace('kvm-irqfd-fork.out')}`,
    { tscHz: 2.5e9 },
  );
  assert.deepEqual(facts?.tools, ['bpftrace', 'perf lock contention', 'kvm_irqfd_fork']);
  assert.deepEqual([latency.register.count, lock?.contended, vms.length], [300, 9116, 3]);
});

test('line ends of other systems are line ends', () => {
  const log = trace('kvm-irqfd-fork.log');
  assert.deepEqual(imported(log.replaceAll('\n', '\r\n')), imported(log));
});

test('a histogram that irqbench printed imports to the same counts, and prints the same', () => {
  const samples = fc.array(fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 2 ** 31 - 1 })), {
    minLength: 1,
    maxLength: 80,
  });
  fc.assert(
    fc.property(samples, (samplesNs) => {
      const summary = summarize(Float64Array.from(samplesNs), []);
      const printed = funclatency(summary);
      const { latency, warnings } = imported(printed);
      const slot = (ns: number) => (ns < 2 ? 1 : 32 - Math.clz32(ns));
      const low = (s: number) => (s === 1 ? 0 : 2 ** (s - 1));
      assert.deepEqual(
        latency.register.buckets,
        [...new Set(samplesNs.map(slot))]
          .sort((a, b) => a - b)
          .map((s) => ({
            lowNs: low(s),
            highNs: 2 ** s - 1,
            count: samplesNs.filter((ns) => slot(ns) === s).length,
          })),
      );
      assert.equal(latency.register.count, samplesNs.length);
      assert.equal(funclatency(latency.register), printed);
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['assumed-function'],
      );
    }),
  );
});

test('histograms in other units and with other bounds go round too', () => {
  const milli = `     msecs               : count     distribution
         0 -> 1          : 3        |****************************************|
         2 -> 3          : 1        |*************                           |

avg = 1 msecs, total: 5 msecs, count: 4
`;
  assert.equal(funclatency(imported(milli).latency.register), milli);
  const linear = '@ns: \n[0, 10)  1 |@ |\n[30, 40)  9 |@@ |\n[50, ...)  2 |@ |\n';
  const { register } = imported(linear).latency;
  assert.deepEqual(imported(funclatency(register)).latency.register.buckets, [
    { lowNs: 0, highNs: 9, count: 1 },
    { lowNs: 30, highNs: 39, count: 9 },
  ]);
});

test('irqbench’s own text report imports: histogram, lock, VMs', () => {
  const result = buildResult();
  const text = render(result, 'text', OPTIONS);
  const { latency, lock, vms } = imported(text, { samples: 150 });
  assert.equal(latency.register.count, result.latency.register.count);
  assert.equal(lock?.contended, result.lock.contended);
  assert.deepEqual(
    vms.map(({ vm, register }) => [vm, register.minNs, register.maxNs, register.count]),
    result.vms.map(({ vm, register }) => [vm, register.minNs, register.maxNs, 150]),
  );
});

test('reports of any format but percentiles of their own take it', () => {
  for (const name of LOGS) {
    for (const format of FORMATS) {
      if (format === 'hgrm') continue;
      assert.match(render(imported(trace(name)), format, OPTIONS), /\n$/, `${name} ${format}`);
    }
  }
  assert.throws(() => render(imported(trace('bpftrace.log')), 'hgrm', OPTIONS), {
    exitCode: 2,
    message: /ranges/,
  });
});

test('no figure of an imported histogram is exact', () => {
  const { register } = imported(trace('bpftrace.log')).latency;
  assert.deepEqual([register.minNs, register.meanNs, register.maxNs], [null, null, null]);
  assert.deepEqual([register.percentiles, register.hdr], [{}, null]);
});

test('a function of any name is the registrations if the user says so', () => {
  const log = trace('kvm-irqfd-fork.log');
  const { latency, imported: facts } = imported(log, {
    functions: { register: 'kvm_vm_create_worker_thread' },
  });
  assert.equal(latency.register.count, 2000);
  assert.deepEqual(
    facts?.others.map(({ name }) => name),
    ['irq_bypass_register_consumer'],
  );
  assert.throws(() => imported(log, { functions: { vmReady: 'kvm_boo' } }), {
    exitCode: 2,
    message: /^--vm-ready kvm_boo: is not in log, which has irq_bypass_register_consumer, kvm_vm/,
  });
});

const EMPTY_TABLE =
  '     nsecs               : count     distribution\n         0 -> 1          : 0        |   |\n';

const REFUSED: [string, string, RegExp][] = [
  ['nothing', '', /^log: no table with a count; give the output of funclatency/],
  ['prose', '\nIt was slow.\n', /^log:2: no table with a count/],
  ['NUL bytes', `${trace('bpftrace.log')}x\0y`, /^log:24: has NUL bytes/],
  ['an empty table', EMPTY_TABLE, /^log:1: the table counts nothing; trace while/],
  ['the count of nothing', 'count: 0\n', /^log: no table with a count/],
  [
    'two functions that nobody knows',
    ['one', 'two'].map((name) => `@${name}_ns: \n[1]  3 |@ |\n`).join('\n'),
    /^log: has one, two, none of which is known .*--register/,
  ],
];
for (const [what, text, message] of REFUSED) {
  test(`${what}: refused with the line`, () => {
    assert.throws(() => imported(text), { exitCode: 2, message });
  });
}

test('any text at all is read or refused, never a crash', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom(...LOGS.flatMap((name) => trace(name).split('\n'))),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      try {
        const result = imported(lines.join('\n'), { tscHz: 1e9 });
        realResultSchema.parse(result);
        render(result, 'text', OPTIONS);
      } catch (thrown) {
        assert.equal((thrown as { exitCode?: number }).exitCode, 2, String(thrown));
      }
    }),
  );
});
