import { closeSync, openSync, readSync } from 'node:fs';
import { freemem, platform } from 'node:os';
import { codeOf } from '../errors.js';
import { describeEnvironment } from '../measure/environment.js';
import { calibrateTimer, type TimerCalibration } from '../measure/timer.js';
import type { Environment } from '../model/run-result.js';
import { type BypassUse, bypassUse, readBypassFacts } from './bypass.js';
import { namesIn, readText } from './files.js';
import { type Trouble, troubleOfArchitecture, troubleOpening, versionOf } from './kvm-device.js';
import { type Libc, loadLibc } from './libc.js';
import { openFileLimit, systemFiles } from './limits.js';
import { readSymbols } from './symbols.js';
import { TRACED_SYMBOLS } from './trace-commands.js';
import { describeTracing, type Tracing } from './tracing.js';

/** Everything that the doctor looks at, looked up once. */
export interface DoctorFacts {
  readonly environment: Environment;
  readonly numaNodes: number | null;
  /** Of each CPU; empty where the system does not control them. */
  readonly governors: readonly string[];
  readonly clocksource: string | null;
  readonly timer: TimerCalibration;
  readonly availableBytes: number;
  readonly kvm: KvmFinding;
  readonly bypass: BypassUse | null;
  readonly openFiles: number | null;
  readonly systemFiles: { readonly limit: number; readonly open: number } | null;
  readonly hasKoffi: boolean;
  readonly tracing: Tracing | null;
  /** Whether the kernel lets its functions be listed, so traced; null where it was not asked. */
  readonly mayTrace: boolean | null;
}

export interface KvmFinding {
  readonly device: string;
  readonly trouble: Trouble | null;
  /** Null where it could not be asked. */
  readonly apiVersion: number | null;
}

const MANAGER = 'irq_bypass_register_consumer';

export function readDoctorFacts(device: string, env: NodeJS.ProcessEnv): DoctorFacts {
  const isLinux = platform() === 'linux';
  const symbols = isLinux ? readSymbols(TRACED_SYMBOLS) : undefined;
  const libc = libcIfAny();
  const nodes = namesIn('/sys/devices/system/node').filter((name) => /^node\d+$/.test(name));
  const cpus = namesIn('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/.test(name));
  return {
    environment: describeEnvironment(),
    numaNodes: nodes.length > 0 ? nodes.length : null,
    governors: cpus.flatMap(
      (cpu) => readText(`/sys/devices/system/cpu/${cpu}/cpufreq/scaling_governor`) ?? [],
    ),
    clocksource:
      readText('/sys/devices/system/clocksource/clocksource0/current_clocksource') ?? null,
    timer: calibrateTimer(),
    availableBytes: isLinux ? process.availableMemory() : freemem(),
    kvm: askKvm(device, libc),
    bypass: isLinux ? bypassUse(readBypassFacts(symbols ? symbols.has(MANAGER) : null)) : null,
    openFiles: openFileLimit(),
    systemFiles: systemFiles(),
    hasKoffi: libc !== null,
    tracing: isLinux ? describeTracing(symbols, env) : null,
    mayTrace: isLinux ? mayTrace() : null,
  };
}

function libcIfAny(): Libc | null {
  try {
    return loadLibc('doctor', 'go without');
  } catch {
    return null;
  }
}

function askKvm(device: string, libc: Libc | null): KvmFinding {
  const trouble = troubleOfArchitecture(process.arch) ?? troubleOpening(device);
  if (trouble !== null || libc === null) return { device, trouble, apiVersion: null };
  const fd = openSync(device, 'r+');
  try {
    return { device, ...versionOf(libc, fd) };
  } finally {
    closeSync(fd);
  }
}

/** A list that is empty for nobody: one byte of it tells whether it may be read. */
function mayTrace(): boolean | null {
  let file: number | undefined;
  try {
    file = openSync('/sys/kernel/tracing/available_filter_functions', 'r');
    return readSync(file, new Uint8Array(1)) === 1;
  } catch (thrown) {
    return codeOf(thrown) === 'ENOENT' ? null : false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
