import type { Bucket } from '../model/run-result.js';
import { countOf, follows, type Reader, type Reading } from './reading.js';

/**
 * Maps that bpftrace filled with `hist()` or `lhist()`.
 * Source: bpftrace, docs (Map functions), and `hist_index_label` of src/output.cpp: bounds are
 * half open, and K, M, G … are powers of 1024.
 */

const HEADER = /^@(\w*)(?:\[.*\])?:\s*$/;
const ROW =
  /^[[(](\.\.\.|\d+[KMGTPE]?)(?:, *(\.\.\.|\d+[KMGTPE]?))?([\])])\s+(\d+)\s*\|[@ ]*\|?\s*$/;
/** What a clock that went back leaves. */
const BELOW_ZERO = /^\(\.\.\., *0\)\s+\d+\s*\|/;
const FACTOR = new Map(
  ['', 'K', 'M', 'G', 'T', 'P', 'E'].map((letter, at) => [letter, 1024 ** at]),
);
/** How the names of maps end that say their unit: `@register_us`, `@usecs`. */
const UNIT = /(?:^|_)(ns|us|ms|nsecs|usecs|msecs)$/;
const UNIT_NS = new Map([
  ['ns', 1],
  ['nsecs', 1],
  ['us', 1e3],
  ['usecs', 1e3],
  ['ms', 1e6],
  ['msecs', 1e6],
]);

export const readBpftrace: Reader = (lines, at, reading) => {
  const map = HEADER.exec(lines[at] as string)?.[1];
  if (map === undefined) return 0;
  const word = UNIT.exec(map)?.[1];
  const unitNs = reading.options.unitNs ?? UNIT_NS.get(word ?? '') ?? 1;
  const buckets: Bucket[] = [];
  let next = at + 1;
  for (; next < lines.length; next++) {
    const line = lines[next] as string;
    if (BELOW_ZERO.test(line)) {
      reading.remark('negative', `line ${next + 1}: times below 0 are left out`, 'trace again');
      continue;
    }
    const bucket = readRow(line, unitNs);
    if (bucket === undefined || !follows(buckets, bucket)) break;
    buckets.push(bucket);
  }
  if (buckets.length === 0) return 0;
  if (word === undefined && reading.options.unitNs === null) assumeNs(at + 1, map, reading);
  reading.tables.push({
    tool: 'bpftrace',
    name: map.replace(UNIT, '') || reading.function,
    line: at + 1,
    buckets: buckets.filter(({ count }) => count > 0),
    mean: null,
  });
  return next - at;
};

function readRow(line: string, unitNs: number): Bucket | undefined {
  const [, first = '', second, end, digits = ''] = ROW.exec(line) ?? [];
  const count = countOf(digits);
  const low = boundOf(first);
  if (count === undefined || low === undefined || digits === '') return undefined;
  if (second === '...') return { lowNs: low * unitNs, highNs: null, count };
  // One value alone, or a bound that is outside, but for `]`.
  const bound = second === undefined ? low + 1 : boundOf(second);
  if (bound === undefined) return undefined;
  const isInside = second !== undefined && end === ']';
  return { lowNs: low * unitNs, highNs: (isInside ? bound + 1 : bound) * unitNs - 1, count };
}

function boundOf(text: string): number | undefined {
  const match = /^(\d+)([KMGTPE]?)$/.exec(text);
  return match ? Number(match[1]) * (FACTOR.get(match[2] ?? '') ?? NaN) : undefined;
}

function assumeNs(line: number, map: string, reading: Reading): void {
  reading.remark(
    'assumed-unit',
    `line ${line}: nothing says the unit of @${map}, taken for nanoseconds`,
    'say it with --unit, or name the map @…_us',
  );
}
