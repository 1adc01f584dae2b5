import { CONSUMER_BYTES } from '../../irqbypass/objects.js';
import type { HostProfile } from '../../model/host-profile.js';
import { LINE_BYTES } from '../../sync/layout.js';

/**
 * What a walk over a list takes for each node: the latency of one line, since the next node is
 * not known before this one is there. Which cache that line comes from depends on how many nodes
 * the walk comes round to before it is back at the same one.
 */
export interface WalkCost {
  /** @param nodes the working set: how many nodes are walked over and over */
  nodeNs(nodes: number): number;
}

export function walkCostOf(profile: HostProfile): WalkCost {
  return profile.walk === null ? new WalkByCaches(profile) : new WalkByPoints(profile.walk);
}

/**
 * Nodes come from each cache in the share of the working set that fits into it. Objects that are
 * 512 bytes apart can be in an eighth of a cache's sets alone, where the address picks the set; in
 * a shared cache a hash of the address does.
 */
class WalkByCaches implements WalkCost {
  private readonly levels: readonly { readonly bytes: number; readonly ns: number }[];

  constructor({ core, caches, memory, topology }: HostProfile) {
    const { l1, l2, l3 } = caches;
    const sockets = topology.sockets.value;
    const setShare = LINE_BYTES / CONSUMER_BYTES;
    // Memory is that of VMs on all sockets alike.
    const remoteNs = memory.remoteNs?.value ?? 0;
    const memoryNs = (memory.localNs.value + remoteNs * (sockets - 1)) / sockets;
    this.levels = [
      { bytes: l1.bytes.value * setShare, ns: l1.cycles.value / core.ghz.value },
      { bytes: l2.bytes.value * setShare, ns: l2.cycles.value / core.ghz.value },
      { bytes: l3.bytes.value, ns: l3.ns.value },
      { bytes: Number.POSITIVE_INFINITY, ns: memoryNs },
    ];
  }

  nodeNs(nodes: number): number {
    const workingSet = Math.max(1, nodes) * LINE_BYTES;
    let ns = 0;
    let reached = 0;
    for (const level of this.levels) {
      const share = Math.max(reached, Math.min(1, level.bytes / workingSet));
      ns += (share - reached) * level.ns;
      reached = share;
    }
    return ns;
  }
}

type Points = NonNullable<HostProfile['walk']>;

/** On straight lines between measured points; beyond them, as at the nearest. */
class WalkByPoints implements WalkCost {
  private readonly points: readonly { readonly nodes: number; readonly ns: number }[];

  constructor(points: Points) {
    this.points = points
      .map(({ nodes, ns }) => ({ nodes, ns: ns.value }))
      .sort((a, b) => a.nodes - b.nodes);
  }

  nodeNs(nodes: number): number {
    const { points } = this;
    const next = points.findIndex((point) => point.nodes >= nodes);
    const above = points[next < 0 ? points.length - 1 : next] as (typeof points)[number];
    const below = next < 1 ? above : (points[next - 1] as typeof above);
    if (above.nodes === below.nodes) return above.ns;
    const part = (nodes - below.nodes) / (above.nodes - below.nodes);
    return below.ns + (above.ns - below.ns) * part;
  }
}
