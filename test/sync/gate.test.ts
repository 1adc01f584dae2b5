import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gate } from '../../src/sync/gate.js';
import { until } from '../support/watchdog.js';
import { MeetingPlace } from './meeting.js';

async function threeWaiting() {
  const place = new MeetingPlace(3);
  const gate = new Gate(place.words, place.at);
  assert.equal(gate.readyCount(), 0);
  const crew = place.start('enter', 3);
  await until(
    () => gate.readyCount() === 3,
    () => place.describe(),
  );
  assert.deepEqual(place.progress(), [0, 0, 0], 'nobody has passed');
  return { place, gate, crew };
}

test('all wait at the gate until it is opened', async () => {
  const { place, gate, crew } = await threeWaiting();
  gate.open();
  await crew.ended(() => place.describe());
  assert.deepEqual(place.progress(), [1, 1, 1]);
});

test('an open gate stops nobody', async () => {
  const place = new MeetingPlace(2);
  const gate = new Gate(place.words, place.at);
  gate.open();
  await place.start('enter', 2).ended(() => place.describe());
  assert.equal(gate.readyCount(), 2);
});

test('a run that ends before it began lets all through', async () => {
  const { place, gate, crew } = await threeWaiting();
  place.stop.set();
  gate.open();
  await crew.ended(() => place.describe());
});

test('a gate that is never opened does not hold whom the run no longer needs', async () => {
  const place = new MeetingPlace(2);
  place.stop.set();
  await place.start('enter', 2).ended(() => place.describe());
});
