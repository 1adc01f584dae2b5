import { cpus as cpusOfSystem, hostname } from 'node:os';
import { machineError } from '../../errors.js';
import { CONSUMER_BYTES } from '../../irqbypass/objects.js';
import { allowedCpus, type Cpu } from '../../measure/cpus.js';
import { describeEnvironment } from '../../measure/environment.js';
import { type Figure, type HostProfile, hostProfileSchema } from '../../model/host-profile.js';
import { requireKoffi } from '../../system/koffi.js';
import { counted } from '../../units.js';
import { pinThisThread } from '../threads/pin.js';
import { atomicNs, clockNs, idleNotifyNs, timerSlackNs, walkNs } from './alone.js';
import { cacheSizes } from './caches.js';
import { type PingPong, playPingPong } from './ping-pong.js';

/** Measures this machine as a host to be simulated. What cannot be measured is assumed, and says so. */

/** Nodes of the walks that become the profile's points. */
const WALKS = [100, 1_000, 4_000, 12_000, 40_000, 100_000];
/** Beyond any cache: 128 MiB of consumers. */
const MEMORY_NODES = 262_144;
const LINES = { batches: 21, rounds: 2_000 };
const WAKES = { batches: 21, rounds: 100 };
const USUAL_CACHES = { l1: 32 * 1024, l2: 1024 ** 2, l3: 32 * 1024 ** 2 };

export interface CalibrateOptions {
  readonly name: string;
  readonly signal: AbortSignal;
  /** Told what is measured next, and how much is done. */
  readonly onStep: (step: string, done: number, total: number) => void;
}

/**
 * @returns a profile that the schema accepts; null once the signal came
 * @throws IrqbenchError (6) where threads cannot be pinned, or there is one CPU alone
 */
export async function calibrate(options: CalibrateOptions): Promise<HostProfile | null> {
  if (process.platform !== 'linux') {
    throw machineError(
      `irqbench calibrate pins threads, which works on Linux, not ${process.platform}`,
    );
  }
  requireKoffi('irqbench calibrate', 'take a packaged host (irqbench list hosts)');
  const cpus = allowedCpus();
  const [own] = cpus;
  if (own === undefined || cpus.length < 2) {
    throw machineError('irqbench calibrate needs two CPUs that it may run on');
  }
  pinThisThread(own.cpu);
  const measured = await measureAll(own, cpus, options);
  return measured && hostProfileSchema.parse(profileOf(measured, cpus, options.name));
}

interface Measured {
  readonly clock: number;
  readonly atomic: number;
  readonly futexCall: number;
  readonly slack: number;
  readonly walks: ReadonlyMap<number, number>;
  readonly memory: number;
  readonly l1: number;
  readonly l2: number;
  readonly l3: number;
  readonly sibling: PingPong | null;
  readonly socket: PingPong | null;
  readonly otherSocket: PingPong | null;
  readonly wake: PingPong;
  readonly sameCpu: PingPong;
}

async function measureAll(
  own: Cpu,
  cpus: readonly Cpu[],
  { signal, onStep }: CalibrateOptions,
): Promise<Measured | null> {
  const sizes = { ...USUAL_CACHES, ...known(cacheSizes()) };
  const others = cpus.filter(({ cpu }) => cpu !== own.cpu);
  const find = (isIt: (other: Cpu) => boolean) => others.find(isIt) ?? null;
  const sibling = find((other) => other.package === own.package && other.core === own.core);
  const socket = find((other) => other.package === own.package && other.core !== own.core);
  const otherSocket = find((other) => other.package !== own.package);
  const farther = socket ?? otherSocket ?? (sibling as Cpu);
  const lineTo = (other: Cpu | null) =>
    other && playPingPong('spin', other.cpu, LINES.batches, LINES.rounds);
  const wakeOn = (other: Cpu) => playPingPong('sleep', other.cpu, WAKES.batches, WAKES.rounds);
  const walks = new Map<number, number>();
  const got: Partial<Record<keyof Measured, unknown>> = { walks };
  // Half a cache's lines, a line a node.
  const inCache = (bytes: number) => walkNs(Math.max(8, Math.floor(bytes / CONSUMER_BYTES / 2)));
  const steps: [string, () => unknown][] = [
    [
      'clock',
      () => {
        got.clock = clockNs();
      },
    ],
    [
      'atomic operation',
      () => {
        got.atomic = atomicNs();
      },
    ],
    [
      'futex call',
      () => {
        got.futexCall = idleNotifyNs();
      },
    ],
    [
      'timer slack',
      () => {
        got.slack = timerSlackNs();
      },
    ],
    ...WALKS.map((nodes): [string, () => unknown] => [
      `walk of ${nodes} nodes`,
      () => walks.set(nodes, walkNs(nodes)),
    ]),
    [
      'L1',
      () => {
        got.l1 = inCache(sizes.l1);
      },
    ],
    [
      'L2',
      () => {
        got.l2 = inCache(sizes.l2);
      },
    ],
    [
      'L3',
      () => {
        got.l3 = inCache(sizes.l3);
      },
    ],
    [
      'memory',
      () => {
        got.memory = walkNs(MEMORY_NODES);
      },
    ],
    [
      'line to a sibling',
      async () => {
        got.sibling = await lineTo(sibling);
      },
    ],
    [
      'line within the socket',
      async () => {
        got.socket = await lineTo(socket);
      },
    ],
    [
      'line to another socket',
      async () => {
        got.otherSocket = await lineTo(otherSocket);
      },
    ],
    [
      'waking on another CPU',
      async () => {
        got.wake = await wakeOn(farther);
      },
    ],
    [
      'waking on the same CPU',
      async () => {
        got.sameCpu = await wakeOn(own);
      },
    ],
  ];
  for (const [at, [step, measure]] of steps.entries()) {
    onStep(step, at, steps.length);
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) return null;
    await measure();
  }
  return got as unknown as Measured;
}

function known<T extends object>(sizes: T): { [Key in keyof T]: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(sizes).filter(([, size]) => size !== null)) as never;
}

/** The profile's plain data, for the schema to check. */
function profileOf(measured: Measured, cpus: readonly Cpu[], name: string): unknown {
  const { cpuModel, kernel, node } = describeEnvironment();
  const where = `measured by irqbench calibrate on ${hostname()} (${cpuModel}, Linux ${kernel}, Node ${node})`;
  const is = (value: number): Figure => ({ value: Number(value.toPrecision(4)), source: where });
  const assume = (value: number, assumed: string): Figure => ({ value, assumed });
  const sizes = cacheSizes();
  const sized = (bytes: number | null, usual: number) =>
    bytes === null ? assume(usual, 'the system does not say') : { value: bytes, source: where };
  const mhz = cpusOfSystem()[0]?.speed ?? 0;
  const ghz = mhz > 0 ? is(mhz / 1000) : assume(2.5, 'the system does not say');
  const cycles = (ns: number) => is(ns * ghz.value);
  const sockets = new Set(cpus.map((cpu) => cpu.package)).size;
  const cores = new Set(cpus.map((cpu) => `${cpu.package}/${cpu.core}`)).size;
  const coresPerSocket = Math.ceil(cores / sockets);
  const threadsPerCore = Math.ceil(cpus.length / cores);
  const { sibling, socket, otherSocket, wake, sameCpu } = measured;
  const line = (pong: PingPong | null, otherwise: string) =>
    pong ? is(pong.oneWayNs) : assume(47, otherwise);
  // A hand-over on the same CPU is a switch and what waking takes.
  const switchNs = Math.max(0, sameCpu.oneWayNs - sameCpu.wakeNs);
  return {
    name,
    description: `this machine as irqbench calibrate found it, ${counted(cpus.length, 'CPU')}`,
    model: cpuModel,
    topology: {
      sockets: is(sockets),
      coresPerSocket: is(coresPerSocket),
      threadsPerCore: is(threadsPerCore),
    },
    core: {
      ghz,
      atomicCycles: cycles(measured.atomic),
      clockCycles: cycles(measured.clock),
      lookCycles: assume(140, 'PAUSE of Intel CPUs since Skylake'),
      siblingSlowdown:
        threadsPerCore > 1
          ? assume(1.54, 'two threads of a core do up to 1.3 times the work of one')
          : null,
    },
    caches: {
      l1: { bytes: sized(sizes.l1, USUAL_CACHES.l1), cycles: cycles(measured.l1) },
      l2: { bytes: sized(sizes.l2, USUAL_CACHES.l2), cycles: cycles(measured.l2) },
      l3: { bytes: sized(sizes.l3, USUAL_CACHES.l3), ns: is(measured.l3) },
    },
    memory: {
      localNs: is(measured.memory),
      remoteNs:
        sockets > 1 ? assume(measured.memory * 1.7, 'where memory lies cannot be chosen') : null,
    },
    transfer: {
      siblingNs: threadsPerCore > 1 ? line(sibling, 'no sibling may be used') : null,
      socketNs: line(socket, 'no second core may be used'),
      otherSocketNs: sockets > 1 ? line(otherSocket, 'no second socket may be used') : null,
    },
    walk: [...measured.walks].map(([nodes, ns]) => ({ nodes, ns: is(ns) })),
    system: {
      contextSwitchNs: is(switchNs),
      sliceNs: assume(3_000_000, 'usual for Linux'),
      futexCallNs: is(measured.futexCall),
      wakeNs: is(wake.wakeNs),
      wakeToRunNs: is(Math.max(0, wake.oneWayNs - wake.wakeNs)),
      timerSlackNs: is(measured.slack),
    },
    // What leaving them takes is in the wake-ups.
    idle: [],
    kernel: null,
  };
}
