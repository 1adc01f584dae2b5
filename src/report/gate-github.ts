import { type GateCheck, type GateResult, isFailure } from '../model/gate-result.js';
import { gateIncompleteness, refusedLines, sentenceOf } from './gate-content.js';

/**
 * Annotations of a job on GitHub, as workflow commands: lines that its runner takes out of a step's
 * output. Source of the form: docs.github.com, "Workflow commands for GitHub Actions"; of the
 * escapes: actions/toolkit, packages/core/src/command.ts.
 */

type Level = 'error' | 'warning' | 'notice';

/** GitHub shows so many of a level for each step; the last one says how many more there are. */
const MOST_SHOWN = 10;

/** @returns lines, each with its newline; empty where there is nothing to say */
export function gateAnnotations(result: GateResult): string {
  const { checks, warnings } = result;
  const incomplete = gateIncompleteness(result);
  const sentences = (of: (check: GateCheck) => boolean): [string, string][] =>
    checks
      .filter(of)
      .map((check) => [`${check.run}: ${check.metric} ${check.verdict}`, sentenceOf(check)]);
  const commands = [
    ...commandsOf('error', [
      ...(incomplete === null ? [] : [['irqbench gate', incomplete] as const]),
      ...sentences(({ verdict }) => isFailure(verdict)),
    ]),
    ...commandsOf('warning', [
      ...sentences(({ verdict }) => verdict === 'allowed'),
      ...refusedLines(result).map((line) => ['irqbench gate', line] as const),
      ...warnings.map(({ message, remedy }) => ['irqbench gate', `${message}; ${remedy}`] as const),
    ]),
    ...commandsOf(
      'notice',
      sentences(({ verdict }) => verdict === 'improved'),
    ),
  ];
  return commands.map((command) => `${command}\n`).join('');
}

function commandsOf(level: Level, all: readonly (readonly [string, string])[]): string[] {
  const shown = all.length <= MOST_SHOWN ? all : all.slice(0, MOST_SHOWN - 1);
  const more = all.length - shown.length;
  return [
    ...shown.map(([title, message]) => command(level, title, message)),
    ...(more === 0 ? [] : [command(level, 'irqbench gate', `and ${more} more`)]),
  ];
}

function command(level: Level, title: string, message: string): string {
  return `::${level} title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
