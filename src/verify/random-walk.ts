import { hash32 } from '../sync/random.js';
import { type Explorer, type Found, judgeDrawn } from './explorer.js';
import type { Machine } from './machine.js';

/** Whatever can happen next is as likely as anything else. */
export class RandomWalk implements Explorer {
  schedules = 0;
  steps = 0;
  readonly states = null;
  readonly covered = null;
  readonly wasBounded = true;
  private readonly machine: Machine;
  private readonly seed: number;

  constructor(machine: Machine, seed: number) {
    this.machine = machine;
    this.seed = seed;
  }

  explore(pause: () => boolean): Found | 'paused' {
    const { machine } = this;
    const { choices } = machine;
    for (;;) {
      machine.restart();
      const taken: number[] = [];
      while (machine.choose()) {
        const drawn = hash32(this.seed, this.schedules, taken.length) % choices.count;
        const choice = choices.list[drawn] as number;
        taken.push(choice);
        machine.step(choice);
      }
      this.schedules++;
      this.steps += machine.steps;
      const found = judgeDrawn(machine, taken, this.schedules);
      if (found !== null) return found;
      if (pause()) return 'paused';
    }
  }
}
