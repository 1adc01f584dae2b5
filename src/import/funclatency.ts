import type { KnownMean } from '../measure/buckets.js';
import type { Bucket } from '../model/run-result.js';
import { countOf, follows, type Reader, type Reading } from './reading.js';

/**
 * bcc's `funclatency`, in nsecs, usecs or msecs, any number of tables in a log.
 * Source: bcc, tools/funclatency_example.txt, and `_print_log2_hist` of src/python/bcc/table.py.
 */

const HEADER = /^\s*(nsecs|usecs|msecs)\s+: count\s+distribution\s*$/;
const ROW = /^\s*(\d+) -> (\d+)\s*: (\d+)\s*\|[*+ ]*\|?\s*$/;
const TOTALS = /^avg = (\d+) (nsecs|usecs|msecs), total: (\d+) \2, count: (\d+)\s*$/;
const UNIT_NS = { nsecs: 1, usecs: 1e3, msecs: 1e6 } as const;
type Unit = keyof typeof UNIT_NS;

const TRACING = /^Tracing \d+ functions? for "(.*)"\.\.\. Hit Ctrl-C to end\.?/;
const FUNCTION = /^Function = (?:b')?([^'\s]+)'?(?: \[\d+\])?\s*$/;
const COMMAND = /(?:^|[\s/])funclatency(?:-bpfcc)?\s+(\S.*)$/;

/** What says of which function the next table is. */
export const readFunctionName: Reader = (lines, at, reading) => {
  const line = lines[at] as string;
  const name = TRACING.exec(line)?.[1] ?? FUNCTION.exec(line)?.[1] ?? argumentOf(line);
  if (name === undefined) return 0;
  reading.function = name;
  return 1;
};

/** The function in a command line that was saved with its output: its last word of a name's look. */
function argumentOf(line: string): string | undefined {
  const words = COMMAND.exec(line)?.[1]?.split(/\s+/) ?? [];
  return words.findLast((word) => /^[a-z_][\w.*:]*$/i.test(word));
}

export const readFunclatency: Reader = (lines, at, reading) => {
  const unit = HEADER.exec(lines[at] as string)?.[1] as Unit | undefined;
  if (unit === undefined) return 0;
  const buckets: Bucket[] = [];
  let next = at + 1;
  for (; next < lines.length; next++) {
    const bucket = readRow(lines[next] as string, UNIT_NS[unit]);
    if (bucket === undefined || !follows(buckets, bucket)) break;
    buckets.push(bucket);
  }
  const counted = buckets.filter(({ count }) => count > 0);
  // The totals stand under a blank line, where there are any.
  const totalsAt = (lines[next] ?? '').trim() === '' ? next + 1 : next;
  const totals = TOTALS.exec(lines[totalsAt] ?? '');
  reading.tables.push({
    tool: 'funclatency',
    name: reading.function,
    line: at + 1,
    buckets: counted,
    mean: totals && totals[2] === unit ? meanOf(totals, UNIT_NS[unit]) : null,
  });
  if (!totals) return next - at;
  checkCount(counted, Number(totals[4]), totalsAt + 1, reading);
  return totalsAt + 1 - at;
};

function readRow(line: string, unitNs: number): Bucket | undefined {
  const match = ROW.exec(line);
  const [low, high, count] = (match ?? []).slice(1).map(countOf);
  if (low === undefined || high === undefined || count === undefined) return undefined;
  return { lowNs: low * unitNs, highNs: (high + 1) * unitNs - 1, count };
}

/** Of whole nanoseconds exactly; of larger units funclatency drops what is below one in each sample. */
function meanOf([, , , total, count]: RegExpExecArray, unitNs: number): KnownMean | null {
  if (Number(count) === 0) return null;
  const meanNs = (Number(total) / Number(count)) * unitNs;
  if (unitNs === 1) return { meanNs };
  return { meanRange: { lowNs: meanNs, highNs: meanNs + unitNs - 1 } };
}

function checkCount(buckets: readonly Bucket[], stated: number, line: number, reading: Reading) {
  const found = buckets.reduce((sum, { count }) => sum + count, 0);
  if (found === stated) return;
  reading.remark(
    'count-mismatch',
    `line ${line} says count ${stated}, and the table above it has ${found}`,
    'the rows were taken; look whether some are missing',
  );
}
