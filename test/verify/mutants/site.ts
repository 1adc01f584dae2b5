/** What a lock's module is given: as users write them, and as mutants are written. */
export interface UserSite {
  readonly memory: Int32Array;
  readonly at: number;
  readonly threads: number;
  readonly sync: {
    spinWhile(memory: Int32Array, index: number, value: number): void;
  };
}

export interface UserLock {
  acquire(self: number): void;
  release(self: number): void;
}
