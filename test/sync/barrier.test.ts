import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Barrier } from '../../src/sync/barrier.js';
import { until } from '../support/watchdog.js';
import { MeetingPlace } from './meeting.js';

for (const [parties, rounds] of [
  [1, 1000],
  [2, 5000],
  [3, 2000],
  [20, 200],
] as const) {
  test(`${parties} threads meet ${rounds} times and nobody runs ahead`, async () => {
    const place = new MeetingPlace(parties);
    const crew = place.start('meet', parties, { rounds });
    await crew.ended(() => place.describe());
    assert.equal(place.violations(), 0);
    assert.deepEqual(place.progress(), Array(parties).fill(rounds));
    assert.equal(place.words[place.at], 0, 'nobody is left counted');
    assert.equal(place.words[place.at + 1], rounds, 'a generation for each round');
  });
}

test('nobody passes before the last has come', async () => {
  const place = new MeetingPlace(4);
  const crew = place.start('meet', 3, { rounds: 1 });
  try {
    await until(
      () => Atomics.load(place.words, place.at) === 3,
      () => place.describe(),
    );
    assert.equal(Atomics.load(place.words, place.at + 1), 0);
    const fourth = place.start('meet', 1, { rounds: 1, first: 3 });
    await fourth.ended(() => place.describe());
    await crew.ended(() => place.describe());
    assert.equal(place.violations(), 0);
  } finally {
    await crew.terminate();
  }
});

test('a barrier that will never be full lets everybody go when the run is to end', async () => {
  const place = new MeetingPlace(4);
  const crew = place.start('meet', 3, { rounds: 1 });
  await until(
    () => Atomics.load(place.words, place.at) === 3,
    () => place.describe(),
  );
  place.stop.set();
  new Barrier(place.words, place.at, 4).open();
  await crew.ended(() => place.describe());
});

test('a run can end in the middle of meeting', async () => {
  for (let time = 0; time < 4; time++) {
    const place = new MeetingPlace(3);
    const crew = place.start('meet until stopped', 3);
    await until(
      () => place.progress().every((rounds) => rounds > 50 * time),
      () => place.describe(),
    );
    place.stop.set();
    new Barrier(place.words, place.at, 3).open();
    await crew.ended(() => place.describe());
  }
});

test('who comes when the run is over does not wait', async () => {
  const place = new MeetingPlace(2);
  place.stop.set();
  const crew = place.start('meet until stopped', 1);
  await crew.ended(() => place.describe());
  const alone = new MeetingPlace(2);
  alone.stop.set();
  await alone.start('meet', 1, { rounds: 1 }).ended(() => alone.describe());
});
