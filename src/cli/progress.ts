import { createLogUpdate } from 'log-update';
import type { Progress } from '../backends/backend.js';
import { counted, formatCount } from '../units.js';
import type { Streams } from './streams.js';

/** A line on the terminal that says how far a run is; on anything but a terminal, nothing. */
export interface ProgressLine {
  show(progress: Progress): void;
  /** Takes the line away. */
  end(): void;
}

const BAR_WIDTH = 24;
const REDRAW_MS = 100;

const LABELS: Record<Progress['phase'], (progress: Progress) => string> = {
  'set-up': ({ done, total }) => `setting up VMs, ${formatCount(done)} of ${formatCount(total)}`,
  start: ({ done, total }) => `starting burst VMs, ${formatCount(done)} of ${formatCount(total)}`,
  'warm-up': ({ done, total }) => `warming up, ${formatCount(done)} of ${counted(total, 'round')}`,
  rounds: ({ done, total }) => `measuring, ${formatCount(done)} of ${counted(total, 'round')}`,
  runs: ({ done, total }) =>
    `simulating, ${formatCount(Math.floor(done))} of ${counted(total, 'run')}`,
  sessions: ({ done, total }) =>
    `measuring, ${formatCount(Math.floor(done))} of ${counted(total, 'session')}`,
  figures: ({ done, total }) => `measuring, ${formatCount(done)} of ${counted(total, 'figure')}`,
};

export function createProgressLine(streams: Streams, isWanted: boolean): ProgressLine {
  const { show, end } = createStatusLine(streams, isWanted);
  return {
    show: (progress) =>
      show(() => {
        const filled = Math.round((BAR_WIDTH * progress.done) / Math.max(1, progress.total));
        const bar = '='.repeat(filled).padEnd(BAR_WIDTH, ' ');
        return `[${bar}] ${LABELS[progress.phase](progress)}`;
      }),
    end,
  };
}

/** The same for whatever has no end that is known beforehand: a text that changes. */
export interface StatusLine {
  /** @param text made only where it is time to show one */
  show(text: () => string): void;
  end(): void;
}

export function createStatusLine({ stderr }: Streams, isWanted: boolean): StatusLine {
  if (!isWanted || stderr.isTTY !== true) return { show: () => {}, end: () => {} };
  const update = createLogUpdate(stderr);
  let shownAtMs = 0;
  return {
    show(text) {
      const nowMs = Date.now();
      if (nowMs - shownAtMs < REDRAW_MS) return;
      shownAtMs = nowMs;
      update(text());
    },
    end() {
      update.clear();
      // Gives the cursor back.
      update.done();
    },
  };
}
