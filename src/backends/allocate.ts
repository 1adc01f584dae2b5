import { runError } from '../errors.js';
import { allocateMemory, type SharedMemory } from '../sync/memory.js';
import { formatBytes } from '../units.js';

/** @throws IrqbenchError (3) where there is not the memory */
export function allocate(bytes: number): SharedMemory {
  try {
    return allocateMemory(bytes);
  } catch (thrown) {
    throw runError(
      `the system refused ${formatBytes(bytes)} of shared memory: lower --vms`,
      thrown,
    );
  }
}
