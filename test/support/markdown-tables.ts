import assert from 'node:assert/strict';

/** The tables of a document: rows of cells, split at the bars that are not escaped. */
export function tables(document: string): string[][][] {
  return document
    .split('\n\n')
    .filter((block) => block.startsWith('| '))
    .map((block) =>
      block
        .trimEnd()
        .split('\n')
        .map((line) => {
          assert.match(line, /^\| .* \|$/);
          return line
            .slice(2, -2)
            .split(/ (?<!\\)\| /)
            .map((cell) => cell.replace(/\\(.)/g, '$1'));
        }),
    );
}

export function tableUnder(document: string, firstHead: string): string[][] {
  const found = tables(document).find(([head]) => head?.[0] === firstHead);
  assert.ok(found, `no table begins with ${firstHead}`);
  return found;
}
