import { createRequire } from 'node:module';
import { machineError } from '../errors.js';

/**
 * koffi calls C functions, which Node cannot. It is an optional dependency: what needs it says so
 * before anything starts.
 */

/**
 * @param what needs it: `--pin`
 * @param instead what does without it: `--pin off`
 * @throws IrqbenchError (6) where koffi cannot be had, with what to do
 */
export function requireKoffi(what: string, instead: string): typeof import('koffi') {
  const require = createRequire(import.meta.url);
  try {
    return require('koffi') as typeof import('koffi');
  } catch (cause) {
    throw machineError(`${what} needs the package koffi: npm install koffi, or ${instead}`, cause);
  }
}
