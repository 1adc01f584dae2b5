import { countOf, type Reader } from './reading.js';

/**
 * The lines that the reproducer of kernel bug 217379 prints at the end of each VM, in cycles, and
 * that irqbench prints with `--per-vm`, in nanoseconds.
 * Source: zhuangel/misc, test/kvm_irqfd_fork.
 */

const LINE = /(?:^|\s)idx\s+(\d+)\s+min\s+(\d+)\s+max\s+(\d+)\s+avg\s+(\d+)\s*$/;
/** What irqbench's own reports say above them. */
const IN_NS = /^(?:#+ )?register latency by VM.*, in ns$/i;

export const readVmUnit: Reader = (lines, at, reading) => {
  if (!IN_NS.test(lines[at] as string)) return 0;
  reading.vmsAreNs = true;
  return 1;
};

export const readVmLine: Reader = (lines, at, reading) => {
  const match = LINE.exec(lines[at] as string);
  const [vm, min, max, avg] = (match ?? []).slice(1).map(countOf);
  if (vm === undefined || min === undefined || max === undefined || avg === undefined) return 0;
  if (min > avg || avg > max) return 0;
  reading.vms.push({ line: at + 1, vm, min, max, avg, isNs: reading.vmsAreNs });
  return 1;
};
