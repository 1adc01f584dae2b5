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

/** Open descriptors of this process; null where the system does not say. */
export function openDescriptors(): number | null {
  const names = namesIn('/proc/self/fd');
  // One of them was the folder's own.
  return names.length === 0 ? null : names.length - 1;
}
