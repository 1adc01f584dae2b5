import type { HostProfile } from '../../model/host-profile.js';

/** Where CPUs are: which core and socket each belongs to, and how far two are from each other. */

export const DISTANCE = {
  self: 0,
  /** Another thread of the same core. */
  sibling: 1,
  /** Another core of the same socket. */
  socket: 2,
  otherSocket: 3,
} as const;

/**
 * CPUs are numbered as Linux numbers those of servers: the first threads of all cores, socket by
 * socket, then the second threads in the same order.
 */
export class Topology {
  readonly cpus: number;
  readonly sockets: number;
  private readonly cores: number;
  private readonly coresPerSocket: number;
  private readonly distances: Uint8Array;

  constructor({ topology }: Pick<HostProfile, 'topology'>) {
    this.sockets = topology.sockets.value;
    this.coresPerSocket = topology.coresPerSocket.value;
    this.cores = this.sockets * this.coresPerSocket;
    this.cpus = this.cores * topology.threadsPerCore.value;
    this.distances = new Uint8Array(this.cpus * this.cpus).map((_, pair) =>
      this.reckon(pair % this.cpus, Math.floor(pair / this.cpus)),
    );
  }

  /** Counted through all sockets. */
  coreOf(cpu: number): number {
    return cpu % this.cores;
  }

  socketOf(cpu: number): number {
    return Math.floor(this.coreOf(cpu) / this.coresPerSocket);
  }

  /** Which of its core's threads a CPU is, from 0. */
  threadOf(cpu: number): number {
    return Math.floor(cpu / this.cores);
  }

  /** One of `DISTANCE`. */
  distance(one: number, other: number): number {
    return this.distances[one * this.cpus + other] as number;
  }

  private reckon(one: number, other: number): number {
    if (one === other) return DISTANCE.self;
    if (this.coreOf(one) === this.coreOf(other)) return DISTANCE.sibling;
    return this.socketOf(one) === this.socketOf(other) ? DISTANCE.socket : DISTANCE.otherSocket;
  }

  /** The other threads of a CPU's core. */
  siblingsOf(cpu: number): number[] {
    return this.all().filter((other) => this.distance(cpu, other) === DISTANCE.sibling);
  }

  all(): number[] {
    return Array.from({ length: this.cpus }, (_, cpu) => cpu);
  }
}
