import { runOnKvm } from '../../src/backends/kvm/run.js';
import { formatCount } from '../../src/units.js';
import { NO_KVM } from '../support/kvm.js';
import { planOf } from '../support/plans.js';
import { type Bench, type Benchmark, column, type Figures } from './bench.js';
import { buildRow, type Row } from './rows.js';

/** The burst of the bug. */
const BURST = 20;
const IRQFDS = 15;
const ROUNDS = 5;
const HOLD_MS = 400;
const MOST_TIMES_NATIVE = 1.5;

/** The real kernel through koffi, beside the same loop in C; nothing where there is no KVM. */
export const kvm: Benchmark = {
  name: 'kvm',
  async run(bench) {
    return NO_KVM === false ? rowsOf(bench) : [];
  },
};

async function rowsOf(bench: Bench): Promise<Row[]> {
  const { vms } = bench.effort;
  const { irqbench, native } = await bench.alternate(
    'kvm',
    () => measure(vms),
    // The reference's arguments begin at 1.
    (references) => references.run('kvm', '/dev/kvm', vms + 1, BURST, IRQFDS, ROUNDS, HOLD_MS + 1),
  );
  const at = `${formatCount(vms)} VMs`;
  const row = (benchmark: string, name: string) =>
    buildRow(
      { benchmark, at },
      irqbench.map((figures) => figures[name] as number),
      column(native, name),
    );
  return [
    // What a call costs anyway is measured and reported; the rest is to be the kernel's.
    buildRow(
      { benchmark: 'KVM_IRQFD assign, less a foreign call', at, target: MOST_TIMES_NATIVE },
      irqbench.map(
        ({ assignNs, foreignCallNs }) => (assignNs as number) - (foreignCallNs as number),
      ),
      column(native, 'assignNs'),
    ),
    row('KVM_IRQFD assign', 'assignNs'),
    row('KVM_IRQFD deassign', 'deassignNs'),
    row('foreign call', 'foreignCallNs'),
    row('KVM_CREATE_VM', 'createNs'),
    row('KVM_CREATE_IRQCHIP', 'irqchipNs'),
    row('destroying a VM', 'destroyNs'),
  ];
}

/** Medians in ns, as the reference prints them. */
async function measure(vms: number): Promise<Figures> {
  const plan = planOf({
    vms,
    burst: BURST,
    irqfds: IRQFDS,
    rounds: ROUNDS,
    warmupRounds: 1,
    holdNs: HOLD_MS * 1e6,
  });
  const { failure, latency, kvm } = await runOnKvm(plan, {
    percentiles: [50],
    signal: new AbortController().signal,
    onBegin: async () => {},
    onDeath: () => {},
    onProgress: () => {},
    device: '/dev/kvm',
    processes: 1,
  });
  if (failure !== null || kvm === null) throw new Error(`the run on KVM failed: ${failure}`);
  const medianOf = (summary: typeof latency.register) => summary.percentiles['50'] ?? Number.NaN;
  return {
    assignNs: medianOf(latency.register),
    deassignNs: medianOf(latency.deregister),
    createNs: medianOf(kvm.createVm),
    irqchipNs: medianOf(kvm.createIrqchip),
    destroyNs: medianOf(kvm.destroyVm),
    foreignCallNs: kvm.foreignCallNs,
  };
}
