import { FIELD, ID, type ObjectArea } from '../../irqbypass/objects.js';
import type { RunPlan } from '../../model/run-plan.js';
import { nowNs } from '../../sync/clock.js';
import { Layout } from '../../sync/layout.js';
import { type SharedMemory, viewMemory } from '../../sync/memory.js';
import type { Creator } from '../../vm/creation.js';
import type { Meeting } from '../../vm/host.js';

/**
 * What a gate's latencies are measured in. A machine drifts: its clock rate, what else runs on it,
 * what is left of its caches. So at the beginning of each round the threads of the burst VMs do a
 * fixed piece of work of the same kind: as many walks as there are registrations, over as many nodes,
 * under a mutex, each timed as a registration is. A round's latencies are taken as multiples of it.
 * Walks take turns with rounds and not with registrations: beside a section, or in it, they change who
 * gets the lock next, and queueing is most of what is measured.
 *
 * Lock and walk are this file's own, and no algorithm under test is called: a yardstick that shared
 * their code would shrink with them, and nothing could ever be seen to change. No fault is put around
 * its lock. Its ring goes through the host's consumers, so that both walks meet the same lines of
 * the same pages; of the manager it knows the place, the distance and the number of them alone.
 * Whoever changes what it does raises its version: older figures are multiples of another yardstick.
 */
export const YARDSTICK_VERSION = 1;

const { RING: LINK, RING_VALUE: VALUE } = FIELD;
/** Half a microsecond: enough that the clock's step does not show. */
const FEWEST_NODES = 64;
/**
 * Rounds before the first that make its code hot; nobody reads them. All threads are at it together,
 * so that the lock's slow path is seen, and on a ring so small that it is the code that they run. With
 * one on the whole ring V8 optimised it after six sessions only: walks took 1.1 us, then 0.88.
 */
const REHEARSALS = 1000;
const REHEARSED_NODES = 8;
/** Of a node of the rehearsal: as far as its fields go. */
const NODE_WORDS = 16;

const FREE = 0;
const TAKEN = 1;
const CONTENDED = 2;

export interface YardstickLayout {
  readonly bytes: number;
  readonly nodes: number;
  /** Of each VM in each round. */
  readonly walks: number;
  readonly rounds: number;
  readonly warmupRounds: number;
  readonly lockAt: number;
  /** The small ring's first node. */
  readonly rehearsedAt: number;
  /** The first VM's slab, as an index of doubles: the walks of all rounds, then the rounds. */
  readonly samplesAt: number;
  readonly cellsPerVm: number;
}

/** The one message about it into a worker. */
export interface YardstickTask {
  /** Of its lock and samples; the ring is in the host's memory. */
  readonly buffer: SharedArrayBuffer;
  readonly layout: YardstickLayout;
  /** A node of the ring. */
  readonly ringAt: number;
}

/**
 * How many nodes a walk has: about as many as a registration of the plan looks at, from what the
 * plan says alone, so that no change of the code under test can change it.
 */
export function yardstickNodes({ vms, irqfds, strategy }: RunPlan): number {
  const { index, hashBits, shards } = strategy;
  if (index !== 'list' && index !== 'hlist') return FEWEST_NODES;
  const lists = shards * (index === 'hlist' ? 2 ** hashBits : 1);
  return Math.max(FEWEST_NODES, Math.round((vms * irqfds) / lists));
}

/** @param nodes of a walk */
export function layOutYardstick(plan: RunPlan, nodes: number): YardstickLayout {
  const layout = new Layout();
  const { rounds, warmupRounds, irqfds: walks, burst } = plan;
  // A whole number of cache lines, so that no VM writes into its neighbour's.
  const cellsPerVm = Math.ceil(((rounds + warmupRounds) * (walks + 1)) / 8) * 8;
  const parts = {
    nodes,
    walks,
    rounds,
    warmupRounds,
    lockAt: layout.reserve(1),
    rehearsedAt: layout.reserve(REHEARSED_NODES * NODE_WORDS),
    samplesAt: layout.reserveDoubles(cellsPerVm * burst),
    cellsPerVm,
  };
  return { ...parts, bytes: layout.totalBytes };
}

/**
 * Links a ring through consumers of the host, the background VMs' last one first: the order in which
 * a list has them, so that both walks go the same way through the same cache lines.
 * @param nodes at most as many as there are consumers
 * @returns a node of it
 */
export function linkYardstick(
  { words }: SharedMemory,
  { at, strideWords, count }: ObjectArea,
  nodes: number,
): number {
  const addressOf = new Int32Array(count);
  for (let place = 0; place < count; place++) {
    const address = at + place * strideWords;
    addressOf[words[address + ID] as number] = address;
  }
  const length = Math.min(nodes, count);
  for (let id = 0; id < length; id++) {
    const address = addressOf[id] as number;
    words[address + VALUE] = id;
    words[address + LINK] = addressOf[(id + length - 1) % length] as number;
  }
  return addressOf[length - 1] as number;
}

/** A burst VM's side: its walks come before its creation. */
export class Yardstick implements Creator {
  private readonly words: Int32Array;
  private readonly ringAt: number;
  private readonly memory: SharedMemory;
  private readonly layout: YardstickLayout;
  private readonly vm: number;
  private readonly creation: Creator;
  private readonly meeting: Meeting;
  private readonly isTogether: boolean;
  /** What the walks came to, so that the compiler cannot leave them out. */
  sum = 0;

  /** @param host the memory that the ring is in */
  constructor(
    host: SharedMemory,
    task: YardstickTask,
    vm: number,
    creation: Creator,
    meeting: Meeting,
    isTogether: boolean,
  ) {
    this.words = host.words;
    this.ringAt = task.ringAt;
    this.memory = viewMemory(task.buffer);
    this.layout = task.layout;
    this.vm = vm;
    this.creation = creation;
    this.meeting = meeting;
    this.isTogether = isTogether;
  }

  rehearse(): void {
    const { words } = this.memory;
    const { rehearsedAt } = this.layout;
    // Each thread stores the same, so it does not matter who is first.
    for (let i = 0; i < REHEARSED_NODES; i++) {
      const next = rehearsedAt + NODE_WORDS * ((i + 1) % REHEARSED_NODES);
      words[rehearsedAt + NODE_WORDS * i + LINK] = next;
    }
    for (let i = 0; i < REHEARSALS; i++) this.measure(1, words, rehearsedAt);
  }

  create(round: number): void {
    this.measure(round, this.words, this.ringAt);
    if (this.isTogether) this.meeting.barrier.arrive(this.meeting.stop);
    this.creation.create(round);
  }

  private measure(round: number, ring: Int32Array, ringAt: number): void {
    const { words, doubles } = this.memory;
    const { samplesAt, cellsPerVm, walks, lockAt } = this.layout;
    const slab = samplesAt + this.vm * cellsPerVm;
    const first = slab + (round - 1) * walks;
    const begunNs = nowNs();
    for (let walk = 0; walk < walks && !this.meeting.stop.isSet(); walk++) {
      const walkBegunNs = nowNs();
      acquire(words, lockAt);
      this.sum = (this.sum + walkOver(ring, ringAt)) | 0;
      release(words, lockAt);
      doubles[first + walk] = nowNs() - walkBegunNs;
    }
    doubles[totalsOf(this.layout, slab) + round - 1] = nowNs() - begunNs;
  }
}

/** Where a VM's slab has its rounds, after its walks. */
export function totalsOf({ rounds, warmupRounds, walks }: YardstickLayout, slab: number): number {
  return slab + (rounds + warmupRounds) * walks;
}

function walkOver(words: Int32Array, ringAt: number): number {
  let sum = 0;
  let node = ringAt;
  do {
    sum = (sum + (words[node + VALUE] as number)) | 0;
    node = words[node + LINK] as number;
  } while (node !== ringAt);
  return sum;
}

/** Source: U. Drepper, "Futexes Are Tricky" (2011), mutex 2. */
function acquire(words: Int32Array, at: number): void {
  if (Atomics.compareExchange(words, at, FREE, TAKEN) === FREE) return;
  while (Atomics.exchange(words, at, CONTENDED) !== FREE) Atomics.wait(words, at, CONTENDED);
}

function release(words: Int32Array, at: number): void {
  if (Atomics.exchange(words, at, FREE) === CONTENDED) Atomics.notify(words, at, 1);
}
