import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelSymbols } from '../../src/system/symbols.js';
import { guideTo, TRACED_SYMBOLS, type TraceHost } from '../../src/system/trace-commands.js';
import { describeTracing, type Tracing } from '../../src/system/tracing.js';

/** Two functions in modules, one built in, and lines that name none of them. */
const KALLSYMS = `0000000000000000 T register_kprobe
0000000000000000 d register_kprobe_data
0000000000000000 t kvm_create_vm.cold
0000000000000000 t kvm_dev_ioctl_create_vm	[kvm]
0000000000000000 T kvm_irqfd	[kvm]
0000000000000000 T irq_bypass_register_consumer	[irqbypass]
0000000000000000 T irq_bypass_unregister_consumer	[irqbypass]
`;
const SYMBOLS = new KernelSymbols(KALLSYMS, TRACED_SYMBOLS);

const TRACING: Tracing = {
  isRoot: true,
  hasTracefs: true,
  hasKprobes: true,
  hasBtf: true,
  funclatency: 'funclatency-bpfcc',
  bpftrace: 'bpftrace',
  perf: 'perf',
};

function guide(host: Partial<TraceHost> = {}) {
  const found = guideTo({ release: '6.2.20', symbols: SYMBOLS, tracing: TRACING, ...host }, 60);
  assert.ok(found);
  return found;
}

const commandOf = (host: Partial<TraceHost>, metric: string) =>
  guide(host).commands.find((command) => command.metric === metric);

test('symbols are told by their whole name, with their module', () => {
  assert.equal(SYMBOLS.has('kvm_create_vm'), false);
  assert.equal(SYMBOLS.has('register_kprobe'), true);
  assert.equal(SYMBOLS.module('register_kprobe'), null);
  assert.equal(SYMBOLS.module('kvm_irqfd'), 'kvm');
  assert.equal(new KernelSymbols('', TRACED_SYMBOLS).has('kvm_irqfd'), false);
});

test('every latency that irqbench has is measured by a command', () => {
  const metrics = guide()
    .commands.map(({ metric }) => metric)
    .join(' ');
  for (const name of ['register', 'deregister', 'vmReady']) assert.ok(metrics.includes(name), name);
  assert.deepEqual([...new Set(guide().commands.map(({ tool }) => tool))].sort(), [
    'bpftrace',
    'funclatency',
    'perf',
  ]);
});

test('the functions and the tools are those of the host', () => {
  assert.equal(
    commandOf({}, 'latency.register')?.command,
    'sudo funclatency-bpfcc -d 60 irq_bypass_register_consumer',
  );
  assert.match(
    commandOf({}, 'kvm.createVm of --backend kvm')?.command ?? '',
    / kvm_dev_ioctl_create_vm$/,
  );
  const elsewhere = { release: '6.2.20', symbols: undefined, tracing: null };
  assert.match(
    commandOf(elsewhere, 'latency.register')?.command ?? '',
    /^sudo funclatency -d 60 irq_bypass_register_consumer$/,
  );
  for (const { obstacle } of guide(elsewhere).commands) assert.equal(obstacle, null);
});

test('without kprobes the probes are those of BTF, and funclatency cannot', () => {
  const tracing = { ...TRACING, hasKprobes: false };
  const vmReady = commandOf({ tracing }, 'latency.vmReady')?.command ?? '';
  assert.match(vmReady, /kfunc:kvm:kvm_irqfd .*args->args->flags.*kretfunc:kvm:kvm_irqfd/);
  assert.doesNotMatch(vmReady, /arg0|kprobe/);
  assert.match(commandOf({ tracing }, 'latency.register')?.obstacle ?? '', /no kprobes/);
  const blind = { ...tracing, hasBtf: false };
  assert.match(commandOf({ tracing: blind }, 'latency.vmReady')?.obstacle ?? '', /neither/);
});

test('options of perf are those that its version has', () => {
  const perf = (release: string) => commandOf({ release }, 'lock');
  assert.equal(perf('6.1.0')?.command, 'sudo perf lock contention -a -b -- sleep 60');
  assert.match(perf('6.2.20')?.command ?? '', / -Y mutex -- /);
  assert.match(perf('6.12.1')?.command ?? '', / -Y mutex -x , -- /);
  assert.match(perf('5.15.0')?.obstacle ?? '', /from Linux 5\.19 on/);
});

test('what stands in the way is said, with what to do', () => {
  const empty = new KernelSymbols('', TRACED_SYMBOLS);
  assert.match(guide({ symbols: empty }).obstacles.join(), /modprobe/);
  assert.match(guide({ tracing: { ...TRACING, isRoot: false } }).obstacles.join(), /root/);
  assert.match(guide({ release: '4.1.0' }).obstacles.join(), /nothing to trace/);
  const missing = { ...TRACING, funclatency: null, bpftrace: null, perf: null };
  for (const { obstacle } of guide({ tracing: missing }).commands) {
    assert.match(obstacle ?? '', /was not found: install /);
  }
  assert.deepEqual(guide().obstacles, []);
});

test('a script is one argument of the shell', () => {
  for (const { command, tool } of guide().commands) {
    assert.doesNotMatch(command, /\n/);
    assert.equal(command.split("'").length, tool === 'bpftrace' ? 3 : 1);
  }
});

test('what is not there is found missing', () => {
  const tracing = describeTracing(SYMBOLS, { PATH: '/nonexistent' });
  assert.deepEqual([tracing.bpftrace, tracing.perf], [null, null]);
  assert.equal(tracing.hasKprobes, true);
  assert.equal(describeTracing(undefined, {}).hasKprobes, null);
});
