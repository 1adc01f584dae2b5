import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { IrqbenchError } from '../../src/errors.js';
import { parseBaseline, readBaseline } from '../../src/gate/baseline-file.js';
import { scratchFolder } from '../cli/irqbench.js';
import { buildBaseline, savedText } from '../fixtures/baseline.js';
import fc from '../support/properties.js';

const folder = scratchFolder();

/** One line that names the file, and exit code 2. */
function refusedBy(read: () => unknown): string {
  try {
    read();
  } catch (thrown) {
    assert.ok(thrown instanceof IrqbenchError, `${thrown}`);
    assert.equal(thrown.exitCode, 2);
    assert.match(thrown.message, /^--baseline base\.json: [^\n]+$/);
    return thrown.message;
  }
  return assert.fail('it was read');
}

const refused = (text: string) => refusedBy(() => parseBaseline(text, 'base.json'));

test('what is saved is read back, and the same baseline has the same bytes', () => {
  const text = savedText();
  assert.deepEqual(parseBaseline(text, 'base.json'), JSON.parse(JSON.stringify(buildBaseline())));
  assert.equal(savedText(), text);
  assert.ok(text.endsWith('}\n'));
});

test('another layout of the same JSON is the same baseline', () => {
  const compact = JSON.stringify(JSON.parse(savedText()));
  assert.deepEqual(parseBaseline(compact, 'base.json'), parseBaseline(savedText(), 'base.json'));
});

test('each way to be no baseline is named', () => {
  assert.match(refused(''), /is empty/);
  assert.match(refused(' \n'), /is empty/);
  assert.match(refused(savedText().slice(0, -20)), /is not JSON/);
  for (const text of ['null', '1', '"baseline"', '[]', '{}', '{"kind":"compare"}']) {
    assert.match(refused(text), /is no baseline; make one with irqbench gate --save-baseline FILE/);
  }
  assert.match(refused(savedText({}, { schemaVersion: 2 })), /schemaVersion 2, .* up to 1/);
  assert.match(
    refused(savedText().replace('"vms": 800', '"vms": 801')),
    /was changed after it was saved/,
  );
  assert.match(refused(savedText({}, { schemaVersion: '1' })), /is no baseline: schemaVersion: /);
  assert.match(refused(savedText({}, { deterministic: ['no.metric'] })), /deterministic\.0: /);
  assert.match(refused(savedText({}, { surprise: 1 })), /surprise/);
});

test('what is no file of a sensible size is not read', () => {
  const path = join(folder, 'folder');
  mkdirSync(path);
  const large = join(folder, 'large.json');
  writeFileSync(large, ' '.repeat(17e6));
  for (const [given, why] of [
    [path, /is no file/],
    [large, /has 17\.0 MB/],
    [join(folder, 'none.json'), /cannot be read \(ENOENT/],
    ['/dev/zero', /is no file/],
  ] as const) {
    assert.throws(
      () => readBaseline(given),
      (thrown) =>
        thrown instanceof IrqbenchError && thrown.exitCode === 2 && why.test(thrown.message),
    );
  }
});

const SAVED = savedText();
const BYTES = Buffer.from(SAVED);

test('a flipped bit anywhere is noticed, unless it is in the white space', () => {
  const flip = fc.record({
    at: fc.nat({ max: BYTES.length - 1 }),
    bit: fc.nat({ max: 7 }),
  });
  const parsed = JSON.stringify(JSON.parse(SAVED));
  fc.assert(
    fc.property(flip, ({ at, bit }) => {
      const bytes = Buffer.from(BYTES);
      bytes[at] = (bytes[at] as number) ^ (1 << bit);
      const text = bytes.toString('utf8');
      if (isSame(text, parsed)) assert.doesNotThrow(() => parseBaseline(text, 'base.json'));
      else refused(text);
    }),
    { numRuns: 500 },
  );
});

function isSame(text: string, parsed: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === parsed;
  } catch {
    return false;
  }
}

test('a file that was cut off is noticed', () => {
  fc.assert(
    fc.property(fc.nat({ max: SAVED.trimEnd().length - 1 }), (length) => {
      refused(SAVED.slice(0, length));
    }),
  );
});

/** The paths to every value of a document. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, of]) => pathsOf(of, [...path, key]))];
}

const PATHS = pathsOf(JSON.parse(SAVED)).filter(([first]) => first !== undefined);

const anything = fc.oneof(
  fc.constantFrom('null', 'true', '{}', '[]', '""', '-1', '0.5', '1e308', '-1e308', '1e999', '-0'),
  fc.constantFrom('{"__proto__":{"kind":"baseline"}}', '{"constructor":1}', '{"toString":null}'),
  fc.json({ maxDepth: 2 }),
);

/** The document with one value replaced by other JSON, and its digest made right again. */
function withReplaced(path: readonly string[], json: string): string {
  const marker = 'f0e1d2c3';
  const { digest: _, ...content } = JSON.parse(SAVED) as Record<string, unknown>;
  let at: Record<string, unknown> = content;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1) as string] = marker;
  // A number such as 1e999 is there in JSON alone: it is put into the text.
  const replaced = JSON.parse(JSON.stringify(content).replace(`"${marker}"`, () => json)) as never;
  return savedText({}, replaced);
}

test('values of any kind in any place are refused or are a baseline, and nothing else happens', () => {
  const place = fc.constantFrom(...PATHS.filter(([first]) => first !== 'digest'));
  fc.assert(
    fc.property(place, anything, (path, json) => {
      const text = withReplaced(path, json);
      try {
        const read = parseBaseline(text, 'base.json');
        assert.equal(read.kind, 'baseline');
        assert.equal(Object.getPrototypeOf(read), Object.prototype);
      } catch (thrown) {
        refusedBy(() => {
          throw thrown;
        });
      }
    }),
    { numRuns: 500 },
  );
  assert.equal(({} as { kind?: string }).kind, undefined, 'no prototype was changed');
});

test('any JSON at all', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      refused(text);
    }),
  );
  refused('['.repeat(1e6));
  refused('{"kind":"baseline","a":'.repeat(1e5));
});
