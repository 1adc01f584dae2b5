import type { RunOptions } from '../backends/backend.js';
import { EXIT, type ExitCode, interruptedError, runError, usageError } from '../errors.js';
import { baselineText } from '../gate/baseline-file.js';
import { fingerprintOf } from '../gate/fingerprint.js';
import { baselineOf } from '../gate/save.js';
import { metricsOf, sessionOf } from '../gate/sessions.js';
import type { Baseline, ClockBaseline } from '../model/baseline.js';
import type { RunPlan } from '../model/run-plan.js';
import { type Environment, type RunResult, runResultSchema } from '../model/run-result.js';
import { counted } from '../units.js';
import type { ChosenBackend } from './backend-option.js';
import { isBad, runOnce } from './gate-run.js';
import { type TargetFile, writeOutput } from './output-file.js';
import { readRun } from './read-result.js';
import { type Streams, writeOut } from './streams.js';

/** `irqbench gate --save-baseline FILE`: what later runs are held against. */

const NOTHING_SAVED = 'no baseline is saved';

export interface Sample {
  readonly result: RunResult;
  readonly clock: ClockBaseline | null;
}

/** Of a run that is measured now: on threads as many sessions, beside a yardstick. */
export async function sampleLive(
  plan: RunPlan,
  backend: ChosenBackend,
  sessions: number,
  options: RunOptions,
): Promise<Sample> {
  if (backend.name !== 'threads') {
    return { result: await runOnce(plan, backend, options), clock: null };
  }
  const { SessionSampler } = await import('../backends/threads/sessions.js');
  const { YARDSTICK_VERSION, yardstickNodes } = await import('../backends/threads/yardstick.js');
  const nodes = yardstickNodes(plan);
  const sampler = new SessionSampler(plan, nodes, options);
  try {
    const measured = await sampler.sessions(sessions);
    const bad = measured.find(({ result }) => isBad(result));
    if (bad && bad.result.failure !== null) return { result: bad.result, clock: null };
    const [first] = measured;
    if (bad || first === undefined || measured.length < sessions) {
      const whole = bad ? measured.length - 1 : measured.length;
      throw interruptedError(
        `interrupted after ${whole} of ${counted(sessions, 'session')}: ${NOTHING_SAVED}`,
      );
    }
    const { result } = first;
    return {
      result,
      clock: {
        machine: fingerprintOf(result.environment as Environment),
        yardstick: { version: YARDSTICK_VERSION, nodes },
        sessions: measured.map(sessionOf),
      },
    };
  } finally {
    await sampler.end();
  }
}

/**
 * Of a result that was saved: it has no clock that could be held.
 * @throws IrqbenchError (2) where it is of no run of irqbench's own
 */
export function sampleSaved(file: string, percentiles: readonly number[]): Sample {
  const parsed = runResultSchema.safeParse(readRun(file, percentiles));
  if (parsed.success) return { result: parsed.data, clock: null };
  throw usageError(
    `${file}: is of a real kernel, where nothing repeats; give a result of irqbench fork`,
  );
}

/**
 * Writes the file and says what is in it.
 * @throws IrqbenchError (3, 130) with nothing written, where the run failed or was interrupted
 */
export async function saveBaseline(
  { result, clock }: Sample,
  file: TargetFile,
  streams: Streams,
): Promise<ExitCode> {
  if (result.failure !== null) throw runError(`${result.failure}; ${NOTHING_SAVED}`);
  if (result.partial) throw interruptedError(`interrupted: ${NOTHING_SAVED}`);
  const baseline = baselineOf(result, clock);
  writeOutput(file, baselineText(baseline));
  await writeOut(streams, `${file.path}: ${describe(baseline)}\n`);
  return EXIT.done;
}

function describe({ plan, backend, deterministic, clock }: Omit<Baseline, 'digest'>): string {
  const held = [
    ...(deterministic.length > 0
      ? [`deterministic ${counted(deterministic.length, 'figure')}`]
      : []),
    ...(clock
      ? [
          `statistical ${metricsOf(clock.sessions).join(', ')} of ${counted(clock.sessions.length, 'session')}`,
        ]
      : []),
  ];
  return `baseline of ${plan.strategy.name} on ${backend}; ${held.join('; ')}`;
}
