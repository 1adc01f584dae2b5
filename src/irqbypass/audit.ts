import { LINE_WORDS } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import type { Algorithms } from './algorithms.js';
import { Arena } from './arena.js';
import { EntryAudit } from './audit-entries.js';
import { auditBuckets, auditList } from './audit-list.js';
import { auditObjects } from './audit-objects.js';
import { auditNodes, auditTree } from './audit-xarray.js';
import type { BypassLayout } from './bypass-layout.js';
import { Census, Findings, type Roll } from './census.js';
import type { TableLayout } from './table-layout.js';
import { UNCOUNTED } from './user-index.js';

/**
 * The audit after a run: is the manager as it must be when every burst VM is gone? It looks at
 * the memory alone and trusts nothing that the run counted. Nobody may be running.
 *
 * An index of the user's own cannot be walked: it is asked for everything that could be in it.
 */
export interface AuditExpectation {
  /** Objects with a lower id belong to background VMs and must be registered; no others may be. */
  readonly backgroundConsumers: number;
  readonly backgroundProducers: number;
  /** The ids of others that must be registered, where it is known what every VM had come to. */
  readonly others?: {
    readonly consumers: ReadonlySet<number>;
    readonly producers: ReadonlySet<number>;
  };
}

export interface AuditReport {
  /** How many things are wrong. */
  readonly damage: number;
  /** The first of them, in words. */
  readonly findings: string[];
}

export function auditBypass(
  memory: SharedMemory,
  layout: BypassLayout,
  algorithms: Algorithms,
  expected: AuditExpectation,
): AuditReport {
  const { words } = memory;
  const findings = new Findings();
  for (let word = 0; word < LINE_WORDS; word++) {
    if (words[word] !== 0) findings.add(`the null object was written to (word ${word})`);
  }
  for (const { lockAt } of algorithms.lock.isZeroWhenFree ? layout.tables : []) {
    if (words[lockAt] !== 0) findings.add('the lock is still held');
  }

  const shards = layout.tables.length;
  const { backgroundConsumers, backgroundProducers, others } = expected;
  const consumers = new Census(
    words,
    layout.consumers,
    'consumer',
    shards,
    { background: backgroundConsumers, others: others?.consumers },
    findings,
  );
  const producers = new Census(
    words,
    layout.producers,
    'producer',
    shards,
    { background: backgroundProducers, others: others?.producers },
    findings,
  );
  layout.tables.forEach((table, shard) => {
    const audit = new TableAudit(memory, layout, algorithms, table, shard, findings);
    audit.run(consumers, producers);
  });
  consumers.compare();
  producers.compare();
  auditObjects(words, layout, consumers, producers, findings);
  return { damage: findings.damage, findings: findings.texts };
}

/** One table: its indexes, and the memory that they take. */
class TableAudit {
  private readonly memory: SharedMemory;
  private readonly layout: BypassLayout;
  private readonly algorithms: Algorithms;
  private readonly table: TableLayout;
  private readonly shard: number;
  private readonly findings: Findings;

  constructor(
    memory: SharedMemory,
    layout: BypassLayout,
    algorithms: Algorithms,
    table: TableLayout,
    shard: number,
    findings: Findings,
  ) {
    this.memory = memory;
    this.layout = layout;
    this.algorithms = algorithms;
    this.table = table;
    this.shard = shard;
    this.findings = findings;
  }

  run(consumers: Census, producers: Census): void {
    const { memory, layout, table, shard, findings } = this;
    let nodes = 0;
    if (layout.strategy.scope === 'token') {
      const entries = new EntryAudit(memory, table, shard, layout.tables.length, findings);
      nodes = this.index(table.entriesHead, table.mostEntries, entries);
      entries.finish(consumers, producers);
    } else {
      nodes =
        this.index(table.consumersHead, table.mostConsumers, consumers) +
        this.index(table.producersHead, table.mostProducers, producers);
    }
    auditNodes(new Arena(memory, table.arena).live(), nodes, findings);
  }

  /** @returns how many xarray nodes the index holds */
  private index(head: number, capacity: number, roll: Roll): number {
    const { words } = this.memory;
    const { index, hashBits } = this.layout.strategy;
    switch (index) {
      case 'list':
        auditList(words, head, this.shard, roll, this.findings);
        return 0;
      case 'hlist':
        auditBuckets(words, head, hashBits, this.shard, roll, this.findings);
        return 0;
      case 'xarray':
        return auditTree(words, this.table, head, this.shard, roll, this.findings);
      default:
        this.ask(head, capacity, roll);
        return 0;
    }
  }

  private ask(at: number, capacity: number, roll: Roll): void {
    const index = this.algorithms.index?.createIndex({
      memory: this.memory,
      at,
      capacity,
      visits: UNCOUNTED,
    });
    for (const { address, hi, lo } of roll.candidates(this.shard)) {
      if (index?.load(hi, lo) === address) roll.meet(address, this.shard);
    }
  }
}
