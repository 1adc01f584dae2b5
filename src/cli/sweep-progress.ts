import type { SweepProgress } from '../backends/sweep.js';
import { counted, formatCount } from '../units.js';
import { createStatusLine } from './progress.js';
import type { Streams } from './streams.js';

/** How far a sweep is, and about how long it will take; on anything but a terminal, nothing. */

const BAR_WIDTH = 24;

export interface SweepLine {
  show(progress: SweepProgress): void;
  /** Takes the line away. */
  end(): void;
}

export function createSweepLine(streams: Streams, isWanted: boolean): SweepLine {
  const { show, end } = createStatusLine(streams, isWanted);
  const begunMs = Date.now();
  return { show: (progress) => show(() => sweepLine(progress, Date.now() - begunMs)), end };
}

/** `[====    ] 4 of 10 points done, about 3 min left: vms=400 strategy=linux-6.2` */
export function sweepLine(progress: SweepProgress, elapsedMs: number): string {
  const { point, done, total, failed, ended, seeds, run } = progress;
  const begun = run.phase === 'rounds' ? run.done / Math.max(1, run.total) : 0;
  const share = (done + (ended + begun) / seeds) / total;
  const bar = '='.repeat(Math.round(BAR_WIDTH * share)).padEnd(BAR_WIDTH, ' ');
  const failures = failed === 0 ? '' : `, ${formatCount(failed)} failed`;
  const left = share === 0 ? '' : `, ${timeLeft((elapsedMs / share) * (1 - share))} left`;
  return `[${bar}] ${formatCount(done)} of ${counted(total, 'point')} done${failures}${left}: ${point.name}`;
}

/** Points take unequal time, so more than one digit or two would say more than is known. */
function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1e3);
  if (seconds < 60) return `about ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
