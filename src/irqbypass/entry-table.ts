import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import type { Arena } from './arena.js';
import { ENTRY, ENTRY_STATE } from './entry.js';
import type { EntryIndex } from './entry-index.js';
import type { Guard } from './guard.js';

const { TOKEN_HI, TOKEN_LO, USERS, STATE, OWNER } = ENTRY;
const { dead: DEAD, empty: EMPTY } = ENTRY_STATE;
const WARNINGS = COUNTER.warnings;

/** The entries of one shard's tokens, and their users: what the shard's lock protects. */
export class EntryTable {
  private readonly words: Int32Array;
  private readonly guard: Guard;
  private readonly index: EntryIndex;
  private readonly arena: Arena;
  private readonly counters: Counters;

  constructor(
    memory: SharedMemory,
    guard: Guard,
    index: EntryIndex,
    arena: Arena,
    counters: Counters,
  ) {
    this.words = memory.words;
    this.guard = guard;
    this.index = index;
    this.arena = arena;
    this.counters = counters;
  }

  /**
   * Counts the caller as a user of the token's entry, which it makes where there is none.
   * @returns the entry, or 0 where memory is short
   */
  get(hi: number, lo: number): number {
    this.guard.enter();
    let entry = this.index.find(hi, lo);
    if (entry === 0) entry = this.make(hi, lo);
    else this.addUser(entry);
    this.guard.leave();
    return entry;
  }

  /** Counts a user back. The last one's entry dies. */
  put(entry: number): void {
    this.guard.enter();
    const users = (this.words[entry + USERS] as number) - 1;
    this.words[entry + USERS] = users;
    if (users === 0) this.bury(entry);
    this.guard.leave();
  }

  /**
   * Makes an entry with one user, for a token that must have none.
   * The lock must be held, or nobody be running yet.
   */
  make(hi: number, lo: number): number {
    if (!this.arena.has(1)) return 0;
    const words = this.words;
    const entry = this.arena.alloc();
    words[entry + TOKEN_HI] = hi;
    words[entry + TOKEN_LO] = lo;
    if (this.index.insert(hi, lo, entry) !== 0) {
      words[entry + TOKEN_HI] = 0;
      words[entry + TOKEN_LO] = 0;
      this.arena.free(entry);
      return 0;
    }
    words[entry + USERS] = 1;
    words[entry + STATE] = EMPTY;
    return entry;
  }

  /** The lock must be held, or nobody be running yet. */
  addUser(entry: number): void {
    const users = this.words[entry + USERS] as number;
    // A dead entry is in no index: see the theory of operation.
    if (users === 0) this.counters.add(WARNINGS, 1);
    this.words[entry + USERS] = users + 1;
  }

  /** The lock must be held. The entry is all zeros again afterwards, as places of the arena are. */
  private bury(entry: number): void {
    const words = this.words;
    const hi = words[entry + TOKEN_HI] as number;
    const lo = words[entry + TOKEN_LO] as number;
    if (!this.index.remove(hi, lo, entry)) this.counters.add(WARNINGS, 1);
    words[entry + STATE] = DEAD;
    words[entry + OWNER] = 0;
    words[entry + TOKEN_HI] = 0;
    words[entry + TOKEN_LO] = 0;
    this.arena.free(entry);
  }
}
