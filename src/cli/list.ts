import { Argument, type Command } from 'commander';
import { EXIT, type ExitCode } from '../errors.js';
import { axes, describeAxes } from '../plan/axes.js';
import { presets } from '../plan/strategies.js';
import { listWorkloads } from '../plan/workload-file.js';
import { type Streams, writeOut } from './streams.js';

/** `irqbench list`: what there is to choose from. */

const EXAMPLES = `
Examples:
  irqbench list strategies
  irqbench list workloads`;

export function addListCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('list')
    .addArgument(new Argument('<what>', 'what to list').choices(['strategies', 'workloads']))
    .summary('list strategies or workloads, a line each')
    .description('Lists what a run can choose from.')
    .addHelpText('after', EXAMPLES)
    .action(async (what: 'strategies' | 'workloads') => {
      await writeOut(streams, what === 'strategies' ? strategies() : workloads());
      exit(EXIT.done);
    });
}

function strategies(): string {
  const rows = presets.map((preset) => [
    preset.name,
    `${preset.summary} (${describeAxes(preset)}); ${preset.origin}; ${preset.limits}`,
  ]);
  const values = Object.entries(axes).flatMap(([axis, meanings]) =>
    Object.entries(meanings).map(([value, meaning]) => [`${axis} ${value}`, meaning]),
  );
  return `${lines(rows as [string, string][])}\n${lines(values as [string, string][])}`;
}

function workloads(): string {
  return lines(listWorkloads().map(({ name, description }) => [name, description]));
}

function lines(rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}\n`).join('');
}
