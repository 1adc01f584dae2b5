import { type Check, DOCTOR_SCHEMA_VERSION, type DoctorResult } from '../model/doctor-result.js';
import { counted, formatBytes, formatCount, formatNs } from '../units.js';
import { VERSION } from '../version.js';
import type { DoctorFacts } from './doctor-facts.js';
import { describeManager, parseRelease } from './kernel.js';

/** `irqbench doctor`: each fact with what it means for a run, and what to do about it. */

type Verdict = Omit<Check, 'name'>;

const CHECKS: readonly [name: string, check: (facts: DoctorFacts) => Verdict][] = [
  ['CPUs', cpus],
  ['NUMA', numa],
  ['CPU quota', quota],
  ['governor', governor],
  ['load', load],
  ['timer', timer],
  ['memory', memory],
  ['kernel', kernel],
  ['KVM', kvm],
  ['irqbypass', irqbypass],
  ['open files', openFiles],
  ['koffi', koffi],
  ['tracing', tracing],
];

export function diagnose(facts: DoctorFacts): DoctorResult {
  return {
    schemaVersion: DOCTOR_SCHEMA_VERSION,
    tool: { name: 'irqbench', version: VERSION },
    checks: CHECKS.map(([name, check]) => ({ name, ...check(facts) })),
  };
}

function ok(finding: string): Verdict {
  return { status: 'ok', finding, remedy: null };
}

function note(finding: string, remedy: string): Verdict {
  return { status: 'note', finding, remedy };
}

function missing(finding: string, remedy: string): Verdict {
  return { status: 'missing', finding, remedy };
}

/** The burst of the bug: with fewer CPUs, waits include time off the CPU. */
const USUAL_BURST = 20;

function cpus({ environment }: DoctorFacts): Verdict {
  const finding = `${counted(environment.cpus, 'CPU')}, ${environment.cpuModel}`;
  if (environment.cpus >= USUAL_BURST) return ok(finding);
  return note(
    finding,
    `of ${USUAL_BURST} burst VMs most wait for a CPU; those of --burst ${environment.cpus} do not`,
  );
}

function numa({ numaNodes }: DoctorFacts): Verdict {
  if (numaNodes === null) return ok('nodes are not told, one is assumed');
  return ok(
    numaNodes === 1 ? '1 node' : `${numaNodes} nodes: --nodes ${numaNodes} tells cna of them`,
  );
}

function quota({ environment: { cpuQuota, cpus } }: DoctorFacts): Verdict {
  if (cpuQuota === null || cpuQuota >= cpus) return ok('none');
  return note(
    `${Number(cpuQuota.toFixed(2))} CPUs' time for ${counted(cpus, 'CPU')}`,
    'threads are stopped when it is used up; raise cpu.max of the control group',
  );
}

function governor({ governors }: DoctorFacts): Verdict {
  const kinds = [...new Set(governors)];
  if (kinds.length === 0) return ok('frequencies are not this system’s to control');
  if (kinds.every((kind) => kind === 'performance')) return ok('performance');
  return note(kinds.join(', '), 'cpupower frequency-set -g performance keeps the clock steady');
}

/** As the warnings of a run have it. */
const BUSY_SHARE = 0.5;

function load({ environment: { loadAverage, cpus } }: DoctorFacts): Verdict {
  if (loadAverage === null) return ok('not told');
  const finding = `load average ${loadAverage.toFixed(1)} on ${counted(cpus, 'CPU')}`;
  return loadAverage > cpus * BUSY_SHARE
    ? note(finding, 'measure on an idle machine')
    : ok(finding);
}

/** A reading that costs more is no time-stamp counter's. */
const DEAR_TIMER_NS = 250;

function timer({ timer: { source, overheadNs, resolutionNs }, clocksource }: DoctorFacts): Verdict {
  const from = clocksource === null ? '' : `, clock source ${clocksource}`;
  const finding = `${source} takes ${formatNs(overheadNs)} and steps by ${formatNs(resolutionNs)}${from}`;
  if (overheadNs <= DEAR_TIMER_NS) return ok(finding);
  return note(
    finding,
    'every sample has one reading in it; boot with clocksource=tsc where it is stable',
  );
}

function memory({ environment: { memoryBytes }, availableBytes }: DoctorFacts): Verdict {
  return ok(`${formatBytes(availableBytes)} of ${formatBytes(memoryBytes)} available`);
}

function kernel({ environment: { kernel, platform } }: DoctorFacts): Verdict {
  if (platform !== 'linux')
    return note(`${platform} ${kernel}`, 'strategies run; --backend kvm needs Linux');
  const version = parseRelease(kernel);
  return ok(version === undefined ? kernel : `Linux ${kernel}: ${describeManager(version)}`);
}

function kvm({ kvm: { device, trouble, apiVersion } }: DoctorFacts): Verdict {
  if (trouble !== null) return missing(trouble.problem, trouble.remedy);
  if (apiVersion === null)
    return note(`${device} can be opened`, 'with koffi it can be asked for its version');
  if (process.arch === 'arm64') {
    return note(
      `${device}, API version ${apiVersion}`,
      '--backend kvm was never tried on arm64; report what it does',
    );
  }
  return ok(`${device}, API version ${apiVersion}`);
}

function irqbypass({ bypass }: DoctorFacts): Verdict {
  if (bypass === null) return missing('there is none', 'use a Linux host');
  const { isInUse, because, remedy } = bypass;
  if (isInUse) return ok(`in use: ${because}`);
  const consequence = '--backend kvm measures KVM_IRQFD without the bypass lock';
  if (isInUse === false) return note(`not in use: ${because}; ${consequence}`, remedy ?? '');
  return note(`unknown whether it is in use: ${because}`, remedy ?? '');
}

/** The main job of the README, on the real kernel: each VM is a descriptor, and so is each irqfd. */
const USUAL_VMS = 820;
const USUAL_IRQFDS = 15;

function openFiles({ openFiles: limit, systemFiles }: DoctorFacts): Verdict {
  if (limit === null) return ok('not told');
  const vms = Math.floor(limit / (USUAL_IRQFDS + 1));
  const system =
    systemFiles === null
      ? ''
      : `, ${formatCount(systemFiles.limit - systemFiles.open)} free in the system`;
  const finding = Number.isFinite(limit)
    ? `${formatCount(limit)} a process${system}: ${counted(vms, 'VM')} of ${USUAL_IRQFDS} irqfds`
    : `as many as wanted a process${system}`;
  if (vms >= USUAL_VMS) return ok(finding);
  return note(finding, 'ulimit -n 65536 allows more, or --processes spreads them');
}

function koffi({ hasKoffi }: DoctorFacts): Verdict {
  if (hasKoffi) return ok('installed');
  return missing('not installed: no --backend kvm, no --pin', 'npm install koffi');
}

function tracing({ tracing, mayTrace }: DoctorFacts): Verdict {
  if (tracing === null) return missing('there is none', 'use a Linux host');
  const { isRoot, hasTracefs, hasKprobes, hasBtf, funclatency, bpftrace, perf } = tracing;
  const tools = [funclatency, bpftrace, perf].filter((tool) => tool !== null);
  const kernel = [
    ...(hasKprobes === null ? [] : [hasKprobes ? 'kprobes' : 'no kprobes']),
    hasBtf ? 'BTF' : 'no BTF',
  ];
  const finding = `${kernel.join(', ')}; tools: ${tools.join(', ') || 'none'}`;
  if (!isRoot) return note(finding, 'trace as root (irqbench trace prints the commands)');
  if (!hasTracefs)
    return missing(`no tracefs; ${finding}`, 'mount -t tracefs tracefs /sys/kernel/tracing');
  if (mayTrace === false)
    return missing(`not allowed here; ${finding}`, 'trace on the host, not in a container');
  if (tools.length === 0) return missing(finding, 'install bpftrace, bpfcc-tools or linux-perf');
  if (hasKprobes === false && !hasBtf)
    return missing(finding, 'take a kernel with CONFIG_KPROBES or BTF');
  return ok(`${finding} (irqbench trace prints the commands)`);
}
