import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowNs } from '../../src/sync/clock.js';
import { until } from '../support/watchdog.js';
import { MeetingPlace } from './meeting.js';

const HOUR_NS = 3600e9;

test('whoever sleeps wakes when the run is to end', async () => {
  const place = new MeetingPlace(3);
  const crew = place.start('sleep', 3, { sleepNs: HOUR_NS });
  await until(
    () => place.progress().every((begun) => begun === 1),
    () => place.describe(),
  );
  assert.equal(place.stop.isSet(), false);
  place.stop.set();
  assert.equal(place.stop.isSet(), true);
  await crew.ended(() => 'the sleepers did not wake');
});

test('nobody falls asleep when the run is already over', async () => {
  const place = new MeetingPlace(1);
  place.stop.set();
  await place.start('sleep', 1, { sleepNs: HOUR_NS }).ended(() => 'it sleeps');
});

test('a sleep lasts at least as long as it was to', () => {
  const { stop } = new MeetingPlace(1);
  for (const durationNs of [0, 1, 500, 1e5, 3.3e6]) {
    const begunNs = nowNs();
    stop.sleep(durationNs);
    assert.ok(nowNs() - begunNs >= durationNs);
  }
});

test('a wake-up without a reason does not shorten a sleep', async () => {
  const place = new MeetingPlace(1);
  const sleepNs = 150e6;
  const crew = place.start('sleep', 1, { sleepNs });
  let isOver = false;
  const ended = crew
    .ended(() => 'it sleeps too long')
    .finally(() => {
      isOver = true;
    });
  await until(
    () => {
      Atomics.notify(place.words, place.stop.at);
      return isOver;
    },
    () => place.describe(),
  );
  await ended;
  const sleptNs = place.memory.doubles[place.violationsAt / 2] as number;
  assert.ok(sleptNs >= sleepNs, `slept ${sleptNs} of ${sleepNs} ns`);
});
