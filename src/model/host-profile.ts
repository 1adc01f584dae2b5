import { z } from 'zod';
import { waitHistogramSchema } from './run-plan.js';

/**
 * A machine to be simulated: how it is built and what it takes for what. Every figure says where
 * it is from, so that a result can say how far to trust it. Units are in the names.
 */

const reason = z.string().min(1);

/** A value with exactly one of: its public source, what it was fitted to, why it is assumed. */
function sourced<T extends z.ZodType>(value: T) {
  return z
    .strictObject({
      value,
      source: reason.optional(),
      fitted: reason.optional(),
      assumed: reason.optional(),
    })
    .refine(
      ({ source, fitted, assumed }) => [source, fitted, assumed].filter(Boolean).length === 1,
      { error: 'has not exactly one of source, fitted and assumed' },
    );
}

const count = sourced(z.int().min(1).max(1024));
const bytes = sourced(z.int().min(1));
const cycles = sourced(z.number().min(0));
const ns = sourced(z.number().min(0));

export type Figure = z.infer<typeof ns>;

/** A cache of a core's own, as fast as the core. */
const coreCache = z.strictObject({ bytes, cycles });

const machineSchema = z.strictObject({
  name: z.string().min(1),
  /** One line: which machine, and what it is for. */
  description: z.string().min(1),
  /** The processor's name. */
  model: z.string().min(1),
  topology: z.strictObject({
    sockets: count,
    coresPerSocket: count,
    /** 2 with SMT, 1 without. */
    threadsPerCore: count,
  }),
  core: z.strictObject({
    /** Turns cycles into time. */
    ghz: sourced(z.number().positive()),
    /** An atomic read-modify-write on a line that is at hand. */
    atomicCycles: cycles,
    /** Reading the clock. */
    clockCycles: cycles,
    /** One look of a bounded spin, with its PAUSE; also what pauses are counted in. */
    lookCycles: cycles,
    /** How many times as long code takes while the core's other thread is busy; null without one. */
    siblingSlowdown: sourced(z.number().min(1)).nullable(),
  }),
  caches: z.strictObject({
    l1: coreCache,
    l2: coreCache,
    /** A socket's. */
    l3: z.strictObject({ bytes, ns }),
  }),
  /** Of the own socket, and of another: null where there is none. */
  memory: z.strictObject({ localNs: ns, remoteNs: ns.nullable() }),
  /** Getting a line that another CPU has, by where that one is: null where there is none. */
  transfer: z.strictObject({
    siblingNs: ns.nullable(),
    socketNs: ns,
    otherSocketNs: ns.nullable(),
  }),
  /**
   * What a walk takes for a node, by how many nodes it visits: measured points, with straight
   * lines between them. Null: it follows from caches and memory.
   */
  walk: z
    .array(z.strictObject({ nodes: z.int().min(1), ns: sourced(z.number().positive()) }))
    .min(1)
    .nullable(),
  system: z.strictObject({
    /** From one thread to another on the same CPU. */
    contextSwitchNs: ns,
    /** How long a thread may run while another waits for its CPU. */
    sliceNs: sourced(z.number().positive()),
    /** A call of futex(2) for itself, whether it sleeps or wakes nobody. */
    futexCallNs: ns,
    /** What waking takes the waker, for each thread. */
    wakeNs: ns,
    /** From the wake-up to the woken thread's first instruction, on a CPU that does not sleep. */
    wakeToRunNs: ns,
    /** How much later than asked for a sleep ends. */
    timerSlackNs: ns,
  }),
  /** Idle states from the lightest: entered after so long, left in so long. */
  idle: z.array(z.strictObject({ state: z.string().min(1), afterNs: ns, exitNs: ns })),
  /** What the kernel around the manager takes, which a plan may say otherwise; null: no idea. */
  kernel: z
    .strictObject({
      /** CPU time of creating a VM, of its irqchip, and of destroying it. */
      createNs: ns,
      irqchipNs: ns,
      destroyNs: ns,
      /** How long creating a VM waits beside that, in runs without the phase `move`; null: unknown. */
      createWaits: sourced(waitHistogramSchema.min(1)).nullable(),
      /** CPU time of assigning an irqfd, outside of the manager. */
      assignNs: ns,
      /** The least that a grace period of a VM's irqfds takes, and one that destroying VMs share. */
      irqGraceNs: ns,
      destroyGraceNs: ns,
      /** The clock tick, 1/HZ, which grace periods of RCU are counted in. */
      tickNs: ns,
    })
    .nullable(),
});

/** Figures that there must be where a machine has more than one of something, and else must not. */
const PLURALS: readonly {
  readonly of: keyof HostProfile['topology'];
  readonly path: readonly [keyof HostProfile, string];
}[] = [
  { of: 'sockets', path: ['memory', 'remoteNs'] },
  { of: 'sockets', path: ['transfer', 'otherSocketNs'] },
  { of: 'threadsPerCore', path: ['transfer', 'siblingNs'] },
  { of: 'threadsPerCore', path: ['core', 'siblingSlowdown'] },
];

export const hostProfileSchema = machineSchema.superRefine((profile, context) => {
  for (const { of, path } of PLURALS) {
    const [group, key] = path;
    const isThere = (profile[group] as Readonly<Record<string, unknown>>)[key] !== null;
    const { value } = profile.topology[of];
    if (isThere === value > 1) continue;
    const message = isThere
      ? `is a figure, but ${of} is 1; give null`
      : `is null, but ${of} is ${value}; give a figure`;
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});
export type HostProfile = Readonly<z.infer<typeof machineSchema>>;

export function cpusOfProfile({ topology }: HostProfile): number {
  const { sockets, coresPerSocket, threadsPerCore } = topology;
  return sockets.value * coresPerSocket.value * threadsPerCore.value;
}
