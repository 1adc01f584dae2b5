import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { resolveReference } from '../../src/plan/fidelity.js';
import { loadHost } from '../../src/plan/host-file.js';
import {
  listReferences,
  loadReference,
  parseReference,
  settingsOf,
} from '../../src/plan/reference-file.js';
import { figuresOf } from '../support/profiles.js';
import { refused } from './refused.js';

const TEXT = readFileSync(
  new URL('../../../workloads/references/kernel-bug-217379.yaml', import.meta.url),
  'utf8',
);

test('the packaged references are listed by their files’ names, each with a public source', () => {
  const references = listReferences();
  assert.deepEqual(
    references.map(({ name }) => name),
    ['cna-locktorture', 'icelake-174k', 'kernel-bug-217379'],
  );
  for (const { source } of references) assert.match(source, /kernel bug \d+|linux-kernel list/);
});

test('what hosts say was fitted to a reference, the reference says too, and the other way round', () => {
  let most = 0;
  for (const reference of listReferences()) {
    const host = loadHost(reference.host);
    const { scenario, fitted } = reference;
    const marked = [
      ...figuresOf(host).map(([path, figure]) => [`host.${path}`, figure] as const),
      ...figuresOf(scenario).map(([path, figure]) => [`scenario.${path}`, figure] as const),
    ].filter(([, { fitted: to }]) => to !== undefined);
    const named = fitted.map(({ parameter }) => parameter);
    if (reference.host !== 'icelake-144') {
      assert.deepEqual(
        marked.map(([path]) => path),
        named,
        reference.name,
      );
    }
    most = Math.max(most, named.length);
    assert.equal(resolveReference(reference, [1], true).parameters.length, named.length);
  }
  assert.ok(most <= 2, 'more than two fitted parameters');
});

test('the published counts are what the shares are of', () => {
  const { scenario } = loadReference('kernel-bug-217379');
  const counts = [9264, 6041, 8617, 4063, 2015];
  const shares = scenario.figures.flatMap((figure) =>
    figure.of === 'register.share' ? [figure.published] : [],
  );
  assert.equal(shares.length, counts.length);
  for (const [at, count] of counts.entries()) {
    assert.ok(Math.abs((shares[at] as number) - count / 30_000) < 1e-4);
  }
});

test('a plan for every seed, and for each fitted parameter halved and doubled', () => {
  const { trials } = resolveReference(loadReference('kernel-bug-217379'), [1, 2], true);
  assert.equal(trials.length, 5);
  const [own, halved] = trials;
  assert.deepEqual(
    own?.plans.map(({ seed, burst, vms, rounds }) => [seed, burst, vms, rounds]),
    [
      [1, 20, 900, 100],
      [2, 20, 900, 100],
    ],
  );
  assert.equal(halved?.role.kind, 'varied');
  assert.equal(halved?.plans[0]?.irqGraceNs, (own?.plans[0]?.irqGraceNs as number) / 2);
});

test('what a source leaves open is every combination', () => {
  const unpublished = { burst: [1, 2], lock: ['mcs', 'mutex'] };
  assert.deepEqual(settingsOf({ unpublished }), [
    { burst: 1, lock: 'mcs' },
    { burst: 1, lock: 'mutex' },
    { burst: 2, lock: 'mcs' },
    { burst: 2, lock: 'mutex' },
  ]);
  assert.deepEqual(settingsOf({ unpublished: {} }), [{}]);
});

test('what is wrong with a reference is said with its place', () => {
  const parse = (from: string | RegExp, to: string) =>
    refused(() => parseReference(TEXT.replace(from, to), 'r.yaml'));
  assert.match(
    parse('published: 1405199', 'published: fast'),
    /^r\.yaml:\d+:\d+: scenario\.figures\.0\.published/,
  );
  assert.match(
    parse('to: [average]', 'to: [averge]'),
    /^r\.yaml: fitted: there is no figure "averge" \(did you mean average\?\)$/,
  );
  assert.match(parse('kind: run', 'kind: walk'), /^r\.yaml:\d+:\d+: scenario\.kind/);
  assert.match(
    refused(() => loadReference('kernel-bug')),
    /^--reference: "kernel-bug" is no packaged reference/,
  );
  const unknown = parseReference(TEXT.replace('vms: 900', 'vmz: 900'), 'r.yaml');
  assert.match(
    refused(() => resolveReference(unknown, [1], false)),
    /there is no option "vmz" \(did you mean vms\?\)/,
  );
});
