/**
 * Digests of states: two 32-bit lanes, of which 53 bits are kept. Two states that differ and have
 * one digest would be taken for one: with a million states that is likely once in 20,000 runs.
 * (Hash compaction: U. Stern, D. L. Dill, "Improved Probabilistic Verification by Hash
 * Compaction", 1995.)
 */
export class Digest {
  one = 0;
  two = 0;

  reset(): void {
    this.one = 0x2545f491;
    this.two = 0x6a09e667;
  }

  /** Adds a whole number; of others, what is before the point. */
  add(value: number): void {
    let one = Math.imul(this.one ^ value, 0x85ebca6b);
    one ^= one >>> 15;
    this.one = Math.imul(one, 0x9e3779b1) + 1;
    let two = Math.imul(this.two + value, 0xc2b2ae35);
    two ^= two >>> 13;
    this.two = Math.imul(two, 0x27d4eb2f) ^ (one >>> 7);
  }

  addDigest(other: Digest): void {
    this.add(other.one);
    this.add(other.two);
  }

  /** @returns 53 bits as a number; never 0 */
  key(): number {
    return (this.one >>> 0) * 2 ** 21 + (this.two >>> 11) + 1;
  }
}

const NOT_FULL = 0.5;
const FIRST_SLOTS = 1 << 12;

/** The lowest level of each key, in a fraction of what a `Map` of as many doubles takes. */
export class Levels {
  size = 0;
  private keys = new Float64Array(FIRST_SLOTS);
  private levels = new Uint8Array(FIRST_SLOTS);

  clear(): void {
    this.size = 0;
    this.keys = new Float64Array(FIRST_SLOTS);
    this.levels = new Uint8Array(FIRST_SLOTS);
  }

  /** @returns whether the key was not known at this level or a lower one; now it is */
  lower(key: number, level: number): boolean {
    if (this.size >= this.keys.length * NOT_FULL) this.grow();
    const at = this.find(key);
    if (this.keys[at] === 0) {
      this.keys[at] = key;
      this.size++;
    } else if ((this.levels[at] as number) <= level) {
      return false;
    }
    this.levels[at] = level;
    return true;
  }

  /** Whether the key is known at a lower level than this. */
  isBelow(key: number, level: number): boolean {
    const at = this.find(key);
    return this.keys[at] !== 0 && (this.levels[at] as number) < level;
  }

  private find(key: number): number {
    const mask = this.keys.length - 1;
    let at = (key % 0x7fff_ffed) & mask;
    while (this.keys[at] !== 0 && this.keys[at] !== key) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { keys, levels } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.levels = new Uint8Array(keys.length * 2);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as number;
      if (key === 0) continue;
      const at = this.find(key);
      this.keys[at] = key;
      this.levels[at] = levels[i] as number;
    }
  }
}
