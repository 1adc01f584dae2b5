import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { StopWord } from '../../src/sync/stop.js';
import { reserveSrcu, Srcu } from '../../src/vm/srcu.js';
import { Crew } from '../support/crew.js';
import type { KernelTask } from '../support/kernel.worker.js';
import { until } from '../support/watchdog.js';

/** The domain on real threads; `srcu-stepped.test.ts` is the systematic part. */

const WORKER = new URL('../support/kernel.worker.js', import.meta.url);
/** `SEQUENCE`, from the domain's first word. */
const SEQUENCE = 1;

class Domain {
  readonly layout = new Layout();
  readonly stopAt = this.layout.reserve(1);
  readonly at;
  readonly violationsAt = this.layout.reserve(1);
  readonly doneAt = this.layout.reserve(1);
  readonly lentAt = this.layout.reserve(4);
  readonly objectsAt = this.layout.reserve(8);
  readonly memory;

  constructor(readers: number) {
    this.at = reserveSrcu(this.layout, readers);
    this.memory = allocateMemory(this.layout.totalBytes);
  }

  view(reader = 0, leastNs = 0): Srcu {
    const stop = new StopWord(this.memory.words, this.stopAt);
    return new Srcu(this.memory, this.at, reader, leastNs, stop);
  }

  start(verb: 'read' | 'write', threads: number, writers: number, graces: number): Crew {
    const { violationsAt, doneAt, lentAt, objectsAt, at: domain } = this;
    const common = { violationsAt, doneAt, lentAt, objectsAt, domain, verb, writers, graces };
    const { buffer } = this.memory.words;
    const tasks = Array.from({ length: threads }, (_, self): KernelTask => {
      return { ...common, buffer, self };
    });
    return new Crew(WORKER, tasks);
  }

  word(at: number): number {
    return Atomics.load(this.memory.words, at);
  }
}

for (const [readers, writers] of [
  [1, 1],
  [3, 1],
  [2, 3],
] as const) {
  test(`${readers} readers never see what ${writers} writers write`, async () => {
    const domain = new Domain(readers);
    const crews = [
      domain.start('read', readers, writers, 0),
      domain.start('write', writers, writers, 3000),
    ];
    const describe = () => `${domain.word(domain.doneAt)} of ${writers} writers are done`;
    await Promise.all(crews.map((crew) => crew.ended(describe)));
    assert.equal(domain.word(domain.violationsAt), 0);
  });
}

test('with nobody inside, a grace period ends at once; its readers are told by their index', () => {
  const domain = new Domain(2);
  const [one, other] = [domain.view(0), domain.view(1)];
  for (let grace = 0; grace < 4; grace++) {
    assert.equal(one.readLock(), grace % 2);
    one.readUnlock(grace % 2);
    assert.equal(other.readLock(), grace % 2);
    other.readUnlock(grace % 2);
    one.synchronize();
    assert.equal(domain.word(domain.at.at + SEQUENCE), 2 * (grace + 1));
  }
});

test('its sequence wraps around', () => {
  for (const before of [0x7fff_fffe, -2]) {
    const domain = new Domain(1);
    domain.memory.words[domain.at.at + SEQUENCE] = before;
    domain.view().synchronize();
    domain.view().synchronize();
    assert.equal(domain.word(domain.at.at + SEQUENCE), (before + 4) | 0);
  }
});

test('a section that is not of the domain’s thread keeps a writer waiting, until it ends', async () => {
  const domain = new Domain(1);
  const reader = domain.view();
  const index = reader.readLock();
  const crew = domain.start('write', 1, 1, 1);
  const awaitedAt = domain.at.at + 3;
  const isAwaited = () => domain.word(awaitedAt) === index + 1;
  await until(isAwaited, () => 'the writer does not wait');
  // Others may come and go meanwhile; they are of the other index.
  const later = reader.readLock();
  assert.equal(later, 1 - index);
  reader.readUnlock(later);
  assert.ok(isAwaited());
  assert.equal(domain.word(domain.doneAt), 0);
  reader.readUnlock(index);
  await crew.ended(() => 'the writer sleeps on');
  assert.equal(domain.word(domain.doneAt), 1);
});

test('a grace period takes as long as it is to, unless the run is to end', () => {
  const domain = new Domain(1);
  const srcu = domain.view(0, 20e6);
  const begunMs = performance.now();
  srcu.synchronize();
  assert.ok(performance.now() - begunMs >= 19);
  new StopWord(domain.memory.words, domain.stopAt).set();
  domain.view(0, 3600e9).synchronize();
});
