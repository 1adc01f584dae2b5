import { isAlias, isMap, isSeq } from 'yaml';
import { usageError } from '../errors.js';
import { didYouMean, printable, quote } from '../wording.js';
import { keyOfName, type OptionKey } from './options.js';
import type { RawValue } from './values.js';
import { type Fail, readLine, readYaml, textOf, type YamlText } from './yaml-text.js';

/**
 * The text of a workload file: one YAML mapping from option names to values, a description, and
 * thresholds to hold the run to.
 * Values stay text (YAML's failsafe schema), so that `hold: 400ms` is read by the very rules of
 * `--hold 400ms`.
 */

export interface WorkloadEntry {
  readonly value: RawValue;
  readonly line: number;
  /** `file.yaml:3:7 hold`, for error messages. */
  readonly where: string;
}

/** What a workload may say beside the options of a run, by the flags that override it. */
export const settingNames = ['backend', 'host', 'baseline'] as const;
export type SettingName = (typeof settingNames)[number];

export interface Setting {
  readonly value: string;
  /** `file.yaml:3:7 backend`, for error messages. */
  readonly where: string;
}

export interface WorkloadText {
  readonly description: string | null;
  /** What it runs on, and what `irqbench gate` holds it against. */
  readonly settings: { readonly [Name in SettingName]?: Setting };
  readonly entries: ReadonlyMap<OptionKey, WorkloadEntry>;
  /** What fails the run, as `--fail-if` takes it; nobody has read them yet. */
  readonly thresholds: readonly (WorkloadEntry & { readonly value: string })[];
}

const DESCRIPTION = 'description';
const THRESHOLDS = 'thresholds';

/** A value as the options take it: text, or a list of texts. */
function readValue(node: unknown, name: string, fail: Fail): RawValue {
  const text = textOf(node);
  if (text !== undefined) return text;
  if (isAlias(node)) return fail(node, `${name} is an alias; write the value itself`);
  if (!isSeq(node)) return fail(node, `${name} is a mapping; give it one value`);
  return node.items.map(
    (item) => textOf(item) ?? fail(item, `${name} lists more than plain values; give only those`),
  );
}

/** A threshold, or a list of them, each with its own place. */
function readThresholds(node: unknown, { fail, place }: YamlText): WorkloadText['thresholds'] {
  const items = isSeq(node) ? node.items : [node];
  return items.map((item) => {
    const value = textOf(item)?.trim() ?? '';
    if (value === '') {
      return fail(item ?? node, `${THRESHOLDS} are lines such as "- register.p99 > 2ms"`);
    }
    const { line, spelled } = place(item);
    return { value, line, where: `${spelled} ${THRESHOLDS}` };
  });
}

/**
 * Reads the text of a workload file.
 * @param file how error messages name it
 * @throws a usage error that begins with `file:line:column`
 */
export function parseWorkload(text: string, file: string): WorkloadText {
  const yaml = readYaml(text, file, 'a workload file', 'lines of "name: value"');
  const { root, fail, place } = yaml;
  if (root === null || textOf(root) === '') {
    throw usageError(`${printable(file)}: is empty; give options, such as "vms: 800"`);
  }
  if (!isMap(root)) return fail(root, 'is no mapping; a workload file is lines of "name: value"');

  let description: string | null = null;
  const settings: { [Name in SettingName]?: Setting } = {};
  let thresholds: WorkloadText['thresholds'] = [];
  const entries = new Map<OptionKey, WorkloadEntry>();
  const firstLine = new Map<string, number>();
  for (const { key: keyNode, value: node } of root.items) {
    const name = textOf(keyNode);
    if (name === undefined) return fail(keyNode, 'a key is no plain word; keys are option names');
    const { line } = place(keyNode);
    const before = firstLine.get(name);
    if (before !== undefined) {
      return fail(keyNode, `${quote(name)} is given twice, first on line ${before}; keep one`);
    }
    firstLine.set(name, line);
    if (name === DESCRIPTION) {
      description = readLine(node ?? keyNode, DESCRIPTION, fail);
      continue;
    }
    const setting = settingNames.find((known) => known === name);
    if (setting !== undefined) {
      const value = readLine(node ?? keyNode, setting, fail);
      settings[setting] = { value, where: `${place(node ?? keyNode).spelled} ${setting}` };
      continue;
    }
    if (name === THRESHOLDS) {
      thresholds = readThresholds(node ?? keyNode, yaml);
      continue;
    }
    const key = keyOfName.get(name);
    if (key === undefined) {
      const known = [...keyOfName.keys(), DESCRIPTION, THRESHOLDS, ...settingNames];
      const hint = didYouMean(name, known);
      return fail(keyNode, `${quote(name)} is no run option${hint}; see irqbench fork --help`);
    }
    const where = `${place(node ?? keyNode).spelled} ${name}`;
    entries.set(key, { value: node === null ? '' : readValue(node, name, fail), line, where });
  }
  return { description, settings, entries, thresholds };
}
