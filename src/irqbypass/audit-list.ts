import type { Findings, Roll } from './census.js';
import { BUCKET_WORDS, hashToken } from './hash-index.js';
import { NEXT, PREV, TOKEN_HI, TOKEN_LO } from './objects.js';

/**
 * Walks one list: circular, each link undone by the one back, each entry once and with a token.
 * @param check what else is wrong with an entry
 */
export function auditList(
  words: Int32Array,
  head: number,
  shard: number,
  roll: Roll,
  findings: Findings,
  check: (node: number) => string | undefined = () => undefined,
): void {
  let previous = head;
  for (
    let node = words[head + NEXT] as number;
    node !== head;
    node = words[node + NEXT] as number
  ) {
    if (!roll.meet(node, shard)) {
      findings.add(`the ${roll.kind} list cannot be walked to its end`);
      return;
    }
    if (words[node + PREV] !== previous) {
      findings.add(`${roll.name(node)} does not link back to its predecessor`);
    }
    if (words[node + TOKEN_HI] === 0 && words[node + TOKEN_LO] === 0) {
      findings.add(`${roll.name(node)} is in the list without a token`);
    }
    const wrong = check(node);
    if (wrong !== undefined) findings.add(`${roll.name(node)} ${wrong}`);
    previous = node;
  }
  if (words[head + PREV] !== previous) {
    findings.add(`the ${roll.kind} list's head does not link back to its last entry`);
  }
}

/** Walks every bucket of a hash table: a list, each of whose entries hashes to it. */
export function auditBuckets(
  words: Int32Array,
  at: number,
  bits: number,
  shard: number,
  roll: Roll,
  findings: Findings,
): void {
  for (let bucket = 0; bucket < 2 ** bits; bucket++) {
    auditList(words, at + bucket * BUCKET_WORDS, shard, roll, findings, (node) => {
      const hi = words[node + TOKEN_HI] as number;
      const lo = words[node + TOKEN_LO] as number;
      return hashToken(hi, lo, bits) === bucket
        ? undefined
        : 'is in a bucket that its token does not hash to';
    });
  }
}
