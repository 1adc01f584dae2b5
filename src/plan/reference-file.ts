import { usageError } from '../errors.js';
import type { HostProfile } from '../model/host-profile.js';
import { type Reference, type RunScenario, referenceSchema } from '../model/reference.js';
import type { RunPlan } from '../model/run-plan.js';
import { didYouMean, quote } from '../wording.js';
import { flagAttribute } from './option.js';
import { keyOfName } from './options.js';
import { PackagedFiles } from './packaged-files.js';
import { type FlagValues, resolvePlan } from './resolve.js';
import { parseYaml } from './typed-yaml.js';

/** `--reference FILE|NAME`: finds a published measurement, reads it, and lists those in the package. */

const FILES = new PackagedFiles({
  flag: '--reference',
  noun: 'reference',
  folder: 'workloads/references/',
  lister: 'irqbench list references',
});

/**
 * @param given a path (it has a slash, or ends in .yaml or .yml), or a packaged reference's name
 * @throws IrqbenchError (2) that names the file and, where it can be read, the line and the column
 */
export function loadReference(given: string): Reference {
  const path = FILES.locate(given);
  return parseReference(FILES.read(path), path);
}

/** The packaged references, by name. */
export function listReferences(): Reference[] {
  return FILES.names().map(loadReference);
}

/** @param file how error messages name it */
export function parseReference(text: string, file: string): Reference {
  const reference = parseYaml(referenceSchema, text, file);
  const names = reference.scenario.figures.map(({ name }) => name);
  for (const { to } of reference.fitted) {
    const unknown = to.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw usageError(
        `${file}: fitted: there is no figure ${quote(unknown)}${didYouMean(unknown, names)}`,
      );
    }
  }
  return reference;
}

/** Values of run options by their names. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/**
 * The plan that a scenario describes, as flags would.
 * @param settings of what the source does not give
 * @throws IrqbenchError (2) where an option or its value is none
 */
export function planOfScenario(
  { options }: Pick<RunScenario, 'options'>,
  host: HostProfile,
  seed: number,
  settings: Settings = {},
): RunPlan {
  const flags: Record<string, string> = { seed: String(seed) };
  for (const [name, value] of Object.entries({ ...options, ...settings })) {
    if (!keyOfName.has(name)) {
      throw usageError(
        `scenario: there is no option ${quote(name)}${didYouMean(name, [...keyOfName.keys()])}`,
      );
    }
    flags[flagAttribute(name)] = String(value);
  }
  return resolvePlan(flags as FlagValues, host).plan;
}

/** Every combination of what the source does not give; the last option varies fastest. */
export function settingsOf({ unpublished }: Pick<RunScenario, 'unpublished'>): Settings[] {
  let points: Settings[] = [{}];
  for (const [name, values] of Object.entries(unpublished)) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points;
}
