import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../errors.js';
import {
  type HeldRun,
  holdThresholds,
  readThresholds,
  type Threshold,
} from '../gate/thresholds.js';
import type { CompareResult } from '../model/compare-result.js';
import { pointName } from '../model/grid.js';
import type { AnyResult } from '../model/real-result.js';
import type { SweepResult } from '../model/sweep-result.js';
import { FAIL_IF, type GivenThreshold, givenThresholds } from '../plan/thresholds.js';
import type { Workload } from '../plan/workload-file.js';
import { type Streams, tell } from './streams.js';

/** `--fail-if`: thresholds that a result is held to, whatever printed it. */

export interface ThresholdFlags {
  readonly failIf?: readonly string[];
}

export function addThresholdOption(command: Command): Command {
  return command.option(
    `--${FAIL_IF} <threshold>`,
    "end with exit code 5 where this is true of the result, such as 'register.p99 > 2ms' (irqbench list metrics); repeatable, added to the thresholds of a workload",
    (text: string, before: readonly string[] = []) => [...before, text],
  );
}

/** What the thresholds of one command are: as they were given, and read. */
export interface ThresholdSet {
  readonly given: readonly GivenThreshold[];
  readonly thresholds: readonly Threshold[];
}

/**
 * @param hasBase whether `base` stands for something: the reference of a comparison
 * @throws IrqbenchError (2) for a threshold that cannot be
 */
export function thresholdsOf(
  { failIf = [] }: ThresholdFlags,
  workload: Workload | null,
  hasBase = false,
): ThresholdSet {
  const given = givenThresholds(failIf, workload);
  return { given, thresholds: readThresholds(given, hasBase) };
}

/**
 * Holds a result that was printed to the thresholds, and says of each that is crossed by how much.
 * A run that was cut short or failed has its own ending, and is held to nothing.
 * @param ending how the command ends without thresholds
 * @returns that, or 5; 2 where a threshold cannot be told, whatever became of the others
 */
export function holdResult(
  thresholds: readonly Threshold[],
  result: AnyResult | CompareResult | SweepResult,
  ending: ExitCode,
  streams: Streams,
): ExitCode {
  if (thresholds.length === 0 || ending !== EXIT.done) return ending;
  if (result.partial || result.failure !== null) {
    const why = result.failure ?? 'interrupted';
    tell(streams, 'error', `the result is not whole (${why}), so no threshold can be held`);
    return EXIT.usage;
  }
  const { checks, untold } = holdThresholds(thresholds, runsOf(result));
  const crossed = checks.filter(({ verdict }) => verdict === 'crossed');
  for (const { run, metric, reason } of crossed) {
    tell(streams, 'error', `${run}: crossed ${metric}: ${reason}`);
  }
  for (const { message } of untold) tell(streams, 'error', message);
  if (untold.length > 0) return EXIT.usage;
  return crossed.length > 0 ? EXIT.crossed : EXIT.done;
}

function runsOf(result: AnyResult | CompareResult | SweepResult): HeldRun[] {
  if (!('kind' in result)) return [{ label: labelOf(result), figures: result, base: null }];
  return result.kind === 'compare' ? comparedRuns(result) : sweptRuns(result);
}

function labelOf(result: AnyResult): string {
  if (result.plan !== null) return result.plan.strategy.name;
  return ('imported' in result ? result.imported?.file : null) ?? result.backend;
}

/** What was measured here; where nothing was, every result that was read. `base` is the first. */
function comparedRuns({ runs }: CompareResult): HeldRun[] {
  const measured = runs.filter(({ file }) => file === null);
  const base = runs[0]?.result ?? null;
  return (measured.length > 0 ? measured : runs).map(({ label, result }) => ({
    label,
    figures: result,
    base,
  }));
}

/** Every run of every point. */
function sweptRuns({ axes, points, seeds }: SweepResult): HeldRun[] {
  return points.flatMap(({ values, runs }) =>
    runs.map((run) => {
      const seed = seeds === 1 ? '' : ` seed ${run.seed}`;
      return { label: pointName(axes, values) + seed, figures: run, base: null };
    }),
  );
}
