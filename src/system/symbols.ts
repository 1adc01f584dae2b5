import { readText } from './files.js';

/** Functions of the running kernel, as /proc/kallsyms names them to everybody. */
export class KernelSymbols {
  private readonly moduleOf: ReadonlyMap<string, string | null>;

  /** @param text lines of address, type, name and, of a module's, the module in brackets */
  constructor(text: string, wanted: readonly string[]) {
    const names = new Set(wanted);
    const found = new Map<string, string | null>();
    for (const match of text.matchAll(/^\S+ [tTwW] (\S+)(?:\s+\[(\S+)\])?$/gm)) {
      const [, name = '', module = null] = match;
      if (names.has(name) && !found.has(name)) found.set(name, module);
    }
    this.moduleOf = found;
  }

  has(name: string): boolean {
    return this.moduleOf.has(name);
  }

  /** The module that a function is of; null where it is built in or not there. */
  module(name: string): string | null {
    return this.moduleOf.get(name) ?? null;
  }
}

/** @returns undefined where the kernel does not say */
export function readSymbols(wanted: readonly string[]): KernelSymbols | undefined {
  const text = readText('/proc/kallsyms');
  return text ? new KernelSymbols(text, wanted) : undefined;
}
