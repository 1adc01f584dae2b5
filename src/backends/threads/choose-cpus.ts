import { machineError } from '../../errors.js';
import { allowedCpus, pinOrder } from '../../measure/cpus.js';
import type { RunPlan } from '../../model/run-plan.js';
import { requirePinning } from './pin.js';

/**
 * The CPU that each burst VM is pinned to, or nulls.
 * @throws IrqbenchError (6) where this process cannot pin, or not there
 */
export function chooseCpus(plan: RunPlan): (number | null)[] {
  const vms = Array.from({ length: plan.burst }, (_, vm) => vm);
  if (plan.pin === 'off') return vms.map(() => null);
  if (process.platform !== 'linux') {
    throw machineError(`--pin works on Linux only, this is ${process.platform}: use --pin off`);
  }
  requirePinning();
  const allowed = allowedCpus();
  const order = typeof plan.pin === 'string' ? pinOrder(allowed, plan.pin) : plan.pin;
  const missing = order.find((cpu) => !allowed.some((candidate) => candidate.cpu === cpu));
  if (missing !== undefined) {
    throw machineError(
      `--pin: this process may not run on CPU ${missing}, it may on ${allowed.map(({ cpu }) => cpu).join(',')}`,
    );
  }
  return vms.map((vm) => order[vm % order.length] as number);
}
