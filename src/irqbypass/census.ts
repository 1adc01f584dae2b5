import {
  EVENTFD_HI,
  EVENTFD_LO,
  FLAGS,
  hasToken,
  ID,
  NO_BYPASS,
  type ObjectArea,
  TOKEN_HI,
  TOKEN_LO,
} from './objects.js';
import { shardOf } from './shard.js';

const MOST_FINDINGS = 20;

/** Collects what is wrong: counts everything, words the first few. */
export class Findings {
  damage = 0;
  readonly texts: string[] = [];

  add(text: string): void {
    this.damage++;
    if (this.texts.length < MOST_FINDINGS) this.texts.push(text);
  }
}

/** What can be met in an index: a kind of object, or entries. */
export interface Roll {
  readonly kind: string;
  /**
   * Something is in the index of a shard's table.
   * @returns whether it was a sane first meeting
   */
  meet(address: number, shard: number): boolean;
  name(address: number): string;
  /** Everything that a shard's table could hold, with the token that it would be found under. */
  candidates(shard: number): Iterable<Candidate>;
}

export interface Candidate {
  readonly address: number;
  readonly hi: number;
  readonly lo: number;
}

/** Finds a token in another shard's table than its own. */
export function checkShard(
  words: Int32Array,
  address: number,
  shard: number,
  shards: number,
): string | undefined {
  const hi = words[address + TOKEN_HI] as number;
  const lo = words[address + TOKEN_LO] as number;
  const right = shardOf(hi, lo, shards);
  return right === shard ? undefined : `is in shard ${shard}, but its token belongs to ${right}`;
}

/** Who of a kind must be registered: ids below `background`, and `others`; nobody else may be. */
export interface Expected {
  readonly background: number;
  readonly others: ReadonlySet<number> | undefined;
}

/** Which objects of one kind were met in the index. */
export class Census implements Roll {
  readonly words: Int32Array;
  readonly area: ObjectArea;
  readonly kind: string;
  private readonly shards: number;
  private readonly expected: Expected;
  private readonly findings: Findings;
  private readonly met: Uint8Array;
  private readonly byShard: Candidate[][] = [];

  constructor(
    words: Int32Array,
    area: ObjectArea,
    kind: string,
    shards: number,
    expected: Expected,
    findings: Findings,
  ) {
    this.words = words;
    this.area = area;
    this.kind = kind;
    this.shards = shards;
    this.expected = expected;
    this.findings = findings;
    this.met = new Uint8Array(area.count);
  }

  /** The object's place in its area, or -1 where the address is none of an object's. */
  place(address: number): number {
    const offset = address - this.area.at;
    const place = offset / this.area.strideWords;
    return Number.isInteger(place) && place >= 0 && place < this.area.count ? place : -1;
  }

  meet(address: number, shard: number): boolean {
    const place = this.place(address);
    if (place < 0) {
      this.findings.add(`${this.kind} index has an entry that is no ${this.kind}: ${address}`);
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

  /** Whether the object belongs to a background VM. */
  isBackground(address: number): boolean {
    return (this.words[address + ID] as number) < this.expected.background;
  }

  /** Everybody of the background is in the index but who opted out, and nobody else. */
  compare(): void {
    for (const address of this.everybody()) {
      const wrong = this.wrongPlace(address);
      if (wrong !== undefined) this.findings.add(`${this.name(address)} ${wrong}`);
    }
  }

  private wrongPlace(address: number): string | undefined {
    const isMet = this.has(address);
    if (((this.words[address + FLAGS] as number) & NO_BYPASS) !== 0)
      return isMet ? 'opted out of bypass and is registered' : undefined;
    if (this.isBackground(address)) return isMet ? undefined : 'of a background VM is gone';
    const { others } = this.expected;
    if (others === undefined) return isMet ? 'of a burst VM was left behind' : undefined;
    if (others.has(this.words[address + ID] as number))
      return isMet ? undefined : 'is registered and in no index';
    return isMet ? 'is not registered and in the index' : undefined;
  }

  has(address: number): boolean {
    const place = this.place(address);
    return place >= 0 && this.met[place] !== 0;
  }

  /** Every object of the kind, registered or not. */
  *everybody(): Generator<number> {
    for (let place = 0; place < this.area.count; place++) {
      yield this.area.at + place * this.area.strideWords;
    }
  }

  /** By the token it has, or, if it has none, the one that its owner would register it with. */
  candidates(shard: number): readonly Candidate[] {
    if (this.byShard.length === 0) this.sortByShard();
    return this.byShard[shard] as Candidate[];
  }

  private sortByShard(): void {
    for (let shard = 0; shard < this.shards; shard++) this.byShard.push([]);
    for (const address of this.everybody()) {
      const isIn = hasToken(this.words, address);
      const hi = this.words[address + (isIn ? TOKEN_HI : EVENTFD_HI)] as number;
      const lo = this.words[address + (isIn ? TOKEN_LO : EVENTFD_LO)] as number;
      this.byShard[shardOf(hi, lo, this.shards)]?.push({ address, hi, lo });
    }
  }

  /** Those that are in the index. */
  *members(): Generator<number> {
    for (const object of this.everybody()) {
      if (this.has(object)) yield object;
    }
  }

  name(address: number): string {
    return `${this.kind} ${this.words[address + ID]}`;
  }
}
