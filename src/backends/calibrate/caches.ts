import { readdirSync, readFileSync } from 'node:fs';

/** The caches of a CPU as Linux tells of them. */

export interface CacheSizes {
  readonly l1: number | null;
  readonly l2: number | null;
  readonly l3: number | null;
}

const FOLDER = '/sys/devices/system/cpu/cpu0/cache/';
const UNIT: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2 };

export function cacheSizes(folder = FOLDER): CacheSizes {
  const found = new Map<number, number>();
  for (const entry of entriesOf(folder)) {
    const read = (what: string) => readFileSync(`${folder}${entry}/${what}`, 'utf8').trim();
    try {
      const [, digits, unit = ''] = /^(\d+)([KM]?)$/.exec(read('size')) ?? [];
      if (digits !== undefined && read('type') !== 'Instruction') {
        found.set(Number(read('level')), Number(digits) * (UNIT[unit] as number));
      }
    } catch {
      // A cache that does not say how large it is.
    }
  }
  return { l1: found.get(1) ?? null, l2: found.get(2) ?? null, l3: found.get(3) ?? null };
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((entry) => entry.startsWith('index'));
  } catch {
    return [];
  }
}
