import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EXIT } from '../../src/errors.js';
import { EBUSY, ENOMEM } from '../../src/irqbypass/errno.js';
import { loadUserIndex, UNCOUNTED } from '../../src/irqbypass/user-index.js';
import { LINE_WORDS, WORD_BYTES } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { BypassRig } from '../support/bypass-rig.js';
import { USER_INDEX } from '../support/contestants.js';
import { planOf, XARRAY } from '../support/plans.js';
import fc from '../support/properties.js';
import { runToEnd } from '../support/runs.js';
import { MUTEX } from '../support/sites.js';
import { eventfdToken, halves } from '../support/token.js';

/** Indexes of the user's own: what is wrong with one is said at once, and the template works. */

const directory = mkdtempSync(join(tmpdir(), 'irqbench-index-'));
after(() => rmSync(directory, { recursive: true }));
let files = 0;

function write(source: string): string {
  const path = join(directory, `index-${files++}.mjs`);
  writeFileSync(path, source);
  return path;
}

const GOOD = `
  export const name = 'one place';
  export const words = 4;
  export function createIndex({ memory: words, at }) {
    return {
      load: (hi, lo) => (words[at] === hi && words[at + 1] === lo ? words[at + 2] : 0),
      insert: (hi, lo, entry) => {
        if (words[at + 2] !== 0) return words[at] === hi && words[at + 1] === lo ? -16 : -12;
        words[at] = hi; words[at + 1] = lo; words[at + 2] = entry;
        return 0;
      },
      erase: (hi, lo) => {
        if (words[at] !== hi || words[at + 1] !== lo) return 0;
        const entry = words[at + 2];
        words[at] = 0; words[at + 1] = 0; words[at + 2] = 0;
        return entry;
      },
    };
  }
`;

test('an index that works is loaded, with its words as a number or reckoned', async () => {
  const index = await loadUserIndex(write(GOOD));
  assert.equal(index.name, 'one place');
  assert.equal(index.words(1000), 4);
  const reckoned = GOOD.replace('words = 4', 'words = (capacity) => 4 * capacity');
  assert.equal((await loadUserIndex(write(reckoned))).words(1000), 4000);
});

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ['not a module', 'export {', /cannot be imported/],
  ['no name', GOOD.replace("name = 'one place'", "title = 'x'"), /exports no name/],
  ['an empty name', GOOD.replace("'one place'", "''"), /exports no name/],
  ['no words', GOOD.replace('const words', 'const wards'), /exports no words/],
  ['no words that are a number', GOOD.replace('words = 4', 'words = -1'), /words for 1 entries/],
  ['words that throw', GOOD.replace('words = 4', 'words = () => { throw new Error("x") }'), /x/],
  ['no createIndex', GOOD.replace('function createIndex', 'function create'), /createIndex/],
  ['no index', GOOD.replace('return {\n      load', 'void {\n      load'), /no object .* load/],
  ['no erase', GOOD.replace('erase:', 'remove:'), /no object with a function erase/],
  [
    'duplicates',
    GOOD.replace('? -16', '? 0'),
    /insert of a token that is there returned 0, not -16/,
  ],
  [
    'what does not find',
    GOOD.replace('? words[at + 2] : 0', '? 0 : 0'),
    /load .* returned 0, not 48/,
  ],
  ['what does not forget', GOOD.replace(/words\[at\] = 0;.*/, ''), /erase of a token that is gone/],
  ['what throws', GOOD.replace('load: (hi, lo) =>', 'load: (hi, lo) => nothing &&'), /threw/],
];

for (const [what, source, message] of WRONG) {
  test(`a module with ${what} is refused in one line that names it`, async () => {
    const path = write(source);
    await assert.rejects(loadUserIndex(path), (thrown: Error & { exitCode: number }) => {
      assert.equal(thrown.exitCode, EXIT.usage);
      assert.ok(thrown.message.startsWith(`--index ${path}: `), thrown.message);
      assert.match(thrown.message, message);
      assert.doesNotMatch(thrown.message, /\n/);
      return true;
    });
  });
}

test('a file that is not there is refused', () =>
  assert.rejects(loadUserIndex(join(directory, 'none.mjs')), { exitCode: EXIT.usage }));

test('the template is a map, whatever comes and goes', async () => {
  const template = await loadUserIndex(USER_INDEX);
  let visited = 0;
  const visits = { add: (nodes: number) => (visited += nodes) };
  const token = fc.oneof(
    fc.nat(30).map((i) => eventfdToken(i)),
    fc.bigInt(1n, 2n ** 64n - 1n),
  );
  const step = fc.record({ verb: fc.constantFrom('insert', 'insert', 'erase', 'load'), token });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 40 }), (steps, n) => {
      const words = Math.ceil(template.words(n) / LINE_WORDS) * LINE_WORDS;
      const memory = allocateMemory((words + 2 * LINE_WORDS) * WORD_BYTES);
      const index = template.createIndex({ memory, at: LINE_WORDS, capacity: n, visits });
      const model = new Map<bigint, number>();
      for (const [i, { verb, token }] of steps.entries()) {
        const { hi, lo } = halves(token);
        const held = model.get(token) ?? 0;
        visited = 0;
        if (verb === 'load') {
          assert.equal(index.load(hi, lo), held);
          assert.ok(
            visited >= 1 && visited <= model.size + 1,
            `${visited} of ${model.size} visited`,
          );
        }
        if (verb === 'erase') {
          assert.equal(index.erase(hi, lo), held);
          model.delete(token);
        }
        if (verb !== 'insert' || (held === 0 && model.size === n)) continue;
        assert.equal(index.insert(hi, lo, 16 * (i + 1)), held === 0 ? 0 : -EBUSY);
        if (held === 0) model.set(token, 16 * (i + 1));
        for (const [other, entry] of model) {
          const both = halves(other);
          assert.equal(index.load(both.hi, both.lo), entry);
        }
      }
      for (const word of [0, LINE_WORDS - 1, LINE_WORDS + words]) {
        assert.equal(memory.words[word], 0, 'it kept to its words');
      }
    }),
    { numRuns: 300 },
  );
});

test('the template says when it is full', async () => {
  const template = await loadUserIndex(USER_INDEX);
  const words = template.words(1);
  const visits = UNCOUNTED;
  const memory = allocateMemory((words + LINE_WORDS) * WORD_BYTES);
  const index = template.createIndex({ memory, at: LINE_WORDS, capacity: 1, visits });
  let inserted = 0;
  while (index.insert(7, inserted + 1, 16) === 0) inserted++;
  assert.equal(inserted, words / 4);
  assert.equal(index.insert(7, 1000, 16), -ENOMEM);
  assert.equal(index.insert(7, 1, 16), -EBUSY);
  assert.equal(index.erase(7, 1), 16);
  assert.equal(index.insert(7, 1000, 16), 0);
});

for (const [scope, shards] of [
  ['global', 1],
  ['sharded', 4],
  ['token', 4],
] as const) {
  const connect = scope === 'token' ? 'outside' : 'inside';

  test(`${scope}: the audit asks the index for whoever should be there, and for nobody else`, async () => {
    const rig = new BypassRig({
      index: USER_INDEX,
      axes: { scope, shards, connect },
      algorithms: { ...MUTEX, index: await loadUserIndex(USER_INDEX) },
      consumers: 7,
      producers: 1,
      arenaEntries: 8,
    });
    for (let i = 0; i < 6; i++) rig.registerConsumer(rig.consumer(i), eventfdToken(i));
    assert.deepEqual(rig.audit(6, 0), { damage: 0, findings: [] });
    rig.registerConsumer(rig.consumer(6), eventfdToken(6));
    assert.deepEqual(rig.audit(6, 0).findings, ['consumer 6 of a burst VM was left behind']);
    assert.match(rig.audit(7, 1).findings.join(), /producer 0 of a background VM is gone/);
  });

  test(`${scope}: a run with an index of one's own`, async () => {
    const strategy = { ...XARRAY, index: USER_INDEX, scope, shards, connect } as const;
    const result = await runToEnd(planOf({ strategy, producersPerVm: 2 }));
    assert.equal(result.failure, null);
    assert.equal(result.audit.damage, 0);
    assert.equal(result.work.connects, 3 * 3 * 2);
    assert.equal(result.entryLock === null, scope !== 'token');
  });
}

test('a run with an index that loses entries fails, and says so', async () => {
  const source = GOOD.replace('words = 4', 'words = 8').replace('-16 : -12', '-16 : 0');
  const strategy = { ...XARRAY, index: write(source) };
  const result = await runToEnd(planOf({ strategy }));
  assert.match(result.failure ?? '', /consumer \d+ of a background VM is gone/);
});
