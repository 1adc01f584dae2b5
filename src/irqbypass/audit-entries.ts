import type { SharedMemory } from '../sync/memory.js';
import { Arena, type ArenaLayout } from './arena.js';
import { type Candidate, type Census, checkShard, type Findings, type Roll } from './census.js';
import { ENTRY, ENTRY_STATE, ENTRY_WORDS } from './entry.js';
import { FIELD, TOKEN_HI, TOKEN_LO } from './objects.js';
import type { TableLayout } from './table-layout.js';

const { USERS, STATE, LOCK, CONSUMER, PRODUCER } = ENTRY;
/** The word of a free place that is its link. */
const FREE_LINK = ENTRY.TOKEN_LO;

/** A token as addresses are written. */
export function spellToken(hi: number, lo: number): string {
  return `0x${((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString(16)}`;
}

/** The entries of one table, when nobody runs: their index, their sides, and their memory. */
export class EntryAudit implements Roll {
  readonly kind = 'entry';
  private readonly words: Int32Array;
  private readonly arena: ArenaLayout;
  private readonly live: number;
  private readonly shard: number;
  private readonly shards: number;
  private readonly findings: Findings;
  private readonly met: Uint8Array;

  constructor(
    memory: SharedMemory,
    table: TableLayout,
    shard: number,
    shards: number,
    findings: Findings,
  ) {
    this.words = memory.words;
    this.arena = table.entries;
    this.live = new Arena(memory, table.entries).live();
    this.shard = shard;
    this.shards = shards;
    this.findings = findings;
    this.met = new Uint8Array(table.entries.capacity);
  }

  meet(address: number, shard: number): boolean {
    const place = (address - this.arena.placesAt) / this.arena.strideWords;
    if (!Number.isInteger(place) || place < 0 || place >= this.arena.capacity) {
      this.findings.add(`entry index has an entry that is none: ${address}`);
      return false;
    }
    if (this.met[place] !== 0) {
      this.findings.add(`${this.name(address)} is in the index twice`);
      return false;
    }
    this.met[place] = 1;
    const wrong = checkShard(this.words, address, shard, this.shards);
    if (wrong !== undefined) this.findings.add(`${this.name(address)} ${wrong}`);
    return true;
  }

  name(address: number): string {
    const hi = this.words[address + TOKEN_HI] as number;
    return `the entry of token ${spellToken(hi, this.words[address + TOKEN_LO] as number)}`;
  }

  *candidates(): Generator<Candidate> {
    for (const address of this.places()) {
      if (this.words[address + USERS] === 0) continue;
      const hi = this.words[address + TOKEN_HI] as number;
      yield { address, hi, lo: this.words[address + TOKEN_LO] as number };
    }
  }

  /** Once the index was walked: every entry in it has its sides, every other place is free. */
  finish(consumers: Census, producers: Census): void {
    let indexed = 0;
    let place = 0;
    for (const entry of this.places()) {
      if (this.met[place++] === 0) {
        if (!this.isFree(entry)) this.findings.add(`${this.name(entry)} is in no index`);
        continue;
      }
      indexed++;
      const sides =
        this.meetSide(entry, CONSUMER, consumers) + this.meetSide(entry, PRODUCER, producers);
      const wrong = this.wrongEntry(entry, sides);
      if (wrong !== undefined) this.findings.add(`${this.name(entry)} ${wrong}`);
    }
    if (indexed !== this.live) {
      this.findings.add(`${this.live} entries are in use, but the index holds ${indexed}`);
    }
  }

  private *places(): Generator<number> {
    const { placesAt, capacity, strideWords } = this.arena;
    for (let place = 0; place < capacity; place++) yield placesAt + place * strideWords;
  }

  private isFree(entry: number): boolean {
    for (let word = 0; word < ENTRY_WORDS; word++) {
      if (word !== FREE_LINK && this.words[entry + word] !== 0) return false;
    }
    return true;
  }

  /** @returns how many there are of the side: 0 or 1 */
  private meetSide(entry: number, side: number, census: Census): number {
    const object = this.words[entry + side] as number;
    if (object === 0) return 0;
    if (!census.meet(object, this.shard)) return 1;
    const isIts =
      this.words[object + FIELD.ENTRY] === entry &&
      this.words[object + TOKEN_HI] === this.words[entry + TOKEN_HI] &&
      this.words[object + TOKEN_LO] === this.words[entry + TOKEN_LO];
    if (!isIts) {
      this.findings.add(`${this.name(entry)} has ${census.name(object)}, which has another entry`);
    }
    return 1;
  }

  private wrongEntry(entry: number, sides: number): string | undefined {
    if (this.words[entry + LOCK] !== 0) return 'is still locked';
    const users = this.words[entry + USERS] as number;
    if (users !== sides) return `counts ${users} users and has ${sides} sides`;
    if (sides === 0) return 'is in the index without a side';
    const state = sides === 1 ? ENTRY_STATE.oneSide : ENTRY_STATE.connected;
    const found = this.words[entry + STATE] as number;
    return found === state ? undefined : `has the state ${found} and ${sides} sides`;
  }
}
