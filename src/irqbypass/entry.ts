import { WORD_BYTES } from '../sync/layout.js';
import { FIELD } from './objects.js';

/**
 * Connecting outside the shared locks: theory of operation.
 *
 * The thread of kernel bug 217379 names the way out, and why it was not taken: callbacks outside
 * the global mutex are "a dedicated effort", because of the races at their edges. This is one such
 * effort. A token that anybody uses has an *entry*, which stands for the pair that may form:
 *
 * - The lock of the shard protects which entry a token has, and how many users the entry has. A
 *   section finds or makes one entry and counts, or counts back; it never calls anybody.
 * - The entry's own lock, which sleeps, protects the pair: which side is there, and whether they
 *   are connected. It is held across the callbacks, so it holds up the two sides of one token.
 *
 * No thread ever holds both, so there is no order between them to keep and nothing to deadlock.
 *
 * register: shard lock { find or make the entry; count a user }; entry lock { own side taken:
 * -EBUSY; take it; if the other side is there, connect; on failure give the own side back };
 * where it was refused: shard lock { count back }. A registered object keeps its count, and
 * remembers its entry. unregister: entry lock { disconnect; give the own side back }; shard lock
 * { count back }. Counting back to nobody makes the entry dead and unlinks it in the same section.
 *
 * | state | sides | callbacks |
 * | --- | --- | --- |
 * | dead | none, no users: a free place of the arena | |
 * | empty | none yet, or none any more: its users are on their way in or out | |
 * | one side | a consumer or a producer | |
 * | connecting | both; the newcomer's registration decides | running |
 * | connected | both | |
 * | disconnecting | both; one is leaving | running |
 *
 * **Both sides at once.** Both count themselves as users of one entry, in either order. Whoever
 * gets the entry's lock first finds nobody and becomes the one side; the second connects. There is
 * exactly one connect, whoever that is.
 *
 * **A duplicate while a pair connects** waits for the entry's lock. It is refused if the first one
 * is there in the end; if that one's connect failed, the place is free, and the duplicate takes it
 * and connects. Under the old lock it is the same: the order of arrival decides.
 *
 * **Unregistering while the pair connects** (the other side is the newcomer) waits for the entry's
 * lock, finds the pair connected, and disconnects it; or finds that it failed, and just leaves.
 * All callbacks of a pair run under its entry's lock, and a side that has left is no longer in the
 * entry: so none is called after its unregistering returned.
 *
 * **A connect that fails** gives back the newcomer's side alone. The partner stays as one side,
 * and was started again by the connect, as in the kernel.
 *
 * **Meeting a dead entry.** Entries are looked up in the shard's section alone, and dying and
 * being unlinked are one section of the same lock. So a look-up comes before it, and then its
 * count keeps the entry alive, or after it, and then there is nothing to find. A look-up that
 * finds an entry without users counts a warning. Nor does anybody wait for the lock of a dead
 * entry, or wake a waiter of it: they are users until they have released it.
 *
 * **A token that is used again.** An entry lives while a side is registered, which holds a
 * reference to the eventfd, so the address cannot be another eventfd's before both sides have
 * left. A side of the new eventfd that comes while the last user of the old one counts back gets
 * the same entry, empty, or a new one: there is no trace of the old pair in either.
 *
 * **No memory** for an entry or for its place in the index is -ENOMEM, before anything has been
 * changed: the entry's place is back, and nobody was called. There are never more entries than
 * tokens in use, because an entry dies with its last user; unregistering needs no memory.
 */

/**
 * An entry in shared memory: words from its address on. The first four are where objects have
 * theirs, so that an index of objects serves for entries. As a kernel structure (links, token,
 * count, state, a `struct mutex` of 32 bytes and two pointers) it takes 80 bytes, and 128 from a
 * slab that is aligned to cache lines; all that is used here lies in the first line.
 */
export const ENTRY = {
  NEXT: FIELD.NEXT,
  PREV: FIELD.PREV,
  TOKEN_HI: FIELD.TOKEN_HI,
  TOKEN_LO: FIELD.TOKEN_LO,
  /** Users: those registered, and those that are about to be or to leave. The shard's lock. */
  USERS: 4,
  /** One of the states, for audits and reports: nobody decides by it. The entry's lock. */
  STATE: 5,
  /** A mutex. */
  LOCK: 6,
  /** The number of the thread that took it last, plus 1. */
  OWNER: 7,
  /** The side's address, or 0. The entry's lock. */
  CONSUMER: 8,
  PRODUCER: 9,
} as const;

export const ENTRY_BYTES = 128;
export const ENTRY_WORDS = ENTRY_BYTES / WORD_BYTES;

export const ENTRY_STATE = {
  dead: 0,
  empty: 1,
  oneSide: 2,
  connecting: 3,
  connected: 4,
  disconnecting: 5,
} as const;
