import type { Census, Findings } from './census.js';
import { NEXT, PREV, TOKEN_HI, TOKEN_LO } from './objects.js';

/** Walks one list: circular, each link undone by the one back, each entry once and with a token. */
export function auditList(
  words: Int32Array,
  head: number,
  census: Census,
  findings: Findings,
): void {
  let previous = head;
  for (
    let node = words[head + NEXT] as number;
    node !== head;
    node = words[node + NEXT] as number
  ) {
    if (!census.meet(node)) {
      findings.add(`the ${census.kind} list cannot be walked to its end`);
      return;
    }
    if (words[node + PREV] !== previous) {
      findings.add(`${census.name(node)} does not link back to its predecessor`);
    }
    if (words[node + TOKEN_HI] === 0 && words[node + TOKEN_LO] === 0) {
      findings.add(`${census.name(node)} is in the list without a token`);
    }
    previous = node;
  }
  if (words[head + PREV] !== previous) {
    findings.add(`the ${census.kind} list's head does not link back to its last entry`);
  }
}
