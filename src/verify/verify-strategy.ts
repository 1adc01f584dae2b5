import { usageError } from '../errors.js';
import type { Strategy } from '../model/run-plan.js';
import type { Scenario } from '../model/scenario.js';
import { VERIFY_SCHEMA_VERSION, type VerifyResult } from '../model/verify-result.js';
import { VERSION } from '../version.js';
import { Digest } from './digest.js';
import { ManagerWorld, type ManagerWorldOptions } from './manager-world.js';
import { type ScenarioReplay, shortName, spellScenario } from './replay.js';
import {
  type Exploration,
  MAX_STEPS,
  type OnProgress,
  type Planned,
  runTrials,
} from './session.js';

/** Tries a strategy's manager with scenarios, each within the budget. */

export interface VerifyStrategyRequest extends Exploration {
  readonly strategy: Strategy;
  /** As it was given. */
  readonly strategyText: string;
  readonly scenarios: readonly Scenario[];
  /** Whether its locks are stepped through as well; see `ManagerWorldOptions`. */
  readonly stepsLocks: boolean;
  /** A schedule of the one scenario that there is then. */
  readonly replay: ScenarioReplay | null;
  /** Of a manager that is to be found out; else nothing. */
  readonly mistake?: Pick<ManagerWorldOptions, 'edit' | 'keepsTokens'>;
}

export async function verifyStrategy(
  request: VerifyStrategyRequest,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<VerifyResult> {
  const { strategy, strategyText, scenarios, stepsLocks, replay } = request;
  const { explorer, preemptions, seed, budget, spurious, mistake = {} } = request;
  const world = await ManagerWorld.load(strategy, { stepsLocks, ...mistake });
  const planned = scenarios.map((scenario): Planned => {
    const print = fingerprintOf(strategy, scenario, stepsLocks);
    if (replay !== null) checkReplay(replay, scenario, print);
    return {
      name: scenario.name,
      choices: replay?.choices ?? null,
      prepare: () => world.machineFor(scenario, { spurious, maxSteps: MAX_STEPS }),
      places: { noun: 'scenario', placeOf: (site) => world.placeOf(site) },
      spell: (choices) => spellScenario(scenario.name, print, choices),
      areThreadsAlike: false,
    };
  });
  const ran = await runTrials(planned, request, signal, onProgress);
  return {
    schemaVersion: VERIFY_SCHEMA_VERSION,
    kind: 'verify',
    tool: { name: 'irqbench', version: VERSION },
    lock: null,
    threads: null,
    acquisitions: null,
    strategy,
    strategyText,
    locks: stepsLocks ? 'step by step' : 'in one step',
    explorer,
    preemptions,
    seed,
    budget: budget.text,
    spurious,
    checks: checksOf(strategy),
    ...ran,
  };
}

/** Tells apart what a schedule may be of: four digits are enough to notice a mistake. */
function fingerprintOf(strategy: Strategy, scenario: Scenario, stepsLocks: boolean): string {
  const { name: _, ...axes } = strategy;
  const { tokens, objects, arena, threads } = scenario;
  const digest = new Digest();
  digest.reset();
  for (const character of JSON.stringify([axes, tokens, objects, arena, threads, stepsLocks]))
    digest.add(character.charCodeAt(0));
  return (digest.one >>> 16).toString(16).padStart(4, '0');
}

function checkReplay({ name, print: given }: ScenarioReplay, scenario: Scenario, print: string) {
  if (name !== shortName(scenario.name))
    throw usageError(
      `--replay: the schedule is one of scenario ${name}, not of ${scenario.name}; give --scenario ${name}`,
    );
  if (given !== print)
    throw usageError(
      '--replay: the schedule is of another strategy, or the scenario has changed since; give the flags that verify printed with it',
    );
}

/** What is looked out for, with this strategy. */
function checksOf({ connect }: Strategy): string[] {
  return [
    'linearizability',
    'order of callbacks',
    'deadlock',
    'lost wake-up',
    'livelock',
    'data races',
    'exceptions',
    'null links',
    'audit of the memory',
    'leaks',
    ...(connect === 'outside' ? ['callbacks outside the locks of tables'] : []),
    'determinism',
  ];
}
