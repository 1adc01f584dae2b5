/** A change of some lines of a compiled module, to as many others, so that places stay right. */
export interface Edit {
  /** Of `src/`, without extension. */
  readonly module: string;
  /** Lines one after the other, without indentation. They must be there, and once. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** What to make of a module's text, as a stepped world takes it. */
export function editorOf(edits: readonly Edit[]): (path: string, text: string) => string {
  return (path, text) => edits.filter(({ module }) => module === path).reduce(change, text);
}

/** @throws Error where the lines are not there once: the code has changed since */
export function change(text: string, { module, from, to }: Edit): string {
  if (from.length !== to.length || from.length === 0)
    throw new Error(`${module}: ${from.length} lines are not changed to ${to.length}`);
  const lines = text.split('\n');
  const places = [...lines.keys()].filter((at) =>
    from.every((line, i) => lines[at + i]?.trim() === line),
  );
  const [at] = places;
  if (at === undefined || places.length > 1)
    throw new Error(`${module}: ${places.length} places of "${from.join(' ')}"`);
  return lines.toSpliced(at, from.length, ...to).join('\n');
}
