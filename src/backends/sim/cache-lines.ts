import type { Costs } from './costs.js';
import { DISTANCE, type Topology } from './topology.js';

/**
 * Which CPUs have which cache lines, and what it takes to get one. A line is in the caches of
 * those that read it since it was written; who writes it takes it from all others. Caches have
 * room for everything: what does not fit is a walk's business (`walk-cost.ts`).
 *
 * Operations of `Atomics` get lines one at a time: who wants one that is on its way to somebody
 * waits for its turn. Plain accesses are made under a lock or to a thread's own words, so nobody
 * is in their way.
 */

const NOBODY = -1;
/** Lines that nobody had yet lie in the sockets' memories in turn, by the page. */
const PAGE_LINES = 64;

/** What is kept of each line of so many CPUs. */
export function bytesALine(cpus: number): number {
  return maskWordsOf(cpus) * 4 + 2 + 8;
}

function maskWordsOf(cpus: number): number {
  return Math.ceil(cpus / 32);
}

export class CacheLines {
  private readonly topology: Topology;
  private readonly costs: Costs;
  private readonly maskWords: number;
  /** Bits of the CPUs that have a line, so many words a line. */
  private readonly holders: Int32Array;
  /** The CPU that wrote a line and has it alone, or nobody. */
  private readonly writers: Int16Array;
  /** When a line is done with those who asked for it so far. */
  private readonly freeNs: Float64Array;
  /** Each CPU's core and socket, as bits of CPUs. */
  private readonly coreMasks: readonly Int32Array[];
  private readonly socketMasks: readonly Int32Array[];

  constructor(lines: number, topology: Topology, costs: Costs) {
    this.topology = topology;
    this.costs = costs;
    this.maskWords = maskWordsOf(topology.cpus);
    this.holders = new Int32Array(lines * this.maskWords);
    this.writers = new Int16Array(lines).fill(NOBODY);
    this.freeNs = new Float64Array(lines);
    const masks = (within: number) =>
      topology.all().map((cpu) => this.maskOf((other) => topology.distance(cpu, other) <= within));
    this.coreMasks = masks(DISTANCE.sibling);
    this.socketMasks = masks(DISTANCE.socket);
  }

  /** @returns what a plain read takes: nothing but the line's way, if it is not at hand */
  read(cpu: number, line: number): number {
    const at = line * this.maskWords;
    if (this.isHeldBy(cpu, at)) return this.costs.hitNs;
    const ns = this.fetchNs(cpu, line, at);
    this.writers[line] = NOBODY;
    this.hold(cpu, at);
    return ns;
  }

  /** @returns what a plain write takes: until nobody else has the line */
  write(cpu: number, line: number): number {
    if (this.writers[line] === cpu) return this.costs.hitNs;
    const at = line * this.maskWords;
    const ns = this.takeNs(cpu, line, at);
    this.holdAlone(cpu, at);
    this.writers[line] = cpu;
    return ns;
  }

  /** A read of `Atomics`. @returns ns from now, waiting for the line included */
  readInTurn(cpu: number, line: number, nowNs: number): number {
    if (this.isHeldBy(cpu, line * this.maskWords)) return this.costs.hitNs;
    return this.inTurn(line, nowNs, this.read(cpu, line));
  }

  /** A write or read-modify-write of `Atomics`. @returns the same */
  writeInTurn(cpu: number, line: number, nowNs: number): number {
    const { atomicNs } = this.costs;
    if (this.writers[line] === cpu) return atomicNs;
    const isMine = this.isHeldBy(cpu, line * this.maskWords);
    const isAlone = isMine && this.farthestHolder(cpu, line * this.maskWords) === DISTANCE.self;
    const ns = this.write(cpu, line);
    return isAlone ? atomicNs : this.inTurn(line, nowNs, ns + atomicNs);
  }

  /** Keeps a line busy for a while more: those who ask for it again and again are in the way. */
  delay(line: number, nowNs: number, ns: number): void {
    this.freeNs[line] = Math.max(this.freeNs[line] as number, nowNs) + ns;
  }

  private inTurn(line: number, nowNs: number, ns: number): number {
    const doneNs = Math.max(this.freeNs[line] as number, nowNs) + ns;
    this.freeNs[line] = doneNs;
    return doneNs - nowNs;
  }

  /** From whoever wrote it, else from the nearest that has it, else from memory. */
  private fetchNs(cpu: number, line: number, at: number): number {
    const writer = this.writers[line] as number;
    const { transferNs, l3Ns } = this.costs;
    if (writer !== NOBODY) return transferNs[this.topology.distance(writer, cpu)] as number;
    if (this.isHeldIn(at, this.coreMasks[cpu] as Int32Array)) {
      return transferNs[DISTANCE.sibling] as number;
    }
    if (this.isHeldIn(at, this.socketMasks[cpu] as Int32Array)) return l3Ns;
    return this.isHeld(at)
      ? (transferNs[DISTANCE.otherSocket] as number)
      : this.memoryNs(cpu, line);
  }

  /** From the farthest that has it, which is to let go of it; with nobody else, as a read. */
  private takeNs(cpu: number, line: number, at: number): number {
    const writer = this.writers[line] as number;
    const { transferNs, hitNs } = this.costs;
    if (writer !== NOBODY) return transferNs[this.topology.distance(writer, cpu)] as number;
    const farthest = this.farthestHolder(cpu, at);
    if (farthest !== DISTANCE.self) return transferNs[farthest] as number;
    return this.isHeldBy(cpu, at) ? hitNs : this.memoryNs(cpu, line);
  }

  /** How far the farthest other CPU is that has a line; `self` where there is none. */
  private farthestHolder(cpu: number, at: number): number {
    const core = this.coreMasks[cpu] as Int32Array;
    const socket = this.socketMasks[cpu] as Int32Array;
    let farthest: number = DISTANCE.self;
    for (let word = 0; word < this.maskWords; word++) {
      let others = this.holders[at + word] as number;
      if (word === cpu >> 5) others &= ~(1 << (cpu & 31));
      if (others === 0) continue;
      if ((others & ~(socket[word] as number)) !== 0) return DISTANCE.otherSocket;
      const isInCore = (others & ~(core[word] as number)) === 0;
      farthest = Math.max(farthest, isInCore ? DISTANCE.sibling : DISTANCE.socket);
    }
    return farthest;
  }

  private memoryNs(cpu: number, line: number): number {
    const home = Math.floor(line / PAGE_LINES) % this.topology.sockets;
    const { memoryLocalNs, memoryRemoteNs } = this.costs;
    return home === this.topology.socketOf(cpu) ? memoryLocalNs : memoryRemoteNs;
  }

  private isHeldBy(cpu: number, at: number): boolean {
    return ((this.holders[at + (cpu >> 5)] as number) & (1 << (cpu & 31))) !== 0;
  }

  private hold(cpu: number, at: number): void {
    const word = at + (cpu >> 5);
    this.holders[word] = (this.holders[word] as number) | (1 << (cpu & 31));
  }

  private holdAlone(cpu: number, at: number): void {
    // A loop: `fill` leaves compiled code, for two or three words.
    for (let word = 0; word < this.maskWords; word++) this.holders[at + word] = 0;
    this.hold(cpu, at);
  }

  private isHeld(at: number): boolean {
    for (let word = 0; word < this.maskWords; word++) {
      if (this.holders[at + word] !== 0) return true;
    }
    return false;
  }

  private isHeldIn(at: number, mask: Int32Array): boolean {
    for (let word = 0; word < this.maskWords; word++) {
      if (((this.holders[at + word] as number) & (mask[word] as number)) !== 0) return true;
    }
    return false;
  }

  private maskOf(isIn: (cpu: number) => boolean): Int32Array {
    const mask = new Int32Array(this.maskWords);
    for (const cpu of this.topology.all()) {
      if (isIn(cpu)) mask[cpu >> 5] = (mask[cpu >> 5] as number) | (1 << (cpu & 31));
    }
    return mask;
  }
}
