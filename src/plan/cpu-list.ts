import type { RunPlan } from '../model/run-plan.js';
import { didYouMean } from '../wording.js';
import type { Kind, Refuse } from './values.js';

/** Where the burst VMs run: `off`, a policy, or CPUs as `taskset --cpu-list` takes them. */

type Pin = RunPlan['pin'];

const POLICIES = ['off', 'spread', 'compact'] as const;
/** NR_CPUS goes no higher in any Linux kernel: 8192 is x86-64's limit, the highest. */
const MAX_CPUS = 8192;

/** The CPUs of `3`, `0-3` or `0-8:2`. */
function readRange(part: string, refuse: Refuse): number[] {
  const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part);
  if (!match) return refuse('is no list of CPUs');
  const first = Number(match[1]);
  const last = Number(match[2] ?? first);
  const step = Number(match[3] ?? 1);
  if (last >= MAX_CPUS) return refuse(`goes past CPU ${MAX_CPUS - 1}, the last that Linux knows`);
  if (last < first) return refuse('has a range that runs backwards');
  if (step === 0) return refuse('has a step of 0');
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
}

/** `0-3,8`: runs of consecutive CPUs as ranges, in the order given. */
function spellCpus(cpus: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0, to = 0; from < cpus.length; from = ++to) {
    while (cpus[to + 1] === (cpus[to] as number) + 1) to++;
    parts.push(from === to ? `${cpus[from]}` : `${cpus[from]}-${cpus[to]}`);
  }
  return parts.join(',');
}

export const pin: Kind<Pin> = {
  accepts: 'off, spread, compact or CPUs as taskset takes them, such as 0-3,8',
  list: true,
  read(text, refuse) {
    const policy = POLICIES.find((word) => word === text);
    if (policy !== undefined) return policy;
    if (!/^\d/.test(text)) return refuse(`is no pinning${didYouMean(text, POLICIES)}`);
    const cpus = text.split(',').flatMap((part) => readRange(part.trim(), refuse));
    // A list is a set, as for taskset: a CPU named twice still takes one turn.
    return [...new Set(cpus)];
  },
  spell: (value) => (typeof value === 'string' ? value : spellCpus(value)),
};
