import { z } from 'zod';
import { callbackNames, type ScenarioVerb, scenarioVerbs } from '../model/scenario.js';
import { anyOf, didYouMean, quote } from '../wording.js';

/** The form of a scenario file: what belongs where, and what is said where something else is. */

/** What an add callback may fail with, as Linux numbers them. */
export const ERRNOS = {
  EPERM: 1,
  EIO: 5,
  EAGAIN: 11,
  ENOMEM: 12,
  EBUSY: 16,
  ENODEV: 19,
  EINVAL: 22,
};
type Errno = keyof typeof ERRNOS;

const MOST_STEPS = 16;
const STEPS = `has none or too many steps; give 1 to ${MOST_STEPS}`;

const word = z.string().regex(/^[A-Za-z][\w-]{0,15}$/, 'is no name; give a short word, such as c0');
const capacity = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, 'is no whole number from 1 to 9999')
  .transform(Number);

const objectSchema = z.strictObject({
  consumer: word.optional(),
  producer: word.optional(),
  'add-fails': z.enum(Object.keys(ERRNOS) as [Errno, ...Errno[]]).optional(),
  without: z.array(z.enum(callbackNames)).optional(),
  registered: z.enum(['yes', 'no']).optional(),
});
const stepSchema = z.strictObject({
  register: word.optional(),
  unregister: word.optional(),
  'free-token': word.optional(),
  'reuse-token': word.optional(),
  'switch-bypass': z.enum(['on', 'off']).optional(),
} satisfies Record<ScenarioVerb, z.ZodType>);
export const scenarioSchema = z.strictObject({
  description: z.string(),
  objects: z.record(word, objectSchema),
  arena: z.strictObject({ nodes: capacity.optional(), entries: capacity.optional() }).optional(),
  threads: z
    .array(z.array(stepSchema).min(1, STEPS).max(MOST_STEPS, STEPS))
    .min(2, 'are too few; give 2 to 4')
    .max(4, 'are too many; give 2 to 4'),
});
export type RawScenario = z.infer<typeof scenarioSchema>;

/** What belongs where, by the depth of the path: what it must be, its keys, and an example. */
interface Place {
  readonly type: string;
  readonly keys: readonly string[];
  readonly example: string;
}

const ROOT: Place = {
  type: 'a mapping',
  keys: ['description', 'objects', 'arena', 'threads'],
  example: 'description, objects and threads',
};
const PLACES: Readonly<Record<string, readonly Place[]>> = {
  description: [{ type: 'text', keys: [], example: 'one line that says what is tried' }],
  objects: [
    { type: 'a mapping', keys: [], example: 'c0: {consumer: a}' },
    {
      type: 'a mapping',
      keys: Object.keys(objectSchema.shape),
      example: '{consumer: a} or {producer: a, add-fails: EIO}',
    },
  ],
  arena: [{ type: 'a mapping', keys: ['nodes', 'entries'], example: '{nodes: 3, entries: 1}' }],
  threads: [
    { type: 'a list', keys: [], example: '- [register: c0, unregister: c0] for each thread' },
    { type: 'a list', keys: [], example: '[register: c0, unregister: c0]' },
    { type: 'a mapping', keys: scenarioVerbs, example: 'register: c0' },
  ],
};

export type Path = readonly PropertyKey[];

function placeOf(path: Path): Place | undefined {
  return path.length === 0 ? ROOT : PLACES[String(path[0])]?.[path.length - 1];
}

/** Ends with a complaint about what is at a path, or about its last key. */
export type FailAt = (path: Path, message: string, isKey?: boolean) => never;

/** What is wrong with the form, in words that name the remedy. */
export function complain(issue: z.core.$ZodIssue, failAt: FailAt, data: unknown): never {
  const { path } = issue;
  const where = path.map(String).join('.') || 'the scenario';
  const place = placeOf(path);
  const value = path.reduce<unknown>((at, part) => Object(at)[part], data);
  const given = typeof value === 'string' ? `${where}: ${quote(value)}` : where;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys;
      const keys = place?.keys ?? [];
      const hint = didYouMean(key, keys);
      return failAt(
        [...path, key],
        `${quote(key)} is no key of ${where}${hint}; give ${anyOf(keys)}`,
        true,
      );
    }
    case 'invalid_type':
      if (value === undefined) return failAt(path, `there is no ${where}; give ${example(place)}`);
      return failAt(path, `${given} is not ${place?.type ?? 'text'}; give ${example(place)}`);
    case 'invalid_value':
      return failAt(
        path,
        `${given} is none of ${anyOf(issue.values.map(String))}; give one of them`,
      );
    case 'invalid_key':
      return failAt(
        path,
        `${quote(String(path.at(-1)))} is no name; give a short word, such as c0`,
        true,
      );
    default:
      return failAt(path, `${given} ${issue.message}`);
  }
}

function example(place: Place | undefined): string {
  return place?.example ?? 'one word';
}
