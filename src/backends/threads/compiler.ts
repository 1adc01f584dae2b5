import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 inline the whole path of a registration. Its budget for one function (920 bytecodes)
 * ends in the middle of the xarray's descent; with this one, a register and deregister take a
 * sixth less (`npm run bench -- --filter xarray-pair`). V8 reads the flag whenever it compiles, so
 * it must be set before the code is hot, and affects nothing else.
 */
export function widenInlining(): void {
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
}
