import type { CompareResult, RoundMetric } from '../model/compare-result.js';
import { SCHEMA_VERSION, type Warning } from '../model/run-result.js';
import type { ComparisonPlan, Contender } from '../plan/comparison.js';
import { compareRuns, DEFAULT_METRICS } from '../stats/compare.js';
import { CONFIDENCE, SIGNIFICANCE } from '../stats/verdict.js';
import { VERSION } from '../version.js';

/** The result of a comparison: its runs, the verdicts on them, and what to know of both. */

export interface CompareTerms {
  readonly metric?: readonly RoundMetric[];
  readonly noise: number;
}

/** What the runs of a comparison come to, as one result. */
export function compareResultOf(
  { common, contenders }: ComparisonPlan,
  runs: CompareResult['runs'],
  order: CompareResult['order'],
  { metric = DEFAULT_METRICS, noise }: CompareTerms,
): CompareResult {
  const { seed } = common.plan;
  const measured =
    runs.find(({ file }) => file === null) ?? runs.find(({ result }) => result.environment);
  const failed = runs.find(({ result }) => result.failure !== null);
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'compare',
    tool: { name: 'irqbench', version: VERSION },
    seed,
    environment: measured?.result.environment ?? null,
    noise,
    significance: SIGNIFICANCE,
    confidence: CONFIDENCE,
    partial: runs.some(({ result }) => result.partial),
    failure: failed ? `${failed.label}: ${failed.result.failure}` : null,
    warnings: [...notInterleaved(contenders), ...wholeIoctl(runs)],
    order,
    runs,
    comparisons: compareRuns(runs, { metrics: metric, noise, seed }),
  };
}

/** What a run on the real kernel times is more than what irqbench's own manager does. */
function wholeIoctl(runs: CompareResult['runs']): Warning[] {
  const isKvm = ({ result }: CompareResult['runs'][number]) => result.backend === 'kvm';
  if (!runs.some(isKvm) || runs.every(isKvm)) return [];
  return [
    {
      code: 'whole-ioctl',
      message:
        "register of the backend kvm is the whole KVM_IRQFD, of others the manager's part of it alone",
      remedy: 'read how each grows with the host, not how far apart they are',
    },
  ];
}

function notInterleaved(contenders: readonly Contender[]): Warning[] {
  const saved = contenders.filter(({ file }) => file !== null).length;
  if (saved === 0) return [];
  return [
    {
      code: 'not-interleaved',
      message: `${saved === contenders.length ? 'the' : 'some'} results come from files: what changed on the machine between the runs looks like a difference`,
      remedy: 'compare the strategies themselves, so that their rounds take turns',
    },
  ];
}
