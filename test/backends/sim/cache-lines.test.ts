import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CacheLines } from '../../../src/backends/sim/cache-lines.js';
import { costsOf } from '../../../src/backends/sim/costs.js';
import { DISTANCE, Topology } from '../../../src/backends/sim/topology.js';
import { profileOf } from '../../support/profiles.js';
import fc from '../../support/properties.js';

/** Two sockets of two cores of two threads: 0 and 1 in the one, 2 and 3 in the other, then 4 to 7. */
const PROFILE = profileOf();
const TOPOLOGY = new Topology(PROFILE);
const COSTS = costsOf(PROFILE);
const HIT = 2;
const ATOMIC = 10;
const [SIBLING, SOCKET, OTHER, L3, LOCAL, REMOTE] = [8, 50, 130, 30, 80, 140];
const LINES = 200;

function lines(): CacheLines {
  return new CacheLines(LINES, TOPOLOGY, COSTS);
}

test('CPUs are numbered by first threads, socket by socket, then by second threads', () => {
  assert.deepEqual(
    TOPOLOGY.all().map((cpu) => [
      TOPOLOGY.socketOf(cpu),
      TOPOLOGY.coreOf(cpu),
      TOPOLOGY.threadOf(cpu),
    ]),
    [
      [0, 0, 0],
      [0, 1, 0],
      [1, 2, 0],
      [1, 3, 0],
      [0, 0, 1],
      [0, 1, 1],
      [1, 2, 1],
      [1, 3, 1],
    ],
  );
  assert.deepEqual(
    TOPOLOGY.all().map((cpu) => TOPOLOGY.distance(0, cpu)),
    [
      DISTANCE.self,
      DISTANCE.socket,
      DISTANCE.otherSocket,
      DISTANCE.otherSocket,
      DISTANCE.sibling,
      DISTANCE.socket,
      DISTANCE.otherSocket,
      DISTANCE.otherSocket,
    ],
  );
  assert.deepEqual(TOPOLOGY.siblingsOf(6), [2]);
});

test('a line that nobody has comes from memory, of the own socket or another', () => {
  const fresh = lines();
  assert.equal(fresh.read(0, 1), LOCAL);
  assert.equal(fresh.read(0, 65), REMOTE);
  assert.equal(fresh.read(2, 66), LOCAL);
  assert.equal(fresh.write(2, 2), REMOTE);
});

test('a line that somebody wrote comes from that CPU, by distance, and both have it then', () => {
  for (const [reader, ns] of [
    [4, SIBLING],
    [1, SOCKET],
    [2, OTHER],
  ] as const) {
    const shared = lines();
    shared.write(0, 1);
    assert.equal(shared.read(0, 1), HIT);
    assert.equal(shared.read(reader, 1), ns);
    assert.equal(shared.read(reader, 1), HIT);
    assert.equal(shared.read(0, 1), HIT);
  }
});

test('a line that others only read comes from the nearest of them', () => {
  const shared = lines();
  shared.read(0, 1);
  assert.equal(shared.read(1, 1), L3);
  assert.equal(shared.read(2, 1), OTHER);
  assert.equal(shared.read(3, 1), L3);
  assert.equal(shared.read(7, 1), SIBLING);
});

test('who writes takes a line from all, which costs the way to the farthest', () => {
  const shared = lines();
  shared.read(0, 1);
  assert.equal(shared.write(0, 1), HIT, 'nobody else has it');
  shared.read(1, 1);
  assert.equal(shared.write(0, 1), SOCKET);
  shared.read(1, 1);
  shared.read(2, 1);
  assert.equal(shared.write(1, 1), OTHER);
  assert.equal(shared.read(2, 1), OTHER, 'it was taken away');
  assert.equal(shared.read(4, 1), L3, 'of two that have it, the nearer gives it');
});

test('a thread that has a line alone writes it again at no cost but its own', () => {
  const own = lines();
  own.write(3, 1);
  assert.equal(own.write(3, 1), HIT);
  assert.equal(own.writeInTurn(3, 1, 1_000), ATOMIC);
});

test('transfers of one line queue behind each other, those of two do not', () => {
  const busy = lines();
  busy.write(0, 1);
  busy.write(0, 2);
  assert.equal(busy.writeInTurn(1, 1, 1_000), SOCKET + ATOMIC);
  assert.equal(busy.writeInTurn(2, 1, 1_000), SOCKET + ATOMIC + OTHER + ATOMIC);
  assert.equal(busy.writeInTurn(1, 2, 1_000), SOCKET + ATOMIC);
  const doneNs = 1_000 + SOCKET + ATOMIC + OTHER + ATOMIC;
  assert.equal(busy.readInTurn(3, 1, doneNs), SOCKET, 'later, nobody is in the way');
  busy.delay(1, doneNs + SOCKET, 500);
  assert.equal(busy.writeInTurn(0, 1, doneNs + SOCKET), 500 + OTHER + ATOMIC);
});

test('whoever did what: a writer is alone, and what is at hand costs a hit', () => {
  const access = fc.record({
    cpu: fc.nat(TOPOLOGY.cpus - 1),
    line: fc.nat(3),
    writes: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(access, { maxLength: 60 }), (accesses) => {
      const cache = lines();
      const holders = new Map<number, Set<number>>();
      const alone = new Map<number, number>();
      for (const { cpu, line, writes } of accesses) {
        const has = holders.get(line) ?? new Set();
        const isHit = writes ? alone.get(line) === cpu || onlyHas(has, cpu) : has.has(cpu);
        const ns = writes ? cache.write(cpu, line) : cache.read(cpu, line);
        assert.equal(ns === HIT, isHit);
        if (writes) {
          holders.set(line, new Set([cpu]));
          alone.set(line, cpu);
        } else {
          holders.set(line, has.add(cpu));
          if (!isHit) alone.delete(line);
        }
      }
    }),
  );
});

function onlyHas(holders: ReadonlySet<number>, cpu: number): boolean {
  return holders.size === 1 && holders.has(cpu);
}
