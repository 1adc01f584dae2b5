import { type RecorderLayout, reserveRecorders } from '../../measure/recorder.js';
import type { RunPlan } from '../../model/run-plan.js';
import { Layout } from '../../sync/layout.js';
import type { SharedMemory } from '../../sync/memory.js';
import { Pace } from '../../sync/pace.js';
import { StopWord } from '../../sync/stop.js';

/** What the threads of one process share: when to begin and to stop, and their samples. */

/** Phases of a VM's life that are timed once a round. */
export const PHASES = ['create', 'irqchip', 'destroy'] as const;
export type Phase = (typeof PHASES)[number];

export interface CrewLayout {
  readonly bytes: number;
  readonly stopAt: number;
  readonly paceAt: number;
  /** A double: when the round that was released last begins, on the system's monotonic clock. */
  readonly beginAt: number;
  readonly recorders: RecorderLayout;
  /** Doubles: of each VM, of each phase, a sample a round. */
  readonly phasesAt: number;
  /** Words: how many rounds each VM has destroyed its VM in, warm-up left out. */
  readonly roundsAt: number;
  readonly rounds: number;
}

/** @param burst the VMs that live in this process */
export function layOutCrew(plan: RunPlan, burst: number): CrewLayout {
  const layout = new Layout();
  const { irqfds, rounds } = plan;
  const parts = {
    stopAt: layout.reserve(1),
    paceAt: layout.reserve(1),
    beginAt: layout.reserveDoubles(1),
    recorders: reserveRecorders(layout, burst, irqfds, rounds),
    phasesAt: layout.reserveDoubles(burst * PHASES.length * rounds),
    roundsAt: layout.reserve(burst),
    rounds,
  };
  return { ...parts, bytes: layout.totalBytes };
}

/** @param round from 0 */
export function phaseCell(layout: CrewLayout, vm: number, phase: Phase, round: number): number {
  const at = PHASES.indexOf(phase);
  return layout.phasesAt + (vm * PHASES.length + at) * layout.rounds + round;
}

/** The words that all threads look at. */
export class CrewWords {
  readonly stop: StopWord;
  readonly pace: Pace;
  private readonly memory: SharedMemory;
  private readonly layout: CrewLayout;

  constructor(memory: SharedMemory, layout: CrewLayout) {
    this.memory = memory;
    this.layout = layout;
    this.stop = new StopWord(memory.words, layout.stopAt);
    this.pace = new Pace(memory.words, layout.paceAt);
  }

  /** Lets one more round begin, at a time of the monotonic clock, in ns. */
  release(beginNs: number): void {
    this.memory.doubles[this.layout.beginAt] = beginNs;
    this.pace.release();
  }

  /** When the released round begins; 0: at once. */
  beginNs(): number {
    return this.memory.doubles[this.layout.beginAt] as number;
  }

  /** Whoever sleeps or waits wakes, cleans up and leaves. */
  cancel(): void {
    this.stop.set();
    this.pace.releaseAll();
  }
}

/** The system's monotonic clock, which all processes share, in ns. */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
