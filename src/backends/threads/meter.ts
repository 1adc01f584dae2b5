import { readSteal, type StealReading } from '../../measure/environment.js';

/** What a session's rounds took of the machine: several stretches, added up. */
export class Meter {
  /** Wall-clock time of the stretches. */
  runNs = 0;
  /** CPU time of the whole process meanwhile, all threads. */
  cpuNs = 0;
  private totalTicks = 0;
  private stolenTicks = 0;

  /** Measures one stretch. */
  async during(work: () => Promise<void>): Promise<void> {
    const begunMs = performance.now();
    const cpu = process.cpuUsage();
    const steal = readSteal();
    try {
      await work();
    } finally {
      const spent = process.cpuUsage(cpu);
      this.cpuNs += (spent.user + spent.system) * 1e3;
      this.runNs += (performance.now() - begunMs) * 1e6;
      this.addSteal(steal, readSteal());
    }
  }

  /** Share of the machine's time that a hypervisor took; 0 where the system does not say. */
  get stolenShare(): number {
    return this.totalTicks === 0 ? 0 : this.stolenTicks / this.totalTicks;
  }

  private addSteal(before: StealReading | undefined, after: StealReading | undefined): void {
    if (!before || !after) return;
    this.totalTicks += after.totalTicks - before.totalTicks;
    this.stolenTicks += after.stolenTicks - before.stolenTicks;
  }
}
