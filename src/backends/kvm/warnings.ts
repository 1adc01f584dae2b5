import { withPercentiles } from '../../measure/histogram.js';
import type { KvmFacts } from '../../model/real-result.js';
import type { RunResult, Warning } from '../../model/run-result.js';
import type { BypassUse } from '../../system/bypass.js';
import { formatNs, formatShare } from '../../units.js';

/** What a reader of a run on the real kernel should know. */

/** Of the median; more is not the kernel's. */
const MUCH_OF_A_CALL = 0.25;

export function kvmWarnings(
  { foreignCallNs }: KvmFacts,
  bypass: BypassUse,
  latency: RunResult['latency'],
): Warning[] {
  const warnings: Warning[] = [];
  if (bypass.isInUse === false) {
    warnings.push({
      code: 'bypass-not-in-use',
      message: `irqbypass is not in use (${bypass.because}): KVM_IRQFD was measured, but the bypass lock was not taken`,
      remedy: bypass.remedy ?? '',
    });
  }
  if (bypass.isInUse === null) {
    warnings.push({
      code: 'bypass-unknown',
      message: `whether KVM_IRQFD took the bypass lock is not known: ${bypass.because}`,
      remedy: bypass.remedy ?? '',
    });
  }
  const medianNs = withPercentiles(latency.register, [50]).percentiles['50'] ?? Infinity;
  if (foreignCallNs > medianNs * MUCH_OF_A_CALL) {
    warnings.push({
      code: 'foreign-call',
      message: `a call into the kernel that does nothing takes ${formatNs(foreignCallNs)}, ${formatShare(foreignCallNs / medianNs)} of the median of register`,
      remedy:
        'it is in every sample; compare with other runs on this machine, or with npm run bench',
    });
  }
  if (process.arch === 'arm64') {
    warnings.push({
      code: 'never-tried',
      message: 'the kvm backend was never tried on arm64',
      remedy: 'compare the count of irqfds with a trace, and report what you see',
    });
  }
  return warnings;
}
