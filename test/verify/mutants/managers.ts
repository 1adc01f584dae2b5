import type { FindingKind } from '../../../src/verify/program.js';
import type { Edit } from '../../support/edit.js';

/**
 * Managers with a mistake each that was made once, or nearly. A mutant is the shipped code with
 * some lines changed, so that no algorithm is written twice and what is wrong is there to be seen.
 * Where the shipped code no longer has those lines, the mutant cannot be made, and is mended.
 */
export interface ManagerMutant {
  readonly wrong: string;
  /** As `--strategy` takes it. */
  readonly strategy: string;
  /** One that is packaged. */
  readonly scenario: string;
  /** What it may be found as: most mistakes do several things that must not be. */
  readonly kinds: readonly FindingKind[];
  readonly edits: readonly Edit[];
  /** Whether owners of producers keep a token that was refused. */
  readonly keepsTokens?: boolean;
}

const LIST = 'irqbypass/manager-list';
const XARRAY = 'irqbypass/manager-xarray';
const CONNECT = 'irqbypass/connect';
const TOKEN = 'irqbypass/manager-token';
const ENTRIES = 'irqbypass/entry-table';

export const MANAGER_MUTANTS = {
  'unlinks-stranger': {
    wrong: 'unregister after a failed register unlinks what was never added',
    strategy: 'linux-6.2',
    scenario: 'two-consumers',
    kinds: ['null link'],
    edits: [{ module: LIST, from: 'if (this.consumers.contains(consumer)) {', to: 'if (true) {' }],
  },
  'by-token-alone': {
    wrong: 'the producer is looked up by token alone, and its owner keeps a token that was refused',
    strategy: 'linux-6.2',
    scenario: 'two-of-each',
    kinds: ['null link', 'callback order'],
    edits: [],
    keepsTokens: true,
  },
  'no-start': {
    wrong: 'no start after a connect that failed',
    strategy: 'linux-6.17',
    scenario: 'consumer-add-fails',
    kinds: ['callback order'],
    edits: [
      {
        module: CONNECT,
        from: `this.callbacks.delConsumer(producer, consumer);
          }`,
        to: `this.callbacks.delConsumer(producer, consumer);
          } if (error !== 0) return error;`,
      },
    ],
  },
  'falls-through': {
    wrong: 'success falls through to del-consumer',
    strategy: 'linux-6.17',
    scenario: 'consumer-producer',
    kinds: ['callback order'],
    edits: [{ module: CONNECT, from: 'if (error !== 0)', to: '' }],
  },
  'kept-entry': {
    wrong: 'stored before the connect, and not erased where that fails',
    strategy: 'linux-6.17',
    scenario: 'consumer-add-fails',
    kinds: ['not linearizable', 'data race', 'audit'],
    edits: [
      {
        module: XARRAY,
        from: `this.warnUnless(this.consumers.erase(hi, lo) === consumer);
          return error;`,
        to: `
          return error;`,
      },
    ],
  },
  'untracked-pair': {
    wrong: 'connects before it stores, and a pair stays connected where the store fails',
    strategy: 'linux-6.17',
    scenario: 'out-of-arena',
    kinds: ['not linearizable'],
    edits: [
      {
        module: XARRAY,
        from: 'let error = this.consumers.insert(hi, lo, consumer);',
        to: 'let error = this.consumers.load(hi, lo) === 0 ? 0 : -16;',
      },
      {
        module: XARRAY,
        from: `if (error !== 0) {
          this.warnUnless(this.consumers.erase(hi, lo) === consumer);`,
        to: 'if (error !== 0) {',
      },
      {
        module: XARRAY,
        from: `setToken(this.words, consumer, hi, lo);
          return 0;
          }`,
        to: `error = this.consumers.insert(hi, lo, consumer);
          if (error === 0) setToken(this.words, consumer, hi, lo); return error;
          }`,
      },
    ],
  },
  'wrong-table': {
    wrong: 'looks for the partner in the table of its own side',
    strategy: 'linux-6.2',
    scenario: 'consumer-producer',
    kinds: ['not linearizable'],
    edits: [
      {
        module: LIST,
        from: 'return this.admitConsumer(consumer, this.producers.find(hi, lo, 0));',
        to: 'return this.admitConsumer(consumer, this.consumers.find(hi, lo, 0));',
      },
    ],
  },
  'used-again': {
    wrong:
      "counts itself as an entry's user once it has the entry's lock: a freed entry, used again",
    strategy: 'outside',
    scenario: 'entry-reuse',
    kinds: ['data race', 'audit'],
    edits: [
      {
        module: ENTRIES,
        from: `entry = this.make(hi, lo);
          else
          this.addUser(entry);
          this.guard.leave();
          return entry;
          }`,
        to: `{
            entry = this.make(hi, lo);
            if (entry !== 0) this.words[entry + USERS] = 0;
          }
          this.guard.leave();
          return entry;
          }
          count(entry) {
            this.guard.enter();
            this.words[entry + USERS] += 1;
            this.guard.leave();
          }`,
      },
      {
        module: TOKEN,
        from: `this.lock.enter(entry);
          const error = this.take(entry, object, own, other);`,
        to: `this.lock.enter(entry); this.entries.count(entry);
          const error = this.take(entry, object, own, other);`,
      },
    ],
  },
  'buried-later': {
    wrong: 'counts back in one section, and frees the entry in another',
    strategy: 'outside',
    scenario: 'consumer-producer',
    kinds: ['audit', 'data race'],
    edits: [
      {
        module: ENTRIES,
        from: `if (users === 0)
          this.bury(entry);
          this.guard.leave();`,
        to: `this.guard.leave(); if (users !== 0) return;
          this.guard.enter(); this.bury(entry);
          this.guard.leave();`,
      },
    ],
  },
  'early-put': {
    wrong: 'drops its reference to the entry before the callbacks end',
    strategy: 'outside',
    scenario: 'consumer-producer',
    kinds: ['data race', 'callback order'],
    edits: [
      {
        module: TOKEN,
        from: 'this.giveBack(entry, object, own, other);',
        to: 'const partner = this.words[entry + other]; this.words[entry + own] = 0;',
      },
      {
        module: TOKEN,
        from: `this.words[object + ENTRY_OF] = 0;
          this.lock.leave(entry);`,
        to: `this.words[object + ENTRY_OF] = 0;
          this.words[entry + STATE] = partner === 0 ? ENTRY_STATE.empty : ENTRY_STATE.oneSide;
          this.lock.leave(entry);`,
      },
      {
        module: TOKEN,
        from: `this.entries.put(entry);
          }
          /** The entry's lock must be held. */`,
        to: `this.entries.put(entry);
          if (partner === 0) return;
          if (own === CONSUMER) this.connector.disconnect(partner, object);
          else this.connector.disconnect(object, partner);
          }`,
      },
    ],
  },
} as const satisfies Readonly<Record<string, ManagerMutant>>;
