/** A change of a module's compiled text: what is wrong with a mutant. */
export interface Edit {
  /** Of `src/`, without extension. */
  readonly module: string;
  /** It must be there, and once. How lines are indented does not matter. */
  readonly from: string;
  /** However many lines it has, what follows stays on its own, by which places are told. */
  readonly to: string;
}

/** What to make of a module's text, as a stepped world takes it. */
export function editorOf(edits: readonly Edit[]): (path: string, text: string) => string {
  return (path, text) => edits.filter(({ module }) => module === path).reduce(change, text);
}

/** @throws Error where the text is not there once: the code has changed since */
export function change(text: string, { module, from, to }: Edit): string {
  const lines = from.split('\n').map((line) => line.trim());
  const found = new RegExp(lines.map(literally).join('\\n *'), 'g');
  const times = text.match(found)?.length ?? 0;
  if (times !== 1) throw new Error(`${module} has ${times} places of: ${from}`);
  const given = to.split('\n');
  const last = lines.length - 1;
  const fitted = [...given.slice(0, last), given.slice(last).join(' ')];
  return text.replace(found, () => fitted.join('\n') + '\n'.repeat(lines.length - fitted.length));
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
