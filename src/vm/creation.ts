import { hash32 } from '../sync/random.js';
import type { StopWord } from '../sync/stop.js';
import { spend } from './bare.js';

/**
 * Creating a VM: the CPU time it costs, and where there is a histogram of them, a wait. In the
 * kernel it is for the thread that `kvm_vm_create_worker_thread()` starts, which now and then takes
 * a hundred times as long; the phase `move` has the cause of that, and then the histogram is of the
 * other waits. Which wait it is depends on the seed, the VM and the round alone.
 */

/** Tells the draws of a bucket and of a place in it from other draws of the seed. */
const BUCKET = 0x6275_636b;
const PLACE = 0x706c_6163;
const TWO_32 = 2 ** 32;

/** The buckets of a `WaitHistogram`, with the share of all that is in a bucket or before it. */
export interface WaitBuckets {
  readonly count: number;
  readonly shares: Float64Array;
  readonly fromNs: Float64Array;
  readonly toNs: Float64Array;
}

/** A VM's creation, from the start of its round to the first irqfd. */
export interface Creator {
  /** @param round from 1, warm-up included */
  create(round: number): void;
}

export class Creation implements Creator {
  private readonly costNs: number;
  private readonly buckets: WaitBuckets;
  private readonly shares: Float64Array;
  private readonly fromNs: Float64Array;
  private readonly toNs: Float64Array;
  private readonly seed: number;
  private readonly vm: number;
  private readonly stop: StopWord;

  constructor(costNs: number, buckets: WaitBuckets, seed: number, vm: number, stop: StopWord) {
    this.costNs = costNs;
    this.buckets = buckets;
    this.shares = buckets.shares;
    this.fromNs = buckets.fromNs;
    this.toNs = buckets.toNs;
    this.seed = seed;
    this.vm = vm;
    this.stop = stop;
  }

  create(round: number): void {
    spend(this.costNs, this.stop);
    if (this.buckets.count > 0) this.stop.sleep(this.drawNs(round));
  }

  private drawNs(round: number): number {
    const drawn = hash32(this.seed ^ BUCKET, this.vm, round) / TWO_32;
    let bucket = 0;
    while (drawn >= (this.shares[bucket] as number)) bucket++;
    const from = this.fromNs[bucket] as number;
    const place = hash32(this.seed ^ PLACE, this.vm, round) / TWO_32;
    return from + ((this.toNs[bucket] as number) - from) * place;
  }
}
