import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { EXIT, type ExitCode } from '../errors.js';
import { baselineSchema } from '../model/baseline.js';
import { compareResultSchema } from '../model/compare-result.js';
import { DOCTOR_SCHEMA_VERSION, doctorResultSchema } from '../model/doctor-result.js';
import { fidelityResultSchema } from '../model/fidelity-result.js';
import { gateResultSchema } from '../model/gate-result.js';
import { anyResultSchema } from '../model/real-result.js';
import { SCHEMA_VERSION } from '../model/run-result.js';
import { sweepResultSchema } from '../model/sweep-result.js';
import { VERIFY_SCHEMA_VERSION, verifyResultSchema } from '../model/verify-result.js';
import { type Streams, writeOut } from './streams.js';

/** `irqbench schema`: the JSON Schema of results and baselines, from the source that checks them. */

const SCHEMAS = {
  result: { title: 'irqbench result', version: SCHEMA_VERSION, schema: anyResultSchema },
  compare: { title: 'irqbench comparison', version: SCHEMA_VERSION, schema: compareResultSchema },
  sweep: { title: 'irqbench sweep', version: SCHEMA_VERSION, schema: sweepResultSchema },
  fidelity: { title: 'irqbench fidelity', version: SCHEMA_VERSION, schema: fidelityResultSchema },
  gate: { title: 'irqbench gate', version: SCHEMA_VERSION, schema: gateResultSchema },
  baseline: { title: 'irqbench baseline', version: SCHEMA_VERSION, schema: baselineSchema },
  verify: {
    title: 'irqbench verification',
    version: VERIFY_SCHEMA_VERSION,
    schema: verifyResultSchema,
  },
  doctor: { title: 'irqbench doctor', version: DOCTOR_SCHEMA_VERSION, schema: doctorResultSchema },
} as const;

const EXAMPLES = `
Examples:
  irqbench schema > result.schema.json
  irqbench schema compare > compare.schema.json
  irqbench schema sweep > sweep.schema.json
  irqbench schema gate > gate.schema.json
  irqbench schema baseline > baseline.schema.json
  irqbench schema verify > verify.schema.json
  irqbench schema doctor > doctor.schema.json`;

export function addSchemaCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('schema')
    .addArgument(
      new Argument(
        '[of]',
        'result: of fork; compare: of a comparison; sweep: of a sweep; ' +
          'fidelity: of what it predicts; gate: of a gate; baseline: of what a gate is held ' +
          'against; verify: of a verification; doctor: of what it found',
      )
        .choices(Object.keys(SCHEMAS))
        .default('result'),
    )
    .summary('print the JSON Schema of a result')
    .description(
      'Prints the JSON Schema (draft 2020-12) that every JSON result, and baseline, follows.',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (of: keyof typeof SCHEMAS) => {
      const { title, version, schema } = SCHEMAS[of];
      const document = {
        title: `${title}, schemaVersion ${version}`,
        // What is accepted: a result of an earlier version lacks what has been added since.
        ...z.toJSONSchema(schema, { io: 'input' }),
      };
      await writeOut(streams, `${JSON.stringify(document, null, 2)}\n`);
      exit(EXIT.done);
    });
}
