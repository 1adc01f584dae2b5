import { runPlanSchema, strategySchema } from '../model/run-plan.js';
import { axisValues } from './axes.js';
import { nameOrModule, scope } from './axis-kinds.js';
import { pin } from './cpu-list.js';
import { fault } from './fault.js';
import { option } from './option.js';
import { phases } from './phases.js';
import { presetNames } from './strategies.js';
import { choice, count, duration, MAX_COUNT, rate } from './values.js';

/** The one table of run options: the flags of commander, the keys of workload files, the defaults. */

/** KVM_MAX_IRQ_ROUTES: a VM has no more interrupt lines than this to give an irqfd to. */
const MAX_IRQFDS = 4096;
/** A thread each. */
const MAX_BURST = 1024;

const { release, producerOrder, background, connectMode, seed } = runPlanSchema.shape;

/** By the name that the value has in the plan (or, for a strategy, by its axis). */
export const runOptions = {
  vms: option(
    '--vms <count>',
    '800',
    'background VMs: they registered their irqfds and sleep',
    count({ min: 0, max: MAX_COUNT, example: '800 or 12k' }),
  ),
  burst: option(
    '--burst <count>',
    '20',
    'burst VMs, a thread each: created, held and destroyed every round',
    count({ min: 1, max: MAX_BURST, example: '20' }),
  ),
  irqfds: option(
    '--irqfds <count>',
    '15',
    'irqfds of every VM',
    count({ min: 1, max: MAX_IRQFDS, example: '15' }),
  ),
  rounds: option(
    '--rounds <count>',
    '10',
    'rounds that are measured',
    count({ min: 1, max: MAX_COUNT, example: '10' }),
  ),
  warmupRounds: option(
    '--warmup-rounds <count>',
    '1',
    'rounds before those, never in the figures',
    count({ min: 0, max: MAX_COUNT, example: '1' }),
  ),
  holdNs: option('--hold <time>', '400ms', 'how long a burst VM lives once it is ready', duration),
  release: option(
    '--release <how>',
    'together',
    'together: all VMs start each round at once; free: each runs on its own',
    choice('way to release VMs', release.options),
  ),
  strategy: option(
    '--strategy <name>',
    'linux-6.2',
    'the manager to run (irqbench list strategies)',
    choice('strategy', presetNames, ' (irqbench list strategies)'),
  ),
  index: option(
    '--index <name|file>',
    null,
    `how the manager finds a token: ${axisValues('index').join(', ')}, or a module of your own`,
    nameOrModule('index', axisValues('index')),
  ),
  hashBits: option(
    '--hash-bits <count>',
    null,
    'the hlist has 2 to this power buckets',
    count({ min: 1, max: strategySchema.shape.hashBits.maxValue ?? MAX_COUNT, example: '9' }),
  ),
  lock: option(
    '--lock <name|file>',
    null,
    `what guards the manager: ${axisValues('lock').join(', ')}, or a module of your own`,
    nameOrModule('lock', axisValues('lock')),
  ),
  scope: option(
    '--scope <scope>',
    null,
    'how far a lock reaches: global, sharded:N or token:N',
    scope,
  ),
  connect: option(
    '--connect <where>',
    null,
    'callbacks of a connect run inside the lock, or outside it',
    choice('place to connect', axisValues('connect')),
  ),
  bypass: option(
    '--bypass <how>',
    null,
    'on, off (module parameter) or none (compiled without)',
    choice('kind of bypass', axisValues('bypass')),
  ),
  noBypassShare: option(
    '--no-bypass-share <share>',
    null,
    'the share of irqfds with the opt-out flag, drawn from the seed',
    rate,
  ),
  producersPerVm: option(
    '--producers-per-vm <count>',
    '0',
    'irqfds of each VM that a device serves, so that they connect',
    count({ min: 0, max: MAX_IRQFDS, example: '3' }),
  ),
  producerOrder: option(
    '--producer-order <order>',
    'before',
    'producers are registered before or after their consumers',
    choice('order', producerOrder.options),
  ),
  connectCostNs: option(
    '--connect-cost <time>',
    '0',
    'what the callbacks of one connect, and of one disconnect, take',
    duration,
  ),
  connectMode: option(
    '--connect-mode <how>',
    'spin',
    'the callbacks pass that time with work for the CPU, or asleep',
    choice('way to pass the time', connectMode.options),
  ),
  connectFailureRate: option(
    '--connect-failure-rate <rate>',
    '0',
    'the share of connects that fail, drawn from the seed',
    rate,
  ),
  background: option(
    '--background <how>',
    'state',
    'background VMs are state, or parked threads of their own',
    choice('kind of background VM', background.options),
  ),
  createCostNs: option('--create-cost <time>', '0', 'CPU time of creating a VM', duration),
  irqchipCostNs: option('--irqchip-cost <time>', '0', 'CPU time of creating its irqchip', duration),
  destroyCostNs: option('--destroy-cost <time>', '0', 'CPU time of destroying a VM', duration),
  assignCostNs: option(
    '--assign-cost <time>',
    '0',
    'CPU time of assigning an irqfd, outside of the manager',
    duration,
  ),
  phases: option(
    '--phases <which>',
    'bare',
    "the kernel around the manager's lock: bare, kernel or some of its phases (irqbench list phases)",
    phases,
  ),
  irqGraceNs: option(
    '--irq-grace <time>',
    '0',
    "the least that a grace period of a VM's irqfds takes, with the phase grace",
    duration,
  ),
  destroyGraceNs: option(
    '--destroy-grace <time>',
    '0',
    'the least that one which destroying VMs share takes, with the phase destroy',
    duration,
  ),
  tickNs: option(
    '--tick <time>',
    '0',
    "the kernel's clock tick, 1/HZ, which the phases move and barrier count in (0: they wait for nothing)",
    duration,
  ),
  seed: option(
    '--seed <number>',
    '1',
    'what every random choice is drawn from',
    count({ min: 0, max: seed.maxValue ?? MAX_COUNT, example: '1' }),
  ),
  nodes: option(
    '--nodes <count>',
    '1',
    'NUMA nodes that the burst VMs are spread over, for locks that care',
    count({ min: 1, max: MAX_BURST, example: '2' }),
  ),
  stallTimeoutNs: option(
    '--stall-timeout <time>',
    '10s',
    'end a run that makes no progress for so long, and say who waits for whom; 0: never',
    duration,
  ),
  pin: option('--pin <cpus>', 'off', 'pin burst VMs: spread, compact or CPUs such as 0-3,8', pin),
  fault: option(
    '--fault <what>',
    'none',
    'a fault to inject: kill-vm@round=2,vm=3,holding=no, throw-vm, oom-vm, slow-lock=1.25',
    fault,
  ),
};

export type OptionKey = keyof typeof runOptions;
export const optionKeys = Object.keys(runOptions) as OptionKey[];

/** The options that say what the strategy is: the preset's name, and the axes that override it. */
export const strategyKeys = [
  'strategy',
  'index',
  'hashBits',
  'lock',
  'scope',
  'connect',
  'bypass',
  'noBypassShare',
] as const satisfies readonly OptionKey[];
export type AxisKey = Exclude<(typeof strategyKeys)[number], 'strategy'>;

/** Whether an option is one of the axes, so decided by the preset where it is not given. */
export function isAxisKey(key: OptionKey): key is AxisKey {
  return key !== 'strategy' && (strategyKeys as readonly OptionKey[]).includes(key);
}

/** The keys by the options' names, so by what users write. */
export const keyOfName: ReadonlyMap<string, OptionKey> = new Map(
  optionKeys.map((key) => [runOptions[key].name, key]),
);

/** What each option's text is read as. */
export type OptionValues = {
  [Key in OptionKey]: ReturnType<(typeof runOptions)[Key]['parse']>;
};
