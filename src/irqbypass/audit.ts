import { LINE_WORDS } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { auditList } from './audit-list.js';
import { auditXArrays } from './audit-xarray.js';
import type { BypassLayout } from './bypass-layout.js';
import { Census, Findings } from './census.js';
import { PARTNER, TOKEN_HI, TOKEN_LO } from './objects.js';

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
  if (words[layout.lockAt] !== 0) findings.add('the lock is still held');

  const consumers = new Census(words, layout.consumers, 'consumer', findings);
  const producers = new Census(words, layout.producers, 'producer', findings);
  if (layout.index === 'list') {
    auditList(words, layout.consumersHead, consumers, findings);
    auditList(words, layout.producersHead, producers, findings);
  } else {
    auditXArrays(memory, layout, consumers, producers, findings);
  }
  consumers.compare(expected.backgroundConsumers);
  producers.compare(expected.backgroundProducers);
  auditPairs(words, consumers, producers, findings);
  return { damage: findings.damage, findings: findings.texts };
}

/** Whoever is registered under a token that both sides have is connected, each to the other. */
function auditPairs(
  words: Int32Array,
  consumers: Census,
  producers: Census,
  findings: Findings,
): void {
  const partners = new Map<string, number>();
  for (const producer of producers.members()) partners.set(tokenOf(words, producer), producer);
  for (const consumer of consumers.members()) {
    const producer = partners.size === 0 ? 0 : (partners.get(tokenOf(words, consumer)) ?? 0);
    if (words[consumer + PARTNER] !== producer) {
      findings.add(
        producer === 0
          ? `${consumers.name(consumer)} has a partner that is not registered`
          : `${consumers.name(consumer)} and ${producers.name(producer)} share a token and are not connected`,
      );
    }
  }
  for (const producer of producers.members()) {
    const consumer = words[producer + PARTNER] as number;
    if (consumer === 0) continue;
    if (!consumers.has(consumer) || words[consumer + PARTNER] !== producer) {
      findings.add(`${producers.name(producer)} is connected to a consumer that does not know it`);
    }
  }
}

function tokenOf(words: Int32Array, object: number): string {
  return `${words[object + TOKEN_HI]}:${words[object + TOKEN_LO]}`;
}
