import { usageError } from '../errors.js';
import { addBuckets, type KnownMean, summarizeBuckets } from '../measure/buckets.js';
import { type LatencyName, type LatencySummary, latencyNames } from '../model/run-result.js';
import { follows, type TracedTable } from './reading.js';

/** Which latency each table of a log is of. */

/** What irqbench calls the functions of the kernel, and the maps of its own bpftrace commands. */
const KNOWN: Readonly<Record<LatencyName, readonly string[]>> = {
  register: ['irq_bypass_register_consumer'],
  deregister: ['irq_bypass_unregister_consumer'],
  vmReady: ['vm_ready'],
};

/** All tables of one function. */
export interface TracedFunction {
  /** The function, or `line 12` where nothing says which. */
  readonly name: string;
  readonly latency: LatencySummary;
}

export interface Assignment {
  readonly latency: Readonly<Partial<Record<LatencyName, TracedFunction>>>;
  readonly others: readonly TracedFunction[];
  /** The function that was taken for registrations because it was the only one. */
  readonly assumed: string | null;
}

/** Functions that the user named for a latency. */
export type Wanted = Readonly<Partial<Record<LatencyName, string>>>;

/**
 * @param percentiles those that the summaries are to have
 * @throws IrqbenchError (2) where a function that was named is not in the log
 */
export function assignTables(
  tables: readonly TracedTable[],
  wanted: Wanted,
  percentiles: readonly number[],
  file: string,
): Assignment {
  const functions = byFunction(tables, percentiles, file);
  const latency: Partial<Record<LatencyName, TracedFunction>> = {};
  for (const name of latencyNames) {
    const names = wanted[name] === undefined ? KNOWN[name] : [wanted[name]];
    const found = functions.find((candidate) => names.includes(candidate.name));
    if (found) latency[name] = found;
    else if (wanted[name] !== undefined) throw notThere(wanted[name], name, functions, file);
  }
  const [only] = functions;
  const isOnly = functions.length === 1 && Object.keys(latency).length === 0;
  if (isOnly && only) latency.register = only;
  const taken = Object.values(latency);
  return {
    latency,
    others: functions.filter((candidate) => !taken.includes(candidate)),
    assumed: isOnly && only ? only.name : null,
  };
}

function notThere(
  wanted: string,
  latency: LatencyName,
  functions: readonly TracedFunction[],
  file: string,
) {
  const names = functions.map(({ name }) => name).join(', ') || 'no function';
  return usageError(`--${flagOf(latency)} ${wanted}: is not in ${file}, which has ${names}`);
}

function flagOf(latency: LatencyName): string {
  return latency === 'vmReady' ? 'vm-ready' : latency;
}

/** Tables of one function, such as those of intervals, are one histogram. */
function byFunction(
  tables: readonly TracedTable[],
  percentiles: readonly number[],
  file: string,
): TracedFunction[] {
  const counted = tables.filter(({ buckets }) => buckets.length > 0);
  const names = new Set(counted.map(nameOf));
  return [...names].map((name) => {
    const own = counted.filter((table) => nameOf(table) === name);
    const buckets = addBuckets(own.flatMap((table) => table.buckets));
    if (buckets.some((bucket, at) => at > 0 && !follows(buckets.slice(at - 1, at), bucket))) {
      const lines = own.map(({ line }) => line).join(', ');
      throw usageError(
        `${file}: the tables of ${name} (lines ${lines}) have different bounds; import each from a file of its own`,
      );
    }
    return { name, latency: summarizeBuckets(buckets, meanOf(own), percentiles) };
  });
}

function nameOf({ name, line }: TracedTable): string {
  return name ?? `line ${line}`;
}

/** The mean of all their samples; null where one of them does not say its own. */
function meanOf(tables: readonly TracedTable[]): KnownMean | null {
  let samples = 0;
  let low = 0;
  let high = 0;
  for (const { mean, buckets } of tables) {
    if (mean === null) return null;
    const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    const range = 'meanNs' in mean ? { lowNs: mean.meanNs, highNs: mean.meanNs } : mean.meanRange;
    samples += count;
    low += range.lowNs * count;
    high += (range.highNs ?? range.lowNs) * count;
  }
  if (samples === 0) return null;
  if (low === high) return { meanNs: low / samples };
  return { meanRange: { lowNs: low / samples, highNs: high / samples } };
}
