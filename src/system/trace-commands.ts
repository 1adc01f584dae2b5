import { describeManager, isSince, managerOf, parseRelease } from './kernel.js';
import { type KernelSymbols, readSymbols } from './symbols.js';
import { describeTracing, KPROBE_SYMBOL, type Tracing } from './tracing.js';

/**
 * The commands that measure on a real host what irqbench models. They are printed, never run.
 * Sources: bcc's tools/funclatency_example.txt, bpftrace's manual, perf-lock(1).
 */

const REGISTER = 'irq_bypass_register_consumer';
const DEREGISTER = 'irq_bypass_unregister_consumer';
/** All of `KVM_IRQFD`, which the reproducer times from outside. */
const IRQFD = 'kvm_irqfd';
/** Creating a VM; which of these a kernel has depends on what its compiler inlined. */
const CREATE = ['kvm_create_vm', 'kvm_dev_ioctl_create_vm', 'kvm_arch_init_vm'] as const;
const DESTROY = ['kvm_destroy_vm', 'kvm_put_kvm', 'kvm_arch_destroy_vm'] as const;

export const TRACED_SYMBOLS = [REGISTER, DEREGISTER, IRQFD, ...CREATE, ...DESTROY, KPROBE_SYMBOL];

/** The host that is to be traced. */
export interface TraceHost {
  readonly release: string;
  /** Undefined where the kernel does not say, and of another host. */
  readonly symbols: KernelSymbols | undefined;
  /** Null of another host. */
  readonly tracing: Tracing | null;
}

export interface TraceCommand {
  /** What it measures, in words. */
  readonly measures: string;
  /** What irqbench calls it. */
  readonly metric: string;
  readonly tool: 'funclatency' | 'bpftrace' | 'perf';
  readonly command: string;
  /** Why it will not work on this host, and what to do; null where nothing is known against it. */
  readonly obstacle: string | null;
}

export interface TraceGuide {
  readonly kernel: string;
  /** The manager of that kernel, in words. */
  readonly manager: string;
  /** What stands in the way of all of them. */
  readonly obstacles: readonly string[];
  readonly commands: readonly TraceCommand[];
}

/** The machine that this runs on. */
export function thisHost(release: string, env: NodeJS.ProcessEnv): TraceHost {
  const symbols = readSymbols(TRACED_SYMBOLS);
  return { release, symbols, tracing: describeTracing(symbols, env) };
}

/**
 * @param seconds how long each command is to trace
 * @returns undefined where the release is none
 */
export function guideTo(host: TraceHost, seconds: number): TraceGuide | undefined {
  const version = parseRelease(host.release);
  if (version === undefined) return undefined;
  const obstacles: string[] = [];
  if (managerOf(version) === 'none') obstacles.push('this kernel has nothing to trace');
  else if (host.symbols && !host.symbols.has(REGISTER)) {
    obstacles.push(
      `${REGISTER} is not in this kernel: load the modules first (modprobe kvm_intel or kvm_amd)`,
    );
  }
  if (host.tracing && !host.tracing.isRoot)
    obstacles.push('tracing needs root: they begin with sudo');
  return {
    kernel: host.release,
    manager: describeManager(version),
    obstacles,
    commands: [
      ...funclatencies(host, seconds),
      ...bpftraces(host, seconds),
      perfLock(host, seconds),
    ],
  };
}

/** The first of the names that the kernel has; the last, which is no static function, otherwise. */
function present(names: readonly string[], { symbols }: TraceHost): string {
  const fallback = names.at(-1) ?? '';
  return names.find((name) => symbols?.has(name)) ?? fallback;
}

function lacksKprobes({ tracing }: TraceHost): boolean {
  return tracing?.hasKprobes === false;
}

function notFound(
  tool: 'funclatency' | 'bpftrace' | 'perf',
  { tracing }: TraceHost,
): string | null {
  if (tracing === null || tracing[tool] !== null) return null;
  const where = { funclatency: 'bcc (bpfcc-tools)', bpftrace: 'bpftrace', perf: 'linux-perf' }[
    tool
  ];
  return `${tool} was not found: install ${where}`;
}

function funclatencies(host: TraceHost, seconds: number): TraceCommand[] {
  const obstacle = lacksKprobes(host)
    ? 'this kernel has no kprobes: take the bpftrace commands'
    : notFound('funclatency', host);
  const of = (measures: string, metric: string, name: string): TraceCommand => ({
    measures,
    metric,
    tool: 'funclatency',
    command: `sudo ${host.tracing?.funclatency ?? 'funclatency'} -d ${seconds} ${name}`,
    obstacle,
  });
  return [
    of('one registration with the manager, lock included', 'latency.register', REGISTER),
    of('one deregistration, lock included', 'latency.deregister', DEREGISTER),
    of(
      'the whole ioctl KVM_IRQFD, which the reproducer times',
      'latency.register of --backend kvm',
      IRQFD,
    ),
    of('creating a VM, without its irqfds', 'kvm.createVm of --backend kvm', present(CREATE, host)),
    of('destroying a VM', 'kvm.destroyVm of --backend kvm', present(DESTROY, host)),
  ];
}

/** A probe at the start and the end of a function, in the way that the kernel has. */
class Probes {
  private readonly host: TraceHost;
  readonly isKfunc: boolean;

  constructor(host: TraceHost) {
    this.host = host;
    this.isKfunc = lacksKprobes(host);
  }

  entry(name: string): string {
    return this.isKfunc ? `kfunc:${this.within(name)}` : `kprobe:${name}`;
  }

  end(name: string): string {
    return this.isKfunc ? `kretfunc:${this.within(name)}` : `kretprobe:${name}`;
  }

  /** The nth argument, which only kfunc probes know by name. */
  argument(name: string, place: number, type: string): string {
    return this.isKfunc ? `args->${name}` : `((${type})arg${place})`;
  }

  private within(name: string): string {
    return `${this.host.symbols?.module(name) ?? 'vmlinux'}:${name}`;
  }
}

function bpftraces(host: TraceHost, seconds: number): TraceCommand[] {
  const probes = new Probes(host);
  const obstacle =
    probes.isKfunc && host.tracing?.hasBtf === false
      ? 'this kernel has neither kprobes nor BTF: neither bpftrace nor bcc can trace it'
      : notFound('bpftrace', host);
  const timer = `interval:s:${seconds} { exit(); }`;
  const both = [REGISTER, DEREGISTER].map(
    (name, at) =>
      `${probes.entry(name)} { @b${at}[tid] = nsecs; } ` +
      `${probes.end(name)} /@b${at}[tid]/ { @${name}_ns = hist(nsecs - @b${at}[tid]); delete(@b${at}[tid]); }`,
  );
  return [
    {
      measures: 'registrations and deregistrations at once',
      metric: 'latency.register, latency.deregister',
      tool: 'bpftrace',
      command: bpftrace([...both, timer, 'END { clear(@b0); clear(@b1); }']),
      obstacle,
    },
    {
      measures:
        "from a VM's first KVM_IRQFD begun to its last one done, seen at its first deassign",
      metric: 'latency.vmReady',
      tool: 'bpftrace',
      command: bpftrace([...readiness(probes), timer]),
      obstacle,
    },
  ];
}

function bpftrace(probes: readonly string[]): string {
  return `sudo bpftrace -e '${probes.join(' ')}'`;
}

/** By VM: the time of the first assign's beginning and of the last one's end. */
function readiness(probes: Probes): string[] {
  const vm = probes.isKfunc ? '(uint64)args->kvm' : 'arg0';
  const flags = `${probes.argument('args', 1, 'struct kvm_irqfd *')}->flags`;
  return [
    `${probes.entry(IRQFD)} { $vm = ${vm}; ` +
      `if (${flags} & 1) { if (@last[$vm]) { @vm_ready_ns = hist(@last[$vm] - @first[$vm]); delete(@first[$vm]); delete(@last[$vm]); } } ` +
      'else { if (!@first[$vm]) { @first[$vm] = nsecs; } @vm[tid] = $vm; } }',
    `${probes.end(IRQFD)} /@vm[tid]/ { @last[@vm[tid]] = nsecs; delete(@vm[tid]); }`,
    'END { clear(@first); clear(@last); clear(@vm); }',
  ];
}

/** What perf counts is waiting alone: the holder's walk is in the others' wait. */
function perfLock(host: TraceHost, seconds: number): TraceCommand {
  const version = parseRelease(host.release) ?? { major: 0, minor: 0 };
  const since = (minor: number, major = 6) => isSince(version, { major, minor });
  const filter = since(2) ? ' -Y mutex' : '';
  const csv = since(6) ? ' -x ,' : '';
  return {
    measures: 'waits for the mutex, by who waited; irqbench import adds up those of irq_bypass_*',
    metric: 'lock',
    tool: 'perf',
    command: `sudo perf lock contention -a -b${filter}${csv} -- sleep ${seconds}`,
    obstacle: since(19, 5)
      ? notFound('perf', host)
      : 'lock contention is traced from Linux 5.19 on: take the function latencies',
  };
}
