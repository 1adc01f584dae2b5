/**
 * The two views of one `SharedArrayBuffer` that algorithm code works on: 32-bit words for state
 * and links, doubles for times and for counts that outgrow 32 bits.
 */
export interface SharedMemory {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly doubles: Float64Array<SharedArrayBuffer>;
}

/** Links are signed 32-bit words, so this is as far as they reach. */
export const MAX_MEMORY_BYTES = 2 ** 31 * 4;

export function viewMemory(buffer: SharedArrayBuffer): SharedMemory {
  return { words: new Int32Array(buffer), doubles: new Float64Array(buffer) };
}

/** @param bytes a multiple of 8, as every `Layout.totalBytes` is */
export function allocateMemory(bytes: number): SharedMemory {
  return viewMemory(new SharedArrayBuffer(bytes));
}
