import { OP } from '../../stepping/operation.js';
import { LINE_WORDS } from '../../sync/layout.js';
import { hash32 } from '../../sync/random.js';
import type { CacheLines } from './cache-lines.js';
import type { Costs } from './costs.js';
import type { SimThread } from './sim-thread.js';
import type { Topology } from './topology.js';

/**
 * Threads that spin, each with its CPU busy and nothing to simulate until a line that it looks at
 * is written: then its copy is gone, and it gets the line anew. Who is nearest to the writer gets it
 * first; among those as near as each other, the seed decides.
 *
 * A spin of exchanges writes the line all the time. It goes round among those that spin so, and
 * whoever else wants it waits for a round; when the word is free, one of them comes upon it.
 */

/** Goes on with a spinner that has seen what it waits for, or may have. */
export type GoOn = (thread: SimThread, atNs: number) => void;

/** Tells the draw of who gets a line first from other draws of the seed. */
const ARBITRATION = 0x6c69_6e65;

export class Spinners {
  private readonly topology: Topology;
  private readonly costs: Costs;
  private readonly lines: CacheLines;
  private readonly seed: number;
  private readonly goOn: GoOn;
  private readonly byLine = new Map<number, SimThread[]>();
  /** How many are parked on a line: most lines have none, and are asked about all the time. */
  private readonly counts: Uint16Array;
  /** Those that spin while a thread, by its number, runs. */
  private readonly watchers = new Map<number, SimThread[]>();
  private contests = 0;

  constructor(
    lineCount: number,
    topology: Topology,
    costs: Costs,
    lines: CacheLines,
    seed: number,
    goOn: GoOn,
  ) {
    this.topology = topology;
    this.costs = costs;
    this.lines = lines;
    this.seed = seed;
    this.goOn = goOn;
    this.counts = new Uint16Array(lineCount);
  }

  park(thread: SimThread): void {
    thread.isParked = true;
    for (const line of linesOf(thread)) {
      append(this.byLine, line, thread);
      this.counts[line] = (this.counts[line] as number) + 1;
    }
    if (watches(thread)) append(this.watchers, thread.c, thread);
  }

  unpark(thread: SimThread): void {
    thread.isParked = false;
    for (const line of linesOf(thread)) {
      remove(this.byLine, line, thread);
      this.counts[line] = (this.counts[line] as number) - 1;
    }
    if (watches(thread)) remove(this.watchers, thread.c, thread);
  }

  /** Who spins for as long as a thread runs. */
  watchersOf(thread: SimThread): readonly SimThread[] {
    return [...(this.watchers.get(thread.id) ?? [])];
  }

  /** Before somebody gets a line: waits for those that exchange it all the time. */
  makeWay(line: number, thread: SimThread, nowNs: number): void {
    if (this.counts[line] === 0) return;
    const ring = this.exchangersOf(line).filter((other) => other !== thread);
    if (ring.length < 2) return;
    let roundNs = 0;
    for (let i = 1; i < ring.length; i++) {
      roundNs += this.transferNs(ring[i - 1] as SimThread, ring[i] as SimThread);
    }
    this.lines.delay(line, nowNs, roundNs + (ring.length - 1) * this.costs.atomicNs);
    this.lines.write((ring.at(-1) as SimThread).cpu, line);
  }

  /** A thread has written a line, at a time from which others can have it. */
  disturb(line: number, writer: SimThread, fromNs: number): void {
    if (this.counts[line] === 0) return;
    let hasHeir = false;
    for (const spinner of this.inOrder(line, writer)) {
      if (spinner.kind === OP.awaitExchange) {
        if (hasHeir || spinner.array[spinner.at] !== spinner.b) continue;
        hasHeir = true;
        this.goOn(spinner, fromNs + this.transferNs(writer, spinner));
      } else {
        const ns = this.lines.readInTurn(spinner.cpu, line, fromNs);
        if (isOver(spinner)) this.goOn(spinner, fromNs + ns);
      }
    }
  }

  private exchangersOf(line: number): SimThread[] {
    return (this.byLine.get(line) ?? []).filter(({ kind }) => kind === OP.awaitExchange);
  }

  private inOrder(line: number, writer: SimThread): readonly SimThread[] {
    const spinners = (this.byLine.get(line) ?? []).filter((spinner) => spinner !== writer);
    if (spinners.length < 2) return spinners;
    const contest = this.contests++;
    const ranked = spinners.map((spinner) => ({
      spinner,
      distance: this.topology.distance(writer.cpu, spinner.cpu),
      draw: hash32(this.seed ^ ARBITRATION, contest, spinner.id),
    }));
    ranked.sort((a, b) => a.distance - b.distance || a.draw - b.draw);
    return ranked.map(({ spinner }) => spinner);
  }

  private transferNs(from: SimThread, to: SimThread): number {
    return this.costs.transferNs[this.topology.distance(from.cpu, to.cpu)] as number;
  }
}

/** Whether a spin sees what it waits for. */
export function isOver({ kind, array, at, a, b, c }: SimThread): boolean {
  const value = array[at] as number;
  switch (kind) {
    case OP.awaitEither:
      return value !== a || array[b] !== c;
    case OP.glance:
      return (b === 0 ? value : value & b) !== a;
    default:
      return value !== a;
  }
}

/** Whether a bounded spin is one that ends when another thread has no CPU any more. */
export function watches({ kind, looks }: SimThread): boolean {
  return kind === OP.glance && looks === 0;
}

/** The other line that a spin looks at, or its own. */
export function otherLineOf({ kind, line, at, b }: SimThread): number {
  if (kind !== OP.awaitEither) return line;
  return line + Math.floor(b / LINE_WORDS) - Math.floor(at / LINE_WORDS);
}

function linesOf(thread: SimThread): number[] {
  const other = otherLineOf(thread);
  return other === thread.line ? [thread.line] : [thread.line, other];
}

function append(lists: Map<number, SimThread[]>, key: number, thread: SimThread): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [thread]);
  else list.push(thread);
}

function remove(lists: Map<number, SimThread[]>, key: number, thread: SimThread): void {
  const list = lists.get(key) ?? [];
  list.splice(list.indexOf(thread), 1);
  if (list.length === 0) lists.delete(key);
}
