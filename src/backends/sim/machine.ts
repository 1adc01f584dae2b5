import { carryOutAtomic, OP } from '../../stepping/operation.js';
import type { SimThread } from './sim-thread.js';
import { isOver, otherLineOf, watches } from './spinners.js';
import { ThreadRunner, wordOf } from './thread-runner.js';

/**
 * A machine in virtual time, on which stepped threads run. An operation is carried out on the
 * memory when it is begun, in the order of time, and its thread goes on when it is done: when the
 * line has come, when the call has returned. What the thread does until its next operation is
 * added to that, and the next operation is an event of its own.
 */
export class Machine extends ThreadRunner {
  protected override operate(thread: SimThread): void {
    const { kind } = thread;
    if (kind === OP.load) this.load(thread);
    else if (kind < OP.wait) this.modify(thread);
    else if (kind === OP.wait) this.wait(thread);
    else if (kind === OP.notify) this.notify(thread);
    else if (kind === OP.clock) this.readClock(thread);
    else if (kind === OP.isRunning) this.tellRunning(thread);
    else if (kind === OP.awaitExchange) this.spinExchanging(thread);
    else this.spin(thread);
  }

  private load(thread: SimThread): void {
    this.spinners.makeWay(thread.line, thread, this.nowNs);
    const ns = this.lines.readInTurn(thread.cpu, thread.line, this.nowNs);
    this.advance(thread, Atomics.load(thread.array, thread.at), ns);
  }

  private modify(thread: SimThread): void {
    const { kind, array, at, a, b } = thread;
    const ns = this.takeLine(thread);
    const result = carryOutAtomic(kind, array, at, a, b);
    this.spinners.disturb(thread.line, thread, this.nowNs + ns);
    this.advance(thread, result, ns);
  }

  private takeLine(thread: SimThread): number {
    this.spinners.makeWay(thread.line, thread, this.nowNs);
    return this.lines.writeInTurn(thread.cpu, thread.line, this.nowNs);
  }

  private readClock(thread: SimThread): void {
    const { clockNs } = this.costs;
    this.advance(thread, Math.round(this.nowNs + clockNs), clockNs);
  }

  private tellRunning(thread: SimThread): void {
    const other = this.threads[thread.at] as SimThread;
    this.advance(thread, this.scheduler.isRunning(other, this.nowNs), this.costs.hitNs);
  }

  private wait(thread: SimThread): void {
    const { array, at, a, b } = thread;
    const { futexCallNs, timerSlackNs } = this.costs;
    const ns = this.lines.readInTurn(thread.cpu, thread.line, this.nowNs) + futexCallNs;
    if (array[at] !== a) {
      this.advance(thread, 'not-equal', ns);
      return;
    }
    const untilNs = this.nowNs + Math.max(0, b) * 1e6 + timerSlackNs;
    this.fallAsleep(thread, this.nowNs + ns, untilNs);
  }

  private notify(thread: SimThread): void {
    const { futexCallNs, wakeNs } = this.costs;
    const woken = this.futexes.take(wordOf(thread), thread.a);
    let ns = futexCallNs;
    for (const sleeper of woken) {
      ns += wakeNs;
      if (sleeper.isFollower) sleeper.lastCpu = thread.cpu;
      this.wake(sleeper, 'ok', this.nowNs + ns);
    }
    this.advance(thread, woken.length, ns);
  }

  /** A spin that looks: it goes on, gives up, or is parked until there is something to look at. */
  private spin(thread: SimThread): void {
    const { line, cpu } = thread;
    this.spinners.makeWay(line, thread, this.nowNs);
    let ns = this.lines.readInTurn(cpu, line, this.nowNs);
    const otherLine = otherLineOf(thread);
    if (otherLine !== line) ns += this.lines.readInTurn(cpu, otherLine, this.nowNs + ns);
    if (isOver(thread)) this.advance(thread, thread.kind === OP.glance ? true : 0, ns);
    else if (thread.kind !== OP.glance) this.spinners.park(thread);
    else if (watches(thread)) this.spinWatching(thread, ns);
    else this.spinBriefly(thread, ns);
  }

  private spinWatching(thread: SimThread, ns: number): void {
    const owner = this.threads[thread.c] as SimThread;
    if (this.scheduler.isRunning(owner, this.nowNs)) this.spinners.park(thread);
    else this.advance(thread, false, ns + this.costs.lookNs);
  }

  private spinBriefly(thread: SimThread, ns: number): void {
    if (thread.deadlineNs < 0) thread.deadlineNs = this.nowNs + thread.looks * this.costs.lookNs;
    if (this.nowNs >= thread.deadlineNs) {
      this.advance(thread, false, ns);
      return;
    }
    this.spinners.park(thread);
    this.schedule(thread, thread.deadlineNs);
  }

  private spinExchanging(thread: SimThread): void {
    const { array, at, a, b } = thread;
    const ns = this.takeLine(thread);
    const isOurs = Atomics.exchange(array, at, a) === b;
    this.spinners.disturb(thread.line, thread, this.nowNs + ns);
    if (isOurs) this.advance(thread, 0, ns);
    else this.spinners.park(thread);
  }
}
