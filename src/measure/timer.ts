import { nowNs } from '../sync/clock.js';

/**
 * What the clock costs and how fine it is, measured where it is used. Every sample contains the
 * overhead of one reading; nothing is subtracted, it is reported beside the figures.
 */
export interface TimerCalibration {
  readonly source: string;
  /** Median distance of two readings one right after the other. */
  readonly overheadNs: number;
  /** The smallest step the clock was seen to take. */
  readonly resolutionNs: number;
}

const READINGS = 200_000;
/** The first readings are the interpreter's. */
const DISCARDED = READINGS / 2;

export function calibrateTimer(): TimerCalibration {
  const stepsNs = new Float64Array(READINGS);
  let previousNs = nowNs();
  for (let i = 0; i < READINGS; i++) {
    const readNs = nowNs();
    stepsNs[i] = readNs - previousNs;
    previousNs = readNs;
  }
  const compiled = stepsNs.subarray(DISCARDED).sort();
  return {
    source: 'performance.now',
    overheadNs: compiled[compiled.length >> 1] ?? 0,
    resolutionNs: compiled.find((stepNs) => stepNs > 0) ?? 0,
  };
}
