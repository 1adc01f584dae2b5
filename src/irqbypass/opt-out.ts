import type { Strategy } from '../model/run-plan.js';
import { hash32 } from '../sync/random.js';

/**
 * Who of a host never meets the manager: every irqfd where a module parameter switched bypass off
 * (`--bypass off`), a seeded share of them where VMMs may set a flag (`--no-bypass-share`), and
 * producers too where the kernel has no manager (`--bypass none`).
 */

type OptOut = Pick<Strategy, 'bypass' | 'noBypassShare'>;

/** Tells the draw of who opts out from other draws of the seed. */
const OPT_OUT = 0x6f70_746f;

export function doesConsumerOptOut(
  { bypass, noBypassShare }: OptOut,
  seed: number,
  id: number,
): boolean {
  return bypass !== 'on' || hash32(seed, id, OPT_OUT) < noBypassShare * 2 ** 32;
}

export function doesProducerOptOut({ bypass }: OptOut): boolean {
  return bypass === 'none';
}
