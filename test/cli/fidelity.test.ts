import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FidelityResult, fidelityResultSchema } from '../../src/model/fidelity-result.js';
import { irqbench, scratchFolder } from './irqbench.js';

const folder = scratchFolder();

const HEAD = `name: tiny
description: a run of no consequence
source: "nowhere, it is a test"
host: xeon-8255c
`;
const OPTIONS =
  'vms: 20, burst: 3, irqfds: 4, rounds: 4, warmup-rounds: 0, hold: 1ms, release: free';

const RUN = join(folder, 'run.yaml');
writeFileSync(
  RUN,
  `${HEAD}scenario:
  kind: run
  options: { ${OPTIONS} }
  figures:
    - { name: average, of: register.meanNs, published: 1000, tolerance: { within: 100 } }
    - { name: all, of: register.share, fromNs: 1, toNs: 1073741824, published: 1, tolerance: { points: 1 } }
    - { name: maximum, of: register.maxNs, published: 1, tolerance: { from: 0, to: 1 } }
fitted:
  - { parameter: host.kernel.destroyGraceNs, to: [average] }
`,
);
const MAP = join(folder, 'map.yaml');
writeFileSync(
  MAP,
  `${HEAD}scenario:
  kind: run
  options: { ${OPTIONS} }
  unpublished: { burst: [1, 4], lock: [mcs-park, linux-mutex] }
  figures:
    - { name: mean wait, of: lock.waitMeanNs, published: 1000, tolerance: { within: 0.25 } }
`,
);
const TORTURE = join(folder, 'torture.yaml');
writeFileSync(
  TORTURE,
  `${HEAD}scenario:
  kind: torture
  insideNs: { value: 100, assumed: test }
  outsideNs: { value: 0, assumed: test }
  delayNs: { value: 0, assumed: test }
  delayOnceInThreadsTimes: { value: 1, assumed: test }
  startWithinNs: { value: 1000, assumed: test }
  cnaLocalHandOffs: { value: 1000, assumed: test }
  publishedForNs: { value: 1, assumed: test }
  simulatedForNs: 100000
  figures:
    - { name: ratio, of: ratio, lock: mcs, than: mcs, threads: 4, published: 1, tolerance: { within: 0.01 } }
    - { name: sections, of: sections, lock: mcs, threads: 1, published: 1, tolerance: { factor: 2 } }
`,
);

async function json(args: readonly string[]): Promise<FidelityResult> {
  const { code, stdout, stderr } = await irqbench(['fidelity', ...args, '--format', 'json']);
  assert.equal(code, 0, stderr);
  return fidelityResultSchema.parse(JSON.parse(stdout));
}

test('predicted stands beside published, whatever the verdict, and repeats to the byte', async () => {
  const args = ['--reference', RUN, '--seeds', '3'];
  const [one] = (await json(args)).references;
  const [average, all, maximum] = one?.figures ?? [];
  assert.equal(average?.values.length, 3);
  assert.deepEqual(average?.fittedBy, ['host.kernel.destroyGraceNs']);
  assert.deepEqual([all?.median, all?.isWithin, all?.fittedBy], [1, true, []]);
  assert.equal(maximum?.isWithin, false);
  const texts = await Promise.all([1, 2].map(() => irqbench(['fidelity', ...args])));
  assert.equal(texts[0]?.stdout, texts[1]?.stdout);
  assert.match(texts[0]?.stdout ?? '', /^average .* fitted \(/m);
  assert.match(texts[0]?.stdout ?? '', /^verdict +1 of 2 predicted figures within tolerance$/m);
  assert.match(texts[0]?.stdout ?? '', /destroyGraceNs = .*, fitted to: average$/m);
});

test('the sensitivity has a row for each fitted parameter halved and doubled', async () => {
  const [one] = (await json(['--reference', RUN, '--seeds', '1', '--sensitivity'])).references;
  assert.deepEqual(
    one?.sensitivity.map(({ factor }) => factor),
    [0.5, 2],
  );
  const [value] = one?.parameters ?? [];
  assert.equal(one?.sensitivity[0]?.value, (value?.value as number) / 2);
});

test('what the source leaves open becomes a map', async () => {
  const [one] = (await json(['--reference', MAP, '--seeds', '1'])).references;
  assert.deepEqual(one?.figures, []);
  assert.deepEqual(
    one?.map.map(({ settings }) => [settings.burst, settings.lock]),
    [
      [1, 'mcs-park'],
      [1, 'linux-mutex'],
      [4, 'mcs-park'],
      [4, 'linux-mutex'],
    ],
  );
  const { stdout } = await irqbench([
    'fidelity',
    '--reference',
    MAP,
    '--seeds',
    '1',
    '--format',
    'markdown',
  ]);
  assert.match(stdout, /within tolerance: (none|\d) of 4 combinations/);
});

test('a lock against itself is as fast as itself', async () => {
  const [one] = (await json(['--reference', TORTURE, '--seeds', '1'])).references;
  const [ratio, sections] = one?.figures ?? [];
  assert.equal(ratio?.median, 1);
  // 100 ns inside, and a lock that nobody contends for.
  assert.ok((sections?.median as number) > 5e6 && (sections?.median as number) < 1e7);
});

test('what cannot be is refused in a line', async () => {
  for (const [args, expected] of [
    [['--seeds', '0'], /--seeds 0: give a whole number from 1 to 1000$/],
    [['--reference', 'nothing'], /--reference: "nothing" is no packaged reference/],
  ] as const) {
    const { code, stdout, stderr } = await irqbench(['fidelity', ...args]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr.trimEnd(), expected);
  }
});

test('references are listed', async () => {
  const { stdout } = await irqbench(['list', 'references']);
  assert.match(stdout, /^kernel-bug-217379 +the reproducer /m);
});
