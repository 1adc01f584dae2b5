import { readlinkSync } from 'node:fs';
import { namesIn, readText } from './files.js';

/** How many files may be open, and how many are. */

/** The soft limit of this process, which Node raised to the hard one; null: nobody says. */
export function openFileLimit(): number | null {
  const line = /^Max open files\s+(\S+)/m.exec(readText('/proc/self/limits') ?? '')?.[1];
  if (line === undefined) return null;
  return line === 'unlimited' ? Infinity : Number(line);
}

/** Of the whole system: what may be open, and what is (Documentation/admin-guide/sysctl/fs.rst). */
export function systemFiles(): { readonly limit: number; readonly open: number } | null {
  const limit = readText('/proc/sys/fs/file-max');
  const open = readText('/proc/sys/fs/file-nr')?.split(/\s+/)[0];
  if (limit === undefined || open === undefined) return null;
  return { limit: Number(limit), open: Number(open) };
}

/**
 * Open descriptors of this process; null where the system does not say. Those of /dev/null are left
 * out: libuv opens one in reserve with the first stream, whenever that is.
 */
export function openDescriptors(): number | null {
  const targets = namesIn('/proc/self/fd').map(targetOf);
  // One of them was the folder's own, and is closed by now.
  const open = targets.filter((target) => target !== undefined && target !== '/dev/null');
  return targets.length === 0 ? null : open.length;
}

function targetOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
