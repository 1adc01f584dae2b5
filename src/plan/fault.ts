import { type Fault, faultSchema } from '../model/run-plan.js';
import { parseCount } from '../units.js';
import { didYouMean, quote } from '../wording.js';
import { type Kind, MAX_COUNT, parseDecimal, type Refuse } from './values.js';

/**
 * The grammar of `--fault`: `none`, `slow-lock=FACTOR`, or a way to die with where and when,
 * `kill-vm@round=2,vm=3,holding=no`.
 */

type VmFault = Exclude<Fault, { kind: 'slow-lock' }>;

const VM_FAULTS = faultSchema.options[0].shape.kind.options;
const SLOW_LOCK = 'slow-lock';
const MAX_SLOW_LOCK = 1000;
const SETTINGS = ['round', 'vm', 'holding'];

function readNumber(name: string, text: string, min: number, refuse: Refuse): number {
  const value = parseCount(text);
  if (value !== undefined && value >= min && value <= MAX_COUNT) return value;
  return refuse(`has ${quote(text)} for ${name}, which is a whole number from ${min}`);
}

function readVmFault(kind: VmFault['kind'], settings: string[], refuse: Refuse): VmFault {
  const fault: VmFault = { kind, round: 1, vm: 0, holding: true };
  const seen = new Set<string>();
  for (const setting of settings) {
    const [name = '', value = ''] = setting.split(/=(.*)/s, 2).map((part) => part.trim());
    if (seen.has(name)) return refuse(`says ${quote(name)} twice`);
    seen.add(name);
    if (name === 'round') fault.round = readNumber(name, value, 1, refuse);
    else if (name === 'vm') fault.vm = readNumber(name, value, 0, refuse);
    else if (name === 'holding') {
      if (value !== 'yes' && value !== 'no') {
        return refuse(`has ${quote(value)} for holding, which is yes or no`);
      }
      fault.holding = value === 'yes';
    } else {
      return refuse(`has an unknown setting ${quote(name)}${didYouMean(name, SETTINGS)}`);
    }
  }
  return fault;
}

function readSlowLock(text: string, refuse: Refuse): Fault {
  const factor = parseDecimal(text);
  if (factor === undefined) return refuse('has no factor');
  if (factor < 1 || factor > MAX_SLOW_LOCK) {
    return refuse(`has a factor that is not from 1 to ${MAX_SLOW_LOCK}`);
  }
  return { kind: SLOW_LOCK, factor };
}

export const fault: Kind<Fault | null> = {
  accepts: `none, kill-vm@round=2,vm=3,holding=no (or throw-vm, oom-vm) or ${SLOW_LOCK}=1.25`,
  read(text, refuse) {
    if (text === 'none') return null;
    const [, name = '', sign, rest = ''] = /^([^@=]*)([@=])?(.*)$/s.exec(text) ?? [];
    if (name === SLOW_LOCK) return readSlowLock(sign === '=' ? rest : '', refuse);
    const kind = VM_FAULTS.find((word) => word === name);
    if (kind === undefined) {
      return refuse(`is no fault${didYouMean(name, [...VM_FAULTS, SLOW_LOCK, 'none'])}`);
    }
    if (sign === '=') return refuse('has its settings after "=", not after "@"');
    return readVmFault(kind, sign === '@' ? rest.split(',') : [], refuse);
  },
  spell(value) {
    if (value === null) return 'none';
    if (value.kind === SLOW_LOCK) return `${SLOW_LOCK}=${value.factor}`;
    const { kind, round, vm, holding } = value;
    return `${kind}@round=${round},vm=${vm},holding=${holding ? 'yes' : 'no'}`;
  },
};
