import { LINE_WORDS } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { auditList } from './audit-list.js';
import { auditObjects } from './audit-objects.js';
import { auditXArrays } from './audit-xarray.js';
import type { BypassLayout } from './bypass-layout.js';
import { Census, Findings } from './census.js';

/**
 * The audit after a run: is the manager as it must be when every burst VM is gone? It looks at
 * the memory alone and trusts nothing that the run counted. Nobody may be running.
 */
export interface AuditExpectation {
  /** Objects with a lower id belong to background VMs and must be registered; no others may be. */
  readonly backgroundConsumers: number;
  readonly backgroundProducers: number;
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
  expected: AuditExpectation,
): AuditReport {
  const { words } = memory;
  const findings = new Findings();
  for (let word = 0; word < LINE_WORDS; word++) {
    if (words[word] !== 0) findings.add(`the null object was written to (word ${word})`);
  }
  for (const { lockAt } of layout.tables) {
    if (words[lockAt] !== 0) findings.add('the lock is still held');
  }

  const consumers = new Census(
    words,
    layout.consumers,
    'consumer',
    expected.backgroundConsumers,
    findings,
  );
  const producers = new Census(
    words,
    layout.producers,
    'producer',
    expected.backgroundProducers,
    findings,
  );
  for (const table of layout.tables) {
    if (layout.index === 'list') {
      auditList(words, table.consumersHead, consumers, findings);
      auditList(words, table.producersHead, producers, findings);
    } else {
      auditXArrays(memory, table, consumers, producers, findings);
    }
  }
  consumers.compare();
  producers.compare();
  auditObjects(words, layout, consumers, producers, findings);
  return { damage: findings.damage, findings: findings.texts };
}
