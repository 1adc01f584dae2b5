import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import type { Environment } from '../model/run-result.js';

/** Describes the machine a result comes from. */
export function describeEnvironment(): Environment {
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: availableParallelism(),
    cpuQuota: cpuQuota(),
    memoryBytes: totalmem(),
    platform: platform(),
    arch: arch(),
    kernel: release(),
    node: process.versions.node,
    v8: process.versions.v8,
    loadAverage: platform() === 'win32' ? null : (loadavg()[0] ?? null),
  };
}

/** The control group's limit in CPUs: cgroup v2 `cpu.max`, v1 `cpu.cfs_quota_us`. */
function cpuQuota(): number | null {
  const v2 = readNumbers('/sys/fs/cgroup/cpu.max');
  if (v2) return quotient(v2[0], v2[1]);
  const quota = readNumbers('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const period = readNumbers('/sys/fs/cgroup/cpu/cpu.cfs_period_us');
  return quota && period ? quotient(quota[0], period[0]) : null;
}

function quotient(quota: number | undefined, period: number | undefined): number | null {
  if (!quota || !period || !(quota > 0)) return null;
  return quota / period;
}

function readNumbers(path: string): number[] | undefined {
  try {
    return readFileSync(path, 'utf8').trim().split(/\s+/).map(Number);
  } catch {
    return undefined;
  }
}

/** Time all CPUs together have spent so far, and how much of it a hypervisor took away. */
export interface StealReading {
  readonly totalTicks: number;
  readonly stolenTicks: number;
}

/** @returns undefined where the system does not say */
export function readSteal(): StealReading | undefined {
  try {
    const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
    const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
    return {
      totalTicks: ticks.reduce((sum, value) => sum + value, 0),
      stolenTicks: ticks[7] ?? 0,
    };
  } catch {
    return undefined;
  }
}
