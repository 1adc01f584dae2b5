import { usageError } from '../errors.js';
import { type HostProfile, hostProfileSchema } from '../model/host-profile.js';
import type { Reference } from '../model/reference.js';
import type { RunPlan } from '../model/run-plan.js';
import { loadHost } from './host-file.js';
import { planOfScenario, type Settings, settingsOf } from './reference-file.js';

/** What a reference takes: its scenario, and variations of it, each with a plan for every seed. */

/** By what a fitted parameter is multiplied to see what depends on it. */
const FACTORS = [0.5, 2];

/** What a trial is of: the scenario itself, a fitted parameter changed, a point of the map. */
export type TrialRole =
  | { readonly kind: 'itself' }
  | {
      readonly kind: 'varied';
      readonly parameter: string;
      readonly factor: number;
      readonly value: number;
    }
  | { readonly kind: 'point'; readonly settings: Settings };

export interface Trial {
  readonly role: TrialRole;
  readonly scenario: Reference['scenario'];
  readonly host: HostProfile;
  /** One for each seed, in their order; none where no VMs run. */
  readonly plans: readonly RunPlan[];
}

export interface ResolvedReference {
  readonly reference: Reference;
  readonly parameters: readonly { readonly parameter: string; readonly value: number }[];
  readonly trials: readonly Trial[];
}

/** @throws IrqbenchError (2) where the reference names what there is not */
export function resolveReference(
  reference: Reference,
  seeds: readonly number[],
  hasSensitivity: boolean,
): ResolvedReference {
  const host = loadHost(reference.host);
  const { scenario } = reference;
  const root = { host, scenario };
  const parameters = reference.fitted.map(({ parameter }) => ({
    parameter,
    value: figureAt(root, parameter).value,
  }));
  const varied = !hasSensitivity
    ? []
    : parameters.flatMap(({ parameter, value }) =>
        FACTORS.flatMap((factor): Trial[] => {
          const changed = structuredClone(root);
          figureAt(changed, parameter).value = value * factor;
          // A share of 1 cannot be doubled.
          if (!hostProfileSchema.safeParse(changed.host).success) return [];
          const role = { kind: 'varied', parameter, factor, value: value * factor } as const;
          return [trialOf(role, changed, seeds, {})];
        }),
      );
  const own =
    scenario.kind === 'run' && Object.keys(scenario.unpublished).length > 0
      ? settingsOf(scenario).map((settings) =>
          trialOf({ kind: 'point', settings }, root, seeds, settings),
        )
      : [trialOf({ kind: 'itself' }, root, seeds, {})];
  return { reference, parameters, trials: [...own, ...varied] };
}

type Root = Pick<Trial, 'host' | 'scenario'>;

function trialOf(
  role: TrialRole,
  { host, scenario }: Root,
  seeds: readonly number[],
  settings: Settings,
): Trial {
  const plans =
    scenario.kind === 'run'
      ? seeds.map((seed) => planOfScenario(scenario, host, seed, settings))
      : [];
  return { role, scenario, host, plans };
}

/** The figure at a path such as `host.kernel.destroyGraceNs`. */
function figureAt(root: Root, path: string): { value: number } {
  let part: unknown = root;
  for (const key of path.split('.')) {
    part = Object(part)[key];
  }
  if (typeof Object(part).value === 'number') return part as { value: number };
  throw usageError(`fitted: there is no parameter ${path}`);
}
