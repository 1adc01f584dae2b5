import { setFlagsFromString } from 'node:v8';

/**
 * Sets how V8 compiles what the workers run. It reads both flags when a thread starts or a function
 * gets hot, so this comes before either; all else runs as before.
 *
 * It may inline the whole path of a registration. Its budget for one function (920 bytecodes) ends
 * in the middle of the xarray's descent; with this one, a register and deregister take a sixth less
 * (`npm run bench -- --filter xarray-pair`).
 *
 * It compiles where it stands and not on a thread beside it. With 20 VMs on 2 CPUs the compiled
 * code of some came after they had stopped asking for it, and those VMs took 1 to 3 us for what
 * the others did in 0.5, for as long as they lived.
 */
export function tuneCompiler(): void {
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
  setFlagsFromString('--no-concurrent-recompilation');
}
