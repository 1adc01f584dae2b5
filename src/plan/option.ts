import { type Kind, type Numeric, parseValue, type RawValue } from './values.js';

/** What one run option is: a flag of commander, a key of workload files, a default, a reader. */

export interface RunOption<T> {
  /** The long flag without its dashes, and the key in a workload file: `connect-cost`. */
  readonly name: string;
  /** The syntax for commander: `--connect-cost <time>`. */
  readonly flag: string;
  /** The default, spelled as a user would; null where the strategy decides. */
  readonly default: string | null;
  /** One line, without the default: {@link optionHelp} adds it. */
  readonly help: string;
  /** How its numbers are counted through; null where its values are words. */
  readonly numeric: Numeric | null;
  /**
   * Reads a flag's text or a workload file's value.
   * @param where `--hold`, or `file.yaml:3:7 hold`
   * @throws a usage error that names `where`, the value, what is wrong and what is accepted
   */
  parse(value: RawValue, where: string): T;
  /** The spelling that `parse` takes. */
  spell(value: T): string;
}

/** @param flag the syntax for commander */
export function option<T>(flag: string, initial: string | null, help: string, kind: Kind<T>) {
  return {
    name: flag.slice(2, flag.indexOf(' ')),
    flag,
    default: initial,
    help,
    numeric: kind.numeric ?? null,
    parse: (value, where) => parseValue(kind, value, where),
    spell: kind.spell,
  } satisfies RunOption<T> as RunOption<T>;
}

/** The help line with the default at its end. */
export function optionHelp(of: Pick<RunOption<unknown>, 'help' | 'default'>): string {
  return `${of.help} (default: ${of.default ?? "the strategy's"})`;
}

/** The name of an option's value among commander's: `connect-cost` → `connectCost`. */
export function flagAttribute(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
