import type { AnyFunction } from './syntax.js';

/** What a module is rewritten by, and how much of it the driver is told of. */

/** What the text alone decides about a module. */
export interface Rules {
  /** Whether a function is left as it is: set-up, which runs before anybody is stepped. */
  readonly isSetUp: (node: AnyFunction) => boolean;
  /**
   * `static`: whatever is called is algorithm code, by the contract of src/README.md.
   * `settled`: what a call is shows when it was made; a few times slower.
   */
  readonly calls: 'static' | 'settled';
  /** The table's module that an import means, or undefined: `./spin.js` → `sync/spin`. */
  readonly moduleOf: (specifier: string) => string | undefined;
}

/**
 * What the driver is told of between operations: nothing; plain accesses to elements; these, and
 * what a function's state is made of: calls, returns, and the variables at each round of a loop.
 */
export type Telling = 'nothing' | 'elements' | 'everything';
