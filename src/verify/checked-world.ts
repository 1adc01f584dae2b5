import type { SourcePlace } from '../stepping/sites.js';
import { World, type WorldOptions } from '../stepping/world.js';
import { Machine, type MachineOptions } from './machine.js';
import { PlainHooks } from './plain-hooks.js';
import { nameWord, type Program } from './program.js';

/** Stepped code whose plain accesses are looked at, and machines that run programs of it. */
export class CheckedWorld {
  readonly world: World;
  readonly hooks: PlainHooks;
  private program: Program | null = null;

  /** @param nowhere what the program's own accesses are said to be: `inside its section` */
  constructor(nowhere: string, options: Pick<WorldOptions, 'edit' | 'adaptations'> = {}) {
    this.hooks = new PlainHooks(
      (site) => spellPlace(this.placeOf(site), nowhere),
      (word) => nameWord(this.program?.regions ?? [], word),
    );
    const isShared = (value: unknown): value is Int32Array => {
      const words = this.program?.memory.words;
      if (words === undefined) return false;
      return value === words || (ArrayBuffer.isView(value) && value.buffer === words.buffer);
    };
    this.world = new World({ ...options, observer: this.hooks, isShared });
  }

  /** One at a time: it is the last one's memory that is looked at. */
  machineFor(program: Program, options: MachineOptions): Machine {
    this.program = program;
    return new Machine(program, this.hooks, !this.world.keepsState, options);
  }

  placeOf(site: number): SourcePlace | undefined {
    return this.world.sites.find(site);
  }
}

/** `at src/locks/mutex.ts:42` */
function spellPlace(place: SourcePlace | undefined, nowhere: string): string {
  return place === undefined ? nowhere : `at ${place.file}:${place.line}`;
}
