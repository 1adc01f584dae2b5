import { nowNs } from '../../../src/sync/clock.js';
import { fastest } from './averages.js';

/** Before measuring, as elsewhere: so that no reading is the interpreter's. */
const COMPILING_BATCHES = 100;

/** What one reading of the clock adds to a call between two of them. */
export function measureClock(task: { readonly batches: number; readonly readings: number }) {
  const readingNs = new Float64Array(task.batches);
  for (let batch = -COMPILING_BATCHES; batch < task.batches; batch++) {
    const stepNs = readMany(task.readings);
    if (batch >= 0) readingNs[batch] = stepNs;
  }
  return { readingNs: fastest(readingNs) };
}

function readMany(readings: number): number {
  const begunNs = nowNs();
  let lastNs = begunNs;
  for (let i = 0; i < readings; i++) lastNs = nowNs();
  return (lastNs - begunNs) / readings;
}
