import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTER } from '../../src/sync/counters.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken } from '../support/token.js';

/** Nodes that a look-up visits when its way ends early: those it reads a slot of, and no more. */

function visitsOfMiss(present: bigint, sought: bigint): number {
  const rig = new BypassRig({ index: 'xarray', consumers: 1, producers: 1, arenaNodes: 40 });
  rig.registerConsumer(rig.consumer(0), present);
  rig.registerProducer(rig.producer(0), sought);
  const both = rig.counters.read(COUNTER.nodesVisited);
  // The same without the consumer's tree to look into.
  const alone = new BypassRig({ index: 'xarray', consumers: 1, producers: 1, arenaNodes: 40 });
  alone.registerProducer(alone.producer(0), sought);
  const own = alone.counters.read(COUNTER.nodesVisited);
  const consumers = new BypassRig({ index: 'xarray', consumers: 1, producers: 1, arenaNodes: 40 });
  consumers.registerConsumer(consumers.consumer(0), present);
  return both - own - consumers.counters.read(COUNTER.nodesVisited);
}

test('a way that ends at the root visits the root alone', () => {
  assert.equal(visitsOfMiss(1n << 60n, 5n), 1);
});

test('a way that ends at the second level visits two nodes', () => {
  assert.equal(visitsOfMiss(1n << 60n, (1n << 60n) + (1n << 54n)), 2);
});

test('a way that ends above the leaf visits all nodes but the leaf', () => {
  assert.equal(visitsOfMiss(eventfdToken(0), eventfdToken(1)), 10);
});
