/**
 * What threads do to a manager that is verified: a small script each, over a few consumers and
 * producers. What may come of it is not said: whatever happens is judged by what must always hold.
 */
export interface Scenario {
  /** As it was asked for: a packaged scenario's name, or a file. */
  readonly name: string;
  readonly description: string;
  /** By number, from 1; 0 is the null token. */
  readonly tokens: readonly string[];
  readonly objects: readonly ScenarioObject[];
  readonly arena: ScenarioArena;
  readonly threads: readonly (readonly ScenarioStep[])[];
}

/** How much memory each table has; null for as much as the tokens can take. */
export interface ScenarioArena {
  /** Of xarrays: both trees of a table take theirs from one arena. */
  readonly nodes: number | null;
  /** Of entries, in the scope of tokens. */
  readonly entries: number | null;
}

export const callbackNames = ['stop', 'start', 'add', 'del'] as const;
export type CallbackName = (typeof callbackNames)[number];

export interface ScenarioObject {
  readonly name: string;
  readonly side: 'consumer' | 'producer';
  /** The number of its token. */
  readonly token: number;
  /** Callbacks that it does not have. */
  readonly without: readonly CallbackName[];
  /** What its add callback returns: 0, or a negative errno. */
  readonly addError: number;
  /** Whether it is registered before the threads begin. */
  readonly isRegistered: boolean;
}

export type ScenarioStep =
  | { readonly verb: 'register' | 'unregister'; readonly object: number }
  /** The eventfd is freed: both of its sides have left. */
  | { readonly verb: 'free-token'; readonly token: number }
  /** Waits until it was freed: another eventfd gets its address. */
  | { readonly verb: 'reuse-token'; readonly token: number }
  /** The host's module parameter, which is asked for when a consumer is to be registered. */
  | { readonly verb: 'switch-bypass'; readonly isOn: boolean };
export type ScenarioVerb = ScenarioStep['verb'];

export const scenarioVerbs = [
  'register',
  'unregister',
  'free-token',
  'reuse-token',
  'switch-bypass',
] as const satisfies readonly ScenarioVerb[];
