/** What a kernel's release says of its IRQ bypass manager. Backports cannot be seen. */

export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
}

/** What finds a token: lists, or xarrays since commit 8394b32faecd; none before there was one. */
export type KernelManager = 'none' | 'list' | 'xarray';

/** When virt/lib/irqbypass.c came (commit f73f8173126b), and when it changed. */
const FIRST_MANAGER: KernelVersion = { major: 4, minor: 4 };
const FIRST_XARRAY: KernelVersion = { major: 6, minor: 17 };

/** `6.2.20-generic` → 6.2. @returns undefined where the text is no release */
export function parseRelease(release: string): KernelVersion | undefined {
  const match = /^(\d{1,3})\.(\d{1,4})(?![\d])/.exec(release.trim());
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/** Whether a version is another one or a later one. */
export function isSince({ major, minor }: KernelVersion, from: KernelVersion): boolean {
  return major > from.major || (major === from.major && minor >= from.minor);
}

export function managerOf(version: KernelVersion): KernelManager {
  if (!isSince(version, FIRST_MANAGER)) return 'none';
  return isSince(version, FIRST_XARRAY) ? 'xarray' : 'list';
}

/** The manager in words, with what the version cannot tell. */
export function describeManager(version: KernelVersion): string {
  switch (managerOf(version)) {
    case 'none':
      return 'no IRQ bypass manager (it came with 4.4)';
    case 'list':
      return 'two lists under one mutex, as every kernel before 6.17 (a backport cannot be seen)';
    case 'xarray':
      return 'two xarrays under one mutex, as every kernel from 6.17 on';
  }
}
