import { withPercentiles } from '../measure/histogram.js';
import type { AnyResult, ImportedFacts, KvmFacts } from '../model/real-result.js';
import type { LatencySummary } from '../model/run-result.js';
import { counted, formatCount, formatNs } from '../units.js';
import { type Item, oneLine } from './content.js';
import { nsOrUnknown, percentileText, UNKNOWN } from './figures.js';

/** What only results of a real kernel have to say. */

function kvmOf(result: AnyResult): KvmFacts | null {
  return 'kvm' in result ? result.kvm : null;
}

export function importedOf(result: AnyResult): ImportedFacts | null {
  return 'imported' in result ? result.imported : null;
}

/** Creating and destroying the VMs, whom the irqfds are registered with, what a call costs. */
export function kvmItems(result: AnyResult): Item[] {
  const kvm = kvmOf(result);
  if (kvm === null) return [];
  const { processes, foreignCallNs, bypassInUse, descriptors } = kvm;
  const bypass = bypassInUse === null ? 'unknown' : bypassInUse ? 'in use' : 'not in use';
  return [
    { name: 'processes', value: formatCount(processes) },
    { name: 'foreign call', value: formatNs(foreignCallNs) },
    { name: 'irqbypass', value: bypass },
    { name: 'create VM', value: middleText(kvm.createVm) },
    { name: 'create irqchip', value: middleText(kvm.createIrqchip) },
    { name: 'destroy VM', value: middleText(kvm.destroyVm) },
    ...(descriptors === null
      ? []
      : [
          {
            name: 'descriptors',
            value: `${formatCount(descriptors.before)} before, ${formatCount(descriptors.after)} after`,
          },
        ]),
  ];
}

/** A VM is created once a round: where there are too few for a median, the mean. */
function middleText(summary: LatencySummary): string {
  const median = medianText(summary);
  return median === UNKNOWN ? `mean ${nsOrUnknown(summary.meanNs)}` : `p50 ${median}`;
}

/** Whatever percentiles were asked for. */
function medianText(summary: LatencySummary): string {
  return percentileText(withPercentiles(summary, [50]), 50);
}

/** Which functions the latencies are of, and what else was traced. */
export function importedItems(result: AnyResult): Item[] {
  const imported = importedOf(result);
  if (imported === null) return [];
  const { functions, others, unread } = imported;
  const named: [string, string | null][] = [
    ['register', functions.register],
    ['deregister', functions.deregister],
    ['VM ready', functions.vmReady],
  ];
  return [
    ...named.flatMap(([name, of]) =>
      of === null ? [] : [{ name: `${name} is`, value: oneLine(of) }],
    ),
    ...others.map(({ name, latency }) => ({
      name: oneLine(name),
      value: `${formatCount(latency.count)}, p50 ${medianText(latency)}`,
    })),
    ...(unread.count > 0 ? [{ name: 'not read', value: counted(unread.count, 'line') }] : []),
  ];
}
