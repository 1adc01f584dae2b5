import type { Algorithms } from '../../src/irqbypass/algorithms.js';
import { Arena } from '../../src/irqbypass/arena.js';
import { auditBypass } from '../../src/irqbypass/audit.js';
import { type BypassLayout, initBypass, reserveBypass } from '../../src/irqbypass/bypass-layout.js';
import { describeLock } from '../../src/irqbypass/describe-lock.js';
import { EBUSY, EIO } from '../../src/irqbypass/errno.js';
import {
  ALL_CALLBACKS,
  initObject,
  type ObjectArea,
  PARTNER,
} from '../../src/irqbypass/objects.js';
import type { Strategy } from '../../src/model/run-plan.js';
import { COUNTER, type CounterName, Counters, reserveCounters } from '../../src/sync/counters.js';
import { GATE_WORDS, Gate } from '../../src/sync/gate.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import type { ContractReport, ContractTask } from './contract.worker.js';
import { checkLog, readLog } from './log-rules.js';
import { eventfdToken, halves } from './token.js';

/** One strategy's trial as the main thread sees it: its memory, its threads' tasks, its end. */

export const THREADS = 20;
export const LIMIT_MS = 30_000;
const CONSUMERS = 3;
const PRODUCERS = 2;
/** Each is wanted by three consumers and two producers, on average. */
const TOKENS = 20;
const VERBS = 80;
const FAILURE_RATE = 0.15;
/** Asleep, so that others run into a connect that is under way: 60 us with the timer's slack. */
const CONNECT_NS = 1000;

/** What one trial came to. */
export interface Outcome {
  readonly violations: readonly string[];
  readonly connects: number;
  readonly failures: number;
  readonly refusals: number;
}

/** One strategy over fresh memory. */
export class Trial {
  private readonly strategy: Strategy;
  private readonly algorithms: Algorithms;
  private readonly memory: SharedMemory;
  private readonly layout: BypassLayout;
  private readonly common: Omit<ContractTask, 'self' | 'consumers' | 'producers'>;
  private readonly violations: string[] = [];

  constructor(
    strategy: Strategy,
    testLock: ContractTask['testLock'],
    algorithms: Algorithms,
    seed: number,
  ) {
    this.strategy = strategy;
    this.algorithms = algorithms;
    const layout = new Layout();
    const places = {
      countersAt: reserveCounters(layout, THREADS),
      stopAt: layout.reserve(1),
      beginAt: layout.reserve(GATE_WORDS),
      leaveAt: layout.reserve(GATE_WORDS),
    };
    const consumers = THREADS * CONSUMERS;
    const producers = THREADS * PRODUCERS;
    // Marks and callbacks of each verb, and of each cleaning up.
    const loggedCallbacks = (THREADS * VERBS + consumers + producers) * 10;
    const shape = { strategy, threads: THREADS, nodes: 2, consumers, producers, loggedCallbacks };
    this.layout = reserveBypass(layout, shape, algorithms);
    this.memory = allocateMemory(layout.totalBytes);
    initBypass(this.memory, this.layout, seed);
    for (const area of [this.layout.consumers, this.layout.producers]) {
      for (let i = 0; i < area.count; i++) {
        const { hi, lo } = halves(eventfdToken(i % TOKENS));
        initObject(this.memory.words, addressOf(area, i), i, ALL_CALLBACKS, hi, lo);
      }
    }
    this.common = {
      buffer: this.memory.words.buffer,
      layout: this.layout,
      testLock,
      costs: {
        connectCostNs: CONNECT_NS,
        connectMode: 'sleep',
        connectFailureRate: FAILURE_RATE,
        seed,
      },
      tokens: TOKENS,
      verbs: VERBS,
      seed,
      ...places,
    };
  }

  task(self: number): ContractTask {
    const own = (area: ObjectArea, count: number) =>
      Array.from({ length: count }, (_, i) => addressOf(area, self * count + i));
    return {
      ...this.common,
      self,
      consumers: own(this.layout.consumers, CONSUMERS),
      producers: own(this.layout.producers, PRODUCERS),
    };
  }

  async ready(): Promise<void> {
    const gate = new Gate(this.memory.words, this.common.beginAt);
    const end = performance.now() + LIMIT_MS;
    while (gate.readyCount() < THREADS) {
      if (performance.now() > end) throw new Error(`${gate.readyCount()} threads are ready`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  begin(): void {
    new Gate(this.memory.words, this.common.beginAt).open();
  }

  letGo(): void {
    new Gate(this.memory.words, this.common.leaveAt).open();
  }

  /** Nobody runs, and much is registered: the indexes hold that, and pairs know each other. */
  look(reports: readonly ContractReport[]): void {
    const { words } = this.memory;
    const held = new Map(reports.flatMap((report) => [...report.held]));
    const byToken = new Map<string, number>();
    for (const [object, token] of held) {
      const side = object < this.layout.producers.at ? 'consumer' : 'producer';
      const key = `${side} ${token}`;
      if (byToken.has(key)) this.violations.push(`two ${side}s hold token ${token}`);
      byToken.set(key, object);
    }
    for (let token = 0; token < TOKENS; token++) {
      const consumer = byToken.get(`consumer ${token}`);
      const producer = byToken.get(`producer ${token}`);
      for (const [one, other] of [
        [consumer, producer],
        [producer, consumer],
      ]) {
        if (one === undefined || words[one + PARTNER] === (other ?? 0)) continue;
        this.violations.push(`token ${token}: ${one} has the partner ${words[one + PARTNER]}`);
      }
    }
    const leftBehind = / of a burst VM was left behind$/;
    const audit = this.audit();
    const present = audit.findings.filter((text) => leftBehind.test(text)).length;
    this.violations.push(...audit.findings.filter((text) => !leftBehind.test(text)));
    // Findings are worded for the first twenty: what was left unsaid counts as well.
    if (audit.damage !== held.size)
      this.violations.push(`${held.size} are registered, the audit met ${audit.damage}/${present}`);
  }

  finish(reports: readonly ContractReport[]): Outcome {
    const { violations, layout, memory } = this;
    violations.push(...this.audit().findings);
    for (const { arena, entries } of layout.tables) {
      if (new Arena(memory, arena).live() !== 0) violations.push('nodes are left in use');
      if (new Arena(memory, entries).live() !== 0) violations.push('entries are left in use');
    }
    const { codes, connects, failures } = this.checkCounts(reports);
    return { violations, connects, failures, refusals: codes.get(-EBUSY) ?? 0 };
  }

  describeWaits(): string {
    const lines = Array.from({ length: THREADS }, (_, self) => {
      const counters = new Counters(this.memory, this.common.countersAt, self);
      const waitsFor = counters.read(COUNTER.waitsFor);
      if (waitsFor === 0) return '';
      const { what, owner } = describeLock(this.memory, this.layout, waitsFor);
      return `thread ${self} waits for ${what}, last taken by ${owner}`;
    });
    const waiting = lines.filter((line) => line !== '').join('; ');
    return `${this.strategy.name}: ${waiting === '' ? 'nobody waits for a lock' : waiting}`;
  }

  private audit() {
    const nobody = { backgroundConsumers: 0, backgroundProducers: 0 };
    return auditBypass(this.memory, this.layout, this.algorithms, nobody);
  }

  /** What was called, counted and returned are one story. */
  private checkCounts(reports: readonly ContractReport[]) {
    const { layout, violations } = this;
    const objects = ({ at, strideWords, count }: ObjectArea) =>
      new Set(Array.from({ length: count }, (_, i) => at + i * strideWords));
    const log = readLog(this.memory.words, layout.callbackLog);
    const { violations: broken, counts } = checkLog(
      log,
      objects(layout.consumers),
      objects(layout.producers),
    );
    violations.push(...broken);
    const codes = new Map<number, number>();
    for (const report of reports) {
      for (const [code, times] of report.codes) codes.set(code, (codes.get(code) ?? 0) + times);
    }
    const expectEqual = (what: string, got: number, expected: number) => {
      if (got !== expected) violations.push(`${what}: ${got}, not ${expected}`);
    };
    expectEqual('connects', this.sum('connects'), counts.connects);
    expectEqual('failures', this.sum('connectFailures'), counts.failures);
    expectEqual('disconnects', this.sum('disconnects'), counts.disconnects);
    expectEqual('disconnects of connects', counts.disconnects, counts.connects);
    expectEqual('-EIO', codes.get(-EIO) ?? 0, counts.failures);
    expectEqual('warnings', this.sum('warnings'), 0);
    for (const name of ['waitsFor', 'holds'] as const) expectEqual(name, this.sum(name), 0);
    for (const code of codes.keys()) {
      if (![0, -EBUSY, -EIO].includes(code)) violations.push(`a registration returned ${code}`);
    }
    const called = log.filter(({ what }) => what < 100).length;
    const isInside = this.strategy.connect === 'inside';
    expectEqual('callbacks under a lock', this.sum('callbacksUnderLock'), isInside ? called : 0);
    return { codes, ...counts };
  }

  private sum(name: CounterName): number {
    let sum = 0;
    for (let self = 0; self < THREADS; self++) {
      sum += new Counters(this.memory, this.common.countersAt, self).read(COUNTER[name]);
    }
    return sum;
  }
}

function addressOf({ at, strideWords }: ObjectArea, i: number): number {
  return at + i * strideWords;
}
