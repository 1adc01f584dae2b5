import { exists, findProgram } from './files.js';
import type { KernelSymbols } from './symbols.js';

/** What there is to trace a kernel with. */
export interface Tracing {
  readonly isRoot: boolean;
  readonly hasTracefs: boolean;
  /** Null where the kernel's symbols cannot be read. */
  readonly hasKprobes: boolean | null;
  /** The kernel's types, which fentry probes need. */
  readonly hasBtf: boolean;
  /** The names under which the programs are found; null: not found. */
  readonly funclatency: string | null;
  readonly bpftrace: string | null;
  readonly perf: string | null;
}

/** Present where kprobes are compiled in. */
export const KPROBE_SYMBOL = 'register_kprobe';

/** Debian and Ubuntu name the tools of bcc by their package. */
const FUNCLATENCY = ['funclatency', 'funclatency-bpfcc'] as const;
/** Where bcc installs its tools elsewhere, out of everybody's PATH. */
const BCC_TOOLS = '/usr/share/bcc/tools/funclatency';

export function describeTracing(
  symbols: KernelSymbols | undefined,
  env: NodeJS.ProcessEnv,
): Tracing {
  const path = env.PATH ?? '';
  const own = exists(BCC_TOOLS) ? BCC_TOOLS : null;
  return {
    isRoot: process.geteuid?.() === 0,
    hasTracefs: exists('/sys/kernel/tracing') || exists('/sys/kernel/debug/tracing'),
    hasKprobes: symbols === undefined ? null : symbols.has(KPROBE_SYMBOL),
    hasBtf: exists('/sys/kernel/btf/vmlinux'),
    funclatency: findProgram(FUNCLATENCY, path) ?? own,
    bpftrace: findProgram(['bpftrace'], path) ?? null,
    perf: findProgram(['perf'], path) ?? null,
  };
}
