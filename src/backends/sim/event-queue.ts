/**
 * What is to happen when, in virtual time: a binary heap of events. Those of one moment happen in
 * the order in which they were added, so that a simulation repeats.
 */
export class EventQueue {
  /** The event that was taken last. */
  timeNs = 0;
  kind = 0;
  target = 0;
  stamp = 0;

  private times = new Float64Array(64);
  private orders = new Float64Array(64);
  private kinds = new Int32Array(64);
  private targets = new Int32Array(64);
  private stamps = new Int32Array(64);
  private count = 0;
  private added = 0;

  get size(): number {
    return this.count;
  }

  /** When the next event is; never, where there is none. */
  get nextNs(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.times[0] as number);
  }

  /**
   * @param kind what it is, and `target` whom it concerns: the caller's to give a meaning to
   * @param stamp tells an event that is still meant from one that was overtaken
   */
  add(timeNs: number, kind: number, target: number, stamp: number): void {
    if (this.count === this.times.length) this.grow();
    const at = this.riseFrom(this.count++, timeNs);
    this.put(at, timeNs, this.added++, kind, target, stamp);
  }

  /** Takes the next event. @returns false where there is none */
  take(): boolean {
    if (this.count === 0) return false;
    this.timeNs = this.times[0] as number;
    this.kind = this.kinds[0] as number;
    this.target = this.targets[0] as number;
    this.stamp = this.stamps[0] as number;
    const last = --this.count;
    if (last > 0) this.move(last, this.sinkFrom(last));
    return true;
  }

  /** Where an event belongs that was added last, on the way up from a place. */
  private riseFrom(place: number, timeNs: number): number {
    let at = place;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.times[parent] as number) <= timeNs) break;
      this.move(parent, at);
      at = parent;
    }
    return at;
  }

  /** Where the event at a place belongs, on the way down from the top, whose own is gone. */
  private sinkFrom(place: number): number {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.count) return at;
      if (child + 1 < this.count && this.isBefore(child + 1, child)) child++;
      if (!this.isBefore(child, place)) return at;
      this.move(child, at);
      at = child;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const oneNs = this.times[one] as number;
    const otherNs = this.times[other] as number;
    if (oneNs !== otherNs) return oneNs < otherNs;
    return (this.orders[one] as number) < (this.orders[other] as number);
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from] as number;
    this.orders[to] = this.orders[from] as number;
    this.kinds[to] = this.kinds[from] as number;
    this.targets[to] = this.targets[from] as number;
    this.stamps[to] = this.stamps[from] as number;
  }

  private put(
    at: number,
    timeNs: number,
    order: number,
    kind: number,
    target: number,
    stamp: number,
  ): void {
    this.times[at] = timeNs;
    this.orders[at] = order;
    this.kinds[at] = kind;
    this.targets[at] = target;
    this.stamps[at] = stamp;
  }

  private grow(): void {
    const length = this.times.length * 2;
    this.times = extended(this.times, new Float64Array(length));
    this.orders = extended(this.orders, new Float64Array(length));
    this.kinds = extended(this.kinds, new Int32Array(length));
    this.targets = extended(this.targets, new Int32Array(length));
    this.stamps = extended(this.stamps, new Int32Array(length));
  }
}

function extended<T extends Float64Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
