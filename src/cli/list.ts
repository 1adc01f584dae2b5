import { Argument, type Command } from 'commander';
import { EXIT, type ExitCode, usageError } from '../errors.js';
import { PHASES } from '../model/phases.js';
import { fixedMetrics, kindOf, metricLatencies, type RunMetric } from '../model/run-metric.js';
import {
  type Axis,
  axes,
  axisValues,
  describeAxes,
  EXCLUSIONS,
  exclusionOf,
} from '../plan/axes.js';
import { listHosts } from '../plan/host-file.js';
import { listReferences } from '../plan/reference-file.js';
import { listScenarios } from '../plan/scenario-file.js';
import { presets } from '../plan/strategies.js';
import { listWorkloads } from '../plan/workload-file.js';
import { type Streams, writeOut } from './streams.js';

/** `irqbench list`: what there is to choose from. */

const EXAMPLES = `
Examples:
  irqbench list strategies           the presets, and the values of every axis
  irqbench list strategies --matrix  which scope, connect, index and lock go together
  irqbench list workloads
  irqbench list hosts                what --backend sim can run on
  irqbench list references           what irqbench fidelity holds the simulator against
  irqbench list scenarios            what verify --strategy tries
  irqbench list phases               the kernel around the lock, for fork --phases
  irqbench list metrics              what --fail-if and sweep --metric take`;

const SUBJECTS = {
  strategies,
  workloads: () => described(listWorkloads()),
  hosts: () => described(listHosts()),
  references: () => described(listReferences()),
  scenarios: () => described(listScenarios()),
  phases,
  metrics,
} as const;
type Subject = keyof typeof SUBJECTS;

export function addListCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('list')
    .addArgument(new Argument('<what>', 'what to list').choices(Object.keys(SUBJECTS)))
    .summary('list strategies, workloads, hosts, references, scenarios, phases or metrics')
    .description('Lists what a run can choose from.')
    .option('--matrix', 'what goes with what among the axes of a strategy')
    .addHelpText('after', EXAMPLES)
    .action(async (what: Subject, flags: { readonly matrix?: true }) => {
      if (flags.matrix && what !== 'strategies') {
        throw usageError(`--matrix: there is one of strategies, not of ${what}`);
      }
      await writeOut(streams, flags.matrix ? matrix() : SUBJECTS[what]());
      exit(EXIT.done);
    });
}

function strategies(): string {
  const blocks = presets.map((preset) =>
    [
      preset.name,
      `  ${preset.summary}`,
      `  from    ${preset.origin}`,
      `  cannot  ${preset.limits}`,
      `  axes    ${describeAxes(preset)}`,
    ].join('\n'),
  );
  const values = Object.entries(axes).flatMap(([axis, meanings]) =>
    Object.entries(meanings).map(([value, meaning]): [string, string] => [
      `${axis} ${value}`,
      meaning,
    ]),
  );
  const own: [string, string][] = [
    ['index ./mine.mjs', 'a module of your own (irqbench init index mine.mjs)'],
    ['lock ./mine.mjs', 'a module of your own (irqbench init lock mine.mjs)'],
  ];
  return `${blocks.join('\n\n')}\n\n${table([...values, ...own])}`;
}

const COLUMN_AXES = ['index', 'lock', 'bypass'] as const satisfies readonly Axis[];

/** Rows of scope and connect, a column for each value of the other axes. */
function matrix(): string {
  const columns = COLUMN_AXES.flatMap((axis) =>
    axisValues(axis).map((value): [Axis, string] => [axis, value]),
  );
  const head = ['scope', 'connect', ...columns.map(([, value]) => value)];
  const rows = axisValues('scope').flatMap((scope) =>
    axisValues('connect').map((connect) => {
      const own = exclusionOf(['scope', scope], ['connect', connect]);
      const cells = columns.map((column) => {
        const found =
          own ?? exclusionOf(column, ['scope', scope]) ?? exclusionOf(column, ['connect', connect]);
        return found === undefined ? 'yes' : `(${EXCLUSIONS.indexOf(found) + 1})`;
      });
      return [scope, connect, ...cells];
    }),
  );
  const notes = EXCLUSIONS.map(
    ({ these, those, reason, remedy }, i) =>
      `(${i + 1}) ${these.join(' ')} does not go with ${those.join(' ')}: ${reason} (${remedy})`,
  );
  return `${table([head, ...rows])}\n${notes.join('\n')}\nA module of your own goes with whatever a named index or lock goes with.\n`;
}

function described(all: readonly { readonly name: string; readonly description: string }[]) {
  return table(all.map(({ name, description }) => [name, description]));
}

function phases(): string {
  const blocks = Object.entries(PHASES).map(
    ([name, { what, source }]) => `${name}\n  ${what}\n  from    ${source}\n`,
  );
  return blocks.join('\n');
}

const UNITS = { ns: 'time', count: 'count', ratio: 'ratio' } as const;

function metrics(): string {
  const row = (path: RunMetric, of: RunMetric): string[] => {
    const { unit, better } = kindOf(of);
    return [path, UNITS[unit], better === 'neither' ? '-' : `${better} is better`];
  };
  return table([
    ...metricLatencies.flatMap((latency) => [
      row(`${latency}.count`, `${latency}.count`),
      ...['min', 'mean', 'max', 'p<N>'].map((figure) =>
        row(`${latency}.${figure}`, `${latency}.mean`),
      ),
    ]),
    ...fixedMetrics.map((path) => row(path, path)),
  ]);
}

/** Columns as wide as their widest cell; the last is left as it is. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
