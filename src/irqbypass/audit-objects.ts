import type { Strategy } from '../model/run-plan.js';
import type { BypassLayout } from './bypass-layout.js';
import type { Census, Findings } from './census.js';
import { EVENTFD_HI, EVENTFD_LO, FIELD, hasToken, PARTNER, TOKEN_HI, TOKEN_LO } from './objects.js';
import { isLinked } from './table-layout.js';

/**
 * Looks at every object, registered or not: a background VM's is registered under its eventfd,
 * partners know each other, and who is not registered has forgotten what it had. The objects in
 * the indexes must have been counted.
 */
export function auditObjects(
  words: Int32Array,
  layout: BypassLayout,
  consumers: Census,
  producers: Census,
  findings: Findings,
): void {
  for (const [own, other] of [
    [consumers, producers],
    [producers, consumers],
  ] as const) {
    for (const object of own.everybody()) {
      const wrong = own.has(object)
        ? wrongWhileRegistered(words, object, own, other)
        : wrongAfterwards(words, object, layout.strategy);
      if (wrong !== undefined) findings.add(`${own.name(object)} ${wrong}`);
    }
  }
  auditSharedTokens(words, consumers, producers, findings);
}

function wrongWhileRegistered(
  words: Int32Array,
  object: number,
  own: Census,
  other: Census,
): string | undefined {
  const isOwnToken =
    words[object + TOKEN_HI] === words[object + EVENTFD_HI] &&
    words[object + TOKEN_LO] === words[object + EVENTFD_LO];
  if (own.isBackground(object) && !isOwnToken) return 'has another token than its eventfd';
  const partner = words[object + PARTNER] as number;
  if (partner === 0) return undefined;
  if (!other.has(partner)) return `has a partner that is no registered ${other.kind}`;
  if (words[partner + PARTNER] === object) return undefined;
  return `is connected to ${other.name(partner)}, which does not know it`;
}

function wrongAfterwards(
  words: Int32Array,
  object: number,
  strategy: Strategy,
): string | undefined {
  if (words[object + PARTNER] !== 0) return 'is not registered and remembers a partner';
  if (words[object + FIELD.ENTRY] !== 0) return 'is not registered and remembers an entry';
  // With the lists the token is its owner's, and KVM leaves a refused consumer's where it is.
  const isOwners = isLinked(strategy) && strategy.scope !== 'token';
  return isOwners || !hasToken(words, object) ? undefined : 'is not registered and has a token';
}

/** A registered pair of one token is connected. */
function auditSharedTokens(
  words: Int32Array,
  consumers: Census,
  producers: Census,
  findings: Findings,
): void {
  // By the lower half alone, which tells tokens apart; the upper is compared.
  const byToken = new Map<number, number>();
  for (const producer of producers.members()) {
    byToken.set(words[producer + TOKEN_LO] as number, producer);
  }
  if (byToken.size === 0) return;
  for (const consumer of consumers.members()) {
    const producer = byToken.get(words[consumer + TOKEN_LO] as number);
    if (producer === undefined || words[consumer + PARTNER] !== 0) continue;
    if (words[producer + TOKEN_HI] !== words[consumer + TOKEN_HI]) continue;
    findings.add(
      `${consumers.name(consumer)} and ${producers.name(producer)} share a token and are not connected`,
    );
  }
}
