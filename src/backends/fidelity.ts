import { runError } from '../errors.js';
import { log2Counts } from '../measure/histogram.js';
import type { LockName } from '../model/algorithm-names.js';
import type { HostProfile } from '../model/host-profile.js';
import type {
  Reference,
  RunFigure,
  RunScenario,
  TortureFigure,
  TortureScenario,
} from '../model/reference.js';
import type { RunPlan } from '../model/run-plan.js';
import type { RunResult } from '../model/run-result.js';
import { simulateTorture } from './sim/lock-torture.js';
import { runSim } from './sim/run.js';

/** Runs what a reference describes and takes the figures that count from it. */

export interface FidelityOptions {
  readonly signal: AbortSignal;
  /** @param share of the run that is done */
  readonly onProgress: (share: number) => void;
}

interface Subject {
  readonly scenario: Reference['scenario'];
  readonly host: HostProfile;
}

/**
 * @param plan the run's, where VMs run
 * @returns a value for each of the scenario's figures in their order; null once the signal came
 * @throws IrqbenchError (3) where the run failed
 */
export function predict(
  { scenario, host }: Subject,
  plan: RunPlan | undefined,
  seed: number,
  options: FidelityOptions,
): Promise<number[] | null> {
  return scenario.kind === 'torture'
    ? predictTorture(scenario, host, seed, options)
    : predictRun(scenario, host, plan as RunPlan, options);
}

async function predictRun(
  { figures }: RunScenario,
  host: HostProfile,
  plan: RunPlan,
  { signal, onProgress }: FidelityOptions,
): Promise<number[] | null> {
  const result = await runSim(plan, {
    host,
    percentiles: [],
    signal,
    onBegin: async () => {},
    onDeath: () => {},
    onProgress: ({ phase, done, total }) => {
      if (phase === 'rounds') onProgress(done / total);
    },
  });
  if (signal.aborted) return null;
  if (result.failure !== null) throw runError(`the simulated run failed: ${result.failure}`);
  return figures.map((figure) => figureOf(figure, result));
}

function figureOf(figure: RunFigure, { latency, lock }: RunResult): number {
  switch (figure.of) {
    case 'register.meanNs':
      return latency.register.meanNs ?? 0;
    case 'register.maxNs':
      return latency.register.maxNs ?? 0;
    case 'register.share': {
      const counts = log2Counts(latency.register);
      // Slot i holds the values from 2^(i-1) to 2^i - 1.
      const [from, to] = [figure.fromNs, figure.toNs].map((ns) => Math.log2(ns) + 1);
      const inside = counts.slice(from, to).reduce((sum, count) => sum + count, 0);
      return inside / Math.max(1, latency.register.count);
    }
    case 'lock.waitMeanNs':
      // Those who did not wait are among those who took the lock.
      return lock.waitTotalNs / Math.max(1, lock.acquisitions);
    case 'lock.waitMaxNs':
      return lock.waitMaxNs;
  }
}

async function predictTorture(
  scenario: TortureScenario,
  host: HostProfile,
  seed: number,
  { signal, onProgress }: FidelityOptions,
): Promise<number[] | null> {
  const contests = contestsOf(scenario.figures);
  const rates = new Map<string, number>();
  for (const { lock, threads } of contests) {
    const outcome = await simulateTorture(host, tortureOf(scenario, lock, threads, seed), signal);
    if (outcome === null) return null;
    rates.set(keyOf(lock, threads), (outcome.sections * 1e9) / outcome.ns);
    onProgress(rates.size / contests.length);
  }
  const rate = (lock: LockName, threads: number) => rates.get(keyOf(lock, threads)) as number;
  return scenario.figures.map((figure) => {
    const own = rate(figure.lock, figure.threads);
    return figure.of === 'ratio' ? own / rate(figure.than, figure.threads) : own;
  });
}

function tortureOf(scenario: TortureScenario, lock: LockName, threads: number, seed: number) {
  const { insideNs, outsideNs, delayNs, delayOnceInThreadsTimes, startWithinNs } = scenario;
  return {
    lock,
    threads,
    seed,
    forNs: scenario.simulatedForNs,
    cnaLocalHandOffs: scenario.cnaLocalHandOffs.value,
    work: {
      insideNs: insideNs.value,
      outsideNs: outsideNs.value,
      delayNs: delayNs.value,
      delayOnceIn: delayOnceInThreadsTimes.value * threads,
      startWithinNs: startWithinNs.value,
    },
  };
}

/** What has to be simulated, each once, however many figures are of it. */
function contestsOf(figures: readonly TortureFigure[]) {
  const all = figures.flatMap((figure) =>
    (figure.of === 'ratio' ? [figure.lock, figure.than] : [figure.lock]).map((lock) => ({
      lock,
      threads: figure.threads,
    })),
  );
  return [...new Map(all.map((one) => [keyOf(one.lock, one.threads), one])).values()];
}

function keyOf(lock: LockName, threads: number): string {
  return `${lock} ${threads}`;
}
