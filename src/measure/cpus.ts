import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Which CPUs this process may use and how they are arranged, as Linux tells it. */
export interface Cpu {
  readonly cpu: number;
  readonly package: number;
  readonly core: number;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** `0-3,8` → 0, 1, 2, 3, 8: how the kernel writes sets of CPUs. */
function expandRanges(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The CPUs this process is allowed, ascending. Where the system does not say: 0 … n-1. */
export function allowedCpus(): Cpu[] {
  const status = readText('/proc/self/status');
  const list = status && /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  const cpus = list
    ? expandRanges(list)
    : Array.from({ length: availableParallelism() }, (_, cpu) => cpu);
  return cpus.map((cpu) => ({
    cpu,
    package: topology(cpu, 'physical_package_id', 0),
    core: topology(cpu, 'core_id', cpu),
  }));
}

function topology(cpu: number, what: string, otherwise: number): number {
  const text = readText(`/sys/devices/system/cpu/cpu${cpu}/topology/${what}`);
  return text === undefined ? otherwise : Number(text);
}

/**
 * The order in which threads are given CPUs. `compact` fills a core's threads, then its
 * package's cores, then the next package; `spread` goes to another package each time, to another
 * core of it before a second thread of one.
 */
export function pinOrder(cpus: readonly Cpu[], policy: 'spread' | 'compact'): number[] {
  const compact = [...cpus].sort(
    (a, b) => a.package - b.package || a.core - b.core || a.cpu - b.cpu,
  );
  if (policy === 'compact') return compact.map(({ cpu }) => cpu);
  const threadsSeen = new Map<string, number>();
  const coresSeen = new Map<string, number>();
  const ranked = compact.map((cpu) => {
    const coreKey = `${cpu.package}/${cpu.core}`;
    const thread = threadsSeen.get(coreKey) ?? 0;
    threadsSeen.set(coreKey, thread + 1);
    const levelKey = `${cpu.package}/${thread}`;
    const core = coresSeen.get(levelKey) ?? 0;
    coresSeen.set(levelKey, core + 1);
    return { cpu, thread, core };
  });
  ranked.sort((a, b) => a.thread - b.thread || a.core - b.core || a.cpu.package - b.cpu.package);
  return ranked.map(({ cpu }) => cpu.cpu);
}
