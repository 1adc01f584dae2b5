import { usageError } from '../errors.js';
import type { HostProfile } from '../model/host-profile.js';
import { type RunPlan, runPlanSchema } from '../model/run-plan.js';
import { counted, formatCount } from '../units.js';
import { checkAxes } from './axes.js';
import { createWaitsOf, hostGives, needsTick, phasesOf } from './host-gives.js';
import { flagAttribute } from './option.js';
import {
  type AxisKey,
  isAxisKey,
  type OptionKey,
  type OptionValues,
  optionKeys,
  runOptions,
  strategyKeys,
} from './options.js';
import { KERNEL_MUTEX, type KernelMutex, resolveStrategy } from './strategies.js';
import { MAX_COUNT, type RawValue } from './values.js';
import { loadWorkload, type Workload } from './workload-file.js';

/** Arguments + workload file + defaults → one validated, frozen plan, and where it is all from. */

/** The texts of flags under commander's names (`connectCost`), as `command.opts()` has them. */
export type FlagValues = Readonly<Record<string, string | undefined>>;

export interface ResolvedPlan {
  readonly plan: RunPlan;
  /** What each option came to; `strategy` is the preset that the axes override. */
  readonly values: Readonly<OptionValues>;
  /** `default`, `preset linux-6.2`, `host xeon-8255c`, `workload smoke:4` or `flag --vms`. */
  readonly sources: Readonly<Record<OptionKey, string>>;
  /** The workload file, or null where there is none. */
  readonly workload: Workload | null;
}

/** What an option is given; `raw` is null where the strategy decides. */
interface Given {
  readonly raw: RawValue | null;
  readonly source: string;
  /** How error messages name the place. */
  readonly where: string;
}

/** What is given by something else than flags and workload, by option. */
export interface GivenTexts {
  /** As a source: `host xeon-8255c`, `gate`. */
  readonly source: string;
  /** As error messages name it: `the host's`. */
  readonly whose: string;
  readonly texts: { readonly [Key in OptionKey]?: string };
}

/** The axes are parts of a strategy: who names another one means all of it. */
function isReplaced(key: OptionKey, flags: FlagValues): boolean {
  return isAxisKey(key) && flags.strategy !== undefined;
}

/** The one order of precedence: flag, workload file, simulated host or command, default. */
function findGiven(
  key: OptionKey,
  flags: FlagValues,
  workload: Workload | null,
  givers: readonly GivenTexts[],
): Given {
  const { name, default: initial } = runOptions[key];
  const flag = `--${name}`;
  const text = flags[flagAttribute(name)];
  if (text !== undefined) return { raw: text, source: `flag ${flag}`, where: flag };
  const entry = isReplaced(key, flags) ? undefined : workload?.entries.get(key);
  if (workload && entry) {
    const source = `workload ${workload.name}:${entry.line}`;
    return { raw: entry.value, source, where: entry.where };
  }
  for (const { source, whose, texts } of givers) {
    const raw = texts[key];
    if (raw !== undefined) return { raw, source, where: `${whose} ${flag}` };
  }
  return { raw: initial, source: 'default', where: `the default of ${flag}` };
}

/** What the host says, whose phases may be given otherwise. */
function textsOf(host: HostProfile, flags: FlagValues, workload: Workload | null): GivenTexts {
  const given = { source: sourceOf(host), whose: "the host's" };
  const own = phasesOf(host);
  const { raw, where } = findGiven('phases', flags, workload, [{ ...given, texts: own }]);
  const phases = runOptions.phases.parse(raw as RawValue, where);
  return { ...given, texts: { ...own, ...hostGives(host, phases) } };
}

function sourceOf({ name }: HostProfile): string {
  return `host ${name}`;
}

/** What no option can see alone. Each names the option at fault and ends its error message. */
const CROSS_CHECKS: readonly ((values: OptionValues) => [OptionKey, string] | undefined)[] = [
  ({ producersPerVm, irqfds }) =>
    producersPerVm > irqfds
      ? [
          'producersPerVm',
          `${counted(producersPerVm, 'producer')} for the ${counted(irqfds, 'irqfd')} of a VM; ` +
            'give no more producers than --irqfds',
        ]
      : undefined,
  ({ fault, rounds }) =>
    fault && fault.kind !== 'slow-lock' && fault.round > rounds
      ? [
          'fault',
          `round ${formatCount(fault.round)} of a run of ${counted(rounds, 'round')}; ` +
            'give a round from 1 to --rounds',
        ]
      : undefined,
  ({ fault, burst }) =>
    fault && fault.kind !== 'slow-lock' && fault.vm >= burst
      ? [
          'fault',
          `vm ${formatCount(fault.vm)} of ${counted(burst, 'burst VM')}, the first of which is ` +
            'vm 0; give a vm below --burst',
        ]
      : undefined,
  ({ irqGraceNs, phases }) =>
    irqGraceNs > 0 && !phases.includes('grace')
      ? ['irqGraceNs', 'there is no such grace period; give --phases kernel, or some with grace']
      : undefined,
  ({ destroyGraceNs, phases }) =>
    destroyGraceNs > 0 && !phases.includes('destroy')
      ? [
          'destroyGraceNs',
          'there is no such grace period; give --phases kernel, or some with destroy',
        ]
      : undefined,
  ({ tickNs, phases }) =>
    tickNs > 0 && !needsTick(phases)
      ? [
          'tickNs',
          'nothing happens at ticks; give --phases kernel, or some with move, destroy or barrier',
        ]
      : undefined,
  ({ vms, burst, irqfds }) =>
    (vms + burst) * irqfds > MAX_COUNT
      ? [
          'vms',
          `${counted(vms + burst, 'VM')} of ${counted(irqfds, 'irqfd')} are more irqfds than ` +
            `${formatCount(MAX_COUNT)}; give fewer VMs, or fewer --irqfds`,
        ]
      : undefined,
];

/** Where the first axis was named that is not the preset's: what a refusal begins with. */
function whereAxesAre(givenFor: (key: OptionKey) => Given): string {
  const given = strategyKeys
    .map(givenFor)
    .filter(({ raw, source }) => raw !== null && source !== 'default');
  return given.at(-1)?.where ?? 'strategy';
}

/** @param host the one that is to be simulated, or null */
export function kernelMutexOf(host: HostProfile | null): KernelMutex {
  return host === null ? KERNEL_MUTEX.onThreads : KERNEL_MUTEX.simulated;
}

/** Freezes plain objects and arrays all the way down. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

export function workloadOf({ workload }: FlagValues): Workload | null {
  return workload === undefined ? null : loadWorkload(workload);
}

/**
 * Resolves and validates one run.
 * @param flags the flags that were given; `workload` names the workload file
 * @param host the host that is to be simulated, or null
 * @param workload that the flags name: read once where many plans are made of it
 * @param command what a command has instead of the defaults
 * @throws a usage error of one line that names the flag or the file's line and column
 */
export function resolvePlan(
  flags: FlagValues,
  host: HostProfile | null = null,
  workload: Workload | null = workloadOf(flags),
  command: GivenTexts | null = null,
): ResolvedPlan {
  const givers = [...(host ? [textsOf(host, flags, workload)] : []), ...(command ? [command] : [])];
  const given = new Map(optionKeys.map((key) => [key, findGiven(key, flags, workload, givers)]));
  const givenFor = (key: OptionKey) => given.get(key) as Given;

  const parsed = Object.fromEntries(
    [...given].map(([key, { raw, where }]) => [
      key,
      raw === null ? undefined : runOptions[key].parse(raw, where),
    ]),
  ) as Omit<OptionValues, AxisKey> & Partial<OptionValues>;

  const { strategy: preset, index, hashBits, lock, scope, connect, bypass, ...others } = parsed;
  const { noBypassShare, ...rest } = others;
  const axes = { index, hashBits, lock, ...scope, connect, bypass, noBypassShare };
  const strategy = resolveStrategy(preset, axes, kernelMutexOf(host));
  checkAxes(strategy, whereAxesAre(givenFor));
  const values: OptionValues = {
    ...parsed,
    ...strategy,
    strategy: preset,
    scope: { scope: strategy.scope, shards: strategy.shards },
  };
  for (const check of CROSS_CHECKS) {
    const [key, wrong] = check(values) ?? [];
    if (key) throw usageError(`${givenFor(key).where}: ${wrong}`);
  }

  const sources = Object.fromEntries(
    [...given].map(([key, { raw, source }]) => [key, raw === null ? `preset ${preset}` : source]),
  ) as Record<OptionKey, string>;
  const isHostsOwn = host !== null && sources.createCostNs === sourceOf(host);
  const createWaits = host && isHostsOwn ? createWaitsOf(host, rest.phases) : [];
  const plan = runPlanSchema.parse({
    workload: workload?.name ?? null,
    ...rest,
    createWaits,
    strategy,
  });
  return deepFreeze({ plan, values, sources, workload });
}
