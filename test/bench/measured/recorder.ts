import * as hdr from 'hdr-histogram-js';
import { Recorder, reserveRecorders } from '../../../src/measure/recorder.js';
import { nowNs } from '../../../src/sync/clock.js';
import { Layout } from '../../../src/sync/layout.js';
import { allocateMemory } from '../../../src/sync/memory.js';
import { hash32 } from '../../../src/sync/random.js';
import { fastest } from './averages.js';

export interface RecordTask {
  readonly batches: number;
  /** Samples in a batch. */
  readonly samples: number;
}

/** Latencies from 256 ns to 1 ms, as many in each octave: whole numbers, as the clock gives. */
function latencies(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) =>
    Math.round(2 ** (8 + (12 * hash32(1, 1, i)) / 2 ** 32)),
  );
}

/** Before measuring: until then the code is not compiled. */
const COMPILING_BATCHES = 50;

function fastestBatch(task: RecordTask, record: (samplesNs: Float64Array) => void) {
  const samplesNs = latencies(task.samples);
  const sampleNs = new Float64Array(task.batches);
  for (let batch = -COMPILING_BATCHES; batch < task.batches; batch++) {
    const begunNs = nowNs();
    record(samplesNs);
    if (batch >= 0) sampleNs[batch] = (nowNs() - begunNs) / task.samples;
  }
  return { sampleNs: fastest(sampleNs) };
}

/** irqbench's own: a sample is stored, and counted afterwards. */
export function measureRecorder(task: RecordTask) {
  const layout = new Layout();
  const recorders = reserveRecorders(layout, 1, task.samples, 1);
  const recorder = new Recorder(allocateMemory(layout.totalBytes), recorders, 0);
  return fastestBatch(task, (samplesNs) => {
    recorder.reset();
    for (let i = 0; i < samplesNs.length; i++) recorder.register(samplesNs[i] as number);
  });
}

/** A histogram that counts each sample as it comes, of the precision that reports have. */
export function measureHdr(task: RecordTask & { readonly useWebAssembly: boolean }) {
  hdr.initWebAssemblySync();
  const histogram = hdr.build({
    useWebAssembly: task.useWebAssembly,
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3600e9,
    numberOfSignificantValueDigits: 3,
  });
  return fastestBatch(task, (samplesNs) => {
    for (let i = 0; i < samplesNs.length; i++) histogram.recordValue(samplesNs[i] as number);
  });
}
