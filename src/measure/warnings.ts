import { cpusOfProfile } from '../model/host-profile.js';
import type { RunPlan } from '../model/run-plan.js';
import {
  isSimulated,
  type LatencySummary,
  type Machine,
  type RunResult,
  type Warning,
} from '../model/run-result.js';
import { counted, formatCount, formatNs } from '../units.js';
import { withPercentiles } from './histogram.js';
import { roundsNeeded, samplesNeeded } from './percentile.js';

/** What a reader of the figures should know, each with what to do about it. */
export interface WarningFacts {
  readonly plan: RunPlan;
  readonly environment: Machine;
  readonly timer: RunResult['timer'];
  readonly latency: RunResult['latency'];
  readonly rounds: RunResult['rounds'];
  /** Share of the machine's time that a hypervisor took during the run. */
  readonly stolenShare: number;
  /** What a long wait for the strategy's lock costs. */
  readonly lockWaiting: 'parks' | 'spins';
}

/** A clock step of more than this share of the median blurs it. */
const COARSE_SHARE = 0.1;
const STOLEN_SHARE = 0.01;
const BUSY_SHARE = 0.5;
/** Rounds do the same work; a median this much above another came from elsewhere. */
const UNSTEADY_RATIO = 2;

export function collectWarnings(facts: WarningFacts): Warning[] {
  const checks = [
    tooFewSamples,
    nothingToConnect,
    oversubscribed,
    spinnersWithoutCpus,
    coarseTimer,
    noisyMachine,
    unsteadyRounds,
  ];
  return checks.flatMap((check) => check(facts) ?? []);
}

function tooFewSamples({ plan, latency, rounds }: WarningFacts): Warning | undefined {
  const short: string[] = [];
  const had = rounds.length || plan.rounds;
  let enough = had;
  const look = (name: string, summary: LatencySummary) => {
    for (const [percentile, ns] of Object.entries(summary.percentiles)) {
      const needed = samplesNeeded(Number(percentile));
      if (ns !== null || summary.count === 0 || !Number.isFinite(needed)) continue;
      short.push(
        `p${percentile} of ${name} (${formatCount(summary.count)} of ${formatCount(needed)})`,
      );
      enough = Math.max(enough, roundsNeeded(Number(percentile), summary.count, had));
    }
  };
  look('register', latency.register);
  look('deregister', latency.deregister);
  look('VM ready', latency.vmReady);
  if (short.length === 0) return undefined;
  return {
    code: 'too-few-samples',
    message: `too few samples for ${short.join(', ')}`,
    remedy: `--rounds ${enough} has enough for all of them`,
  };
}

function nothingToConnect({ plan }: WarningFacts): Warning | undefined {
  if (plan.producersPerVm > 0) return undefined;
  if (plan.connectCostNs === 0 && plan.connectFailureRate === 0) return undefined;
  return {
    code: 'nothing-to-connect',
    message:
      'without producers nothing connects, so the connect cost and failure rate had no effect',
    remedy: '--producers-per-vm 3 serves three irqfds of each VM',
  };
}

/** CPUs that the process may use, all things considered; or those of the simulated machine. */
function usableCpus(machine: Machine): number {
  if (isSimulated(machine)) return cpusOfProfile(machine);
  return Math.max(1, Math.floor(Math.min(machine.cpus, machine.cpuQuota ?? Infinity)));
}

function spinnersWithoutCpus(facts: WarningFacts): Warning | undefined {
  const { plan, environment, lockWaiting } = facts;
  const cpus = usableCpus(environment);
  if (lockWaiting === 'parks' || plan.burst <= cpus) return undefined;
  return {
    code: 'spinning-oversubscribed',
    message: `waiters of the lock ${plan.strategy.lock} spin, and ${counted(plan.burst, 'burst VM')} have ${counted(cpus, 'CPU')}: ${isSimulated(environment) ? 'they spin for a time slice while its holder waits' : 'they nap to let its holder run'}`,
    remedy: `--burst ${cpus}, or a lock whose waiters sleep: mutex, linux-mutex or mcs-park`,
  };
}

function oversubscribed({ plan, environment }: WarningFacts): Warning | undefined {
  const cpus = usableCpus(environment);
  if (plan.burst <= cpus) return undefined;
  return {
    code: 'oversubscribed',
    message: `${counted(plan.burst, 'burst VM')} share ${counted(cpus, 'CPU')}, so waits include time off the CPU`,
    remedy: `--burst ${cpus}, or a machine with ${plan.burst} CPUs`,
  };
}

function coarseTimer({ timer, latency }: WarningFacts): Warning | undefined {
  const medianNs = withPercentiles(latency.register, [50]).percentiles['50'];
  if (timer === null || medianNs === undefined || medianNs === null) return undefined;
  if (timer.resolutionNs <= medianNs * COARSE_SHARE) return undefined;
  return {
    code: 'coarse-timer',
    message: `the clock steps by ${formatNs(timer.resolutionNs)}, much against a median of ${formatNs(medianNs)}`,
    remedy: 'compare means, or run on a machine with a finer clock',
  };
}

function noisyMachine({ environment, stolenShare }: WarningFacts): Warning | undefined {
  if (isSimulated(environment)) return undefined;
  const load = environment.loadAverage ?? 0;
  const isBusy = load > environment.cpus * BUSY_SHARE;
  if (!isBusy && stolenShare <= STOLEN_SHARE) return undefined;
  const what = isBusy
    ? `the machine was busy before the run (load average ${load.toFixed(1)})`
    : `the hypervisor took ${(stolenShare * 100).toFixed(1)} % of the machine's time`;
  return {
    code: 'noisy-machine',
    message: what,
    remedy: 'repeat on an idle machine, and compare strategies within one run only',
  };
}

function unsteadyRounds({ rounds, plan }: WarningFacts): Warning | undefined {
  let lowestNs = Infinity;
  let highestNs = 0;
  for (const { register } of rounds) {
    if (register.medianNs === null) continue;
    lowestNs = Math.min(lowestNs, register.medianNs);
    highestNs = Math.max(highestNs, register.medianNs);
  }
  const ratio = highestNs / lowestNs;
  if (!(ratio > UNSTEADY_RATIO)) return undefined;
  return {
    code: 'unsteady-rounds',
    message: `the median of one round is ${ratio.toFixed(1)} times that of another`,
    remedy: `more rounds (--rounds ${plan.rounds * 3}) or warm-up (--warmup-rounds ${plan.warmupRounds + 2})`,
  };
}
