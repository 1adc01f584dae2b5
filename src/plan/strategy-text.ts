import { usageError } from '../errors.js';
import type { Strategy } from '../model/run-plan.js';
import { didYouMean, quote } from '../wording.js';
import { checkAxes, whyNot } from './axes.js';
import { type AxisKey, keyOfName, runOptions, strategyKeys } from './options.js';
import {
  type AxisOverrides,
  type KernelMutex,
  type PresetName,
  presetNames,
  resolveStrategy,
} from './strategies.js';

/**
 * Strategies as `compare` takes them: a preset (`linux-6.17`), axes (`index=xarray,lock=mcs`),
 * or a preset with axes that differ (`outside,scope=token:64`).
 */

/** What axes are given to where no preset is named: the strategy that a run has by default. */
const BASE = runOptions.strategy.default as PresetName;
const NAMES = strategyKeys.map((key) => runOptions[key].name);

type Settings = Map<(typeof strategyKeys)[number], string>;

/**
 * @param kernelMutex what the presets' mutex is
 * @throws IrqbenchError (2) that names the place, the text and what is wrong with it
 */
export function readStrategy(text: string, where: string, kernelMutex?: KernelMutex): Strategy {
  const { strategy } = strategySettings(text, where, kernelMutex);
  checkAxes(strategy, `${where} ${quote(text)}`);
  return strategy;
}

/**
 * What a strategy's text sets, by option: the preset, and the axes that differ from it.
 * @param kernelMutex what the presets' mutex is
 * @throws IrqbenchError (2) where it is none; whether its axes go together is not asked
 */
export function strategySettings(
  text: string,
  where: string,
  kernelMutex?: KernelMutex,
): {
  readonly settings: ReadonlyMap<(typeof strategyKeys)[number], string>;
  readonly strategy: Strategy;
} {
  const settings = readSettings(text, where);
  if (!settings.has('strategy')) settings.set('strategy', BASE);
  return { settings, strategy: strategyOf(settings, where, kernelMutex) };
}

/** Whether text begins a strategy: the name of a preset does, an axis alone goes on with one. */
export function isPreset(text: string): boolean {
  return presetNames.some((name) => name === text);
}

/** Whether text is a strategy's, rather than a file's name. */
export function looksLikeStrategy(text: string): boolean {
  return text.includes('=') || isPreset(text.split(',')[0] ?? '');
}

export interface Grid {
  readonly strategies: readonly Strategy[];
  /** The points that are none, each with the reason. */
  readonly refused: readonly string[];
}

/**
 * Every combination of the axes' values, the last axis running fastest.
 * @param axes `index=list,xarray`, `lock=mutex,mcs`
 * @throws IrqbenchError (2) where an axis or a value is wrong, or no point is left
 */
export function readGrid(axes: readonly string[], where: string, kernelMutex?: KernelMutex): Grid {
  let points: Settings[] = [new Map()];
  for (const axis of axes) {
    const [name, values] = splitSetting(axis, where);
    const key = keyOf(name, where);
    if (points[0]?.has(key)) throw usageError(`${where}: ${name} is given twice; keep one`);
    points = points.flatMap((point) =>
      values.split(',').map((value) => new Map([...point, [key, value]])),
    );
  }
  const strategies: Strategy[] = [];
  const refused: string[] = [];
  for (const point of points) {
    const strategy = strategyOf(point, where, kernelMutex);
    const wrong = whyNot(strategy);
    if (wrong === undefined) strategies.push(strategy);
    else refused.push(`${[...point.values()].join(' + ')} is left out: ${wrong.reason}`);
  }
  if (strategies.length === 0) {
    throw usageError(
      `${where}: no combination is left: ${refused[0]}; see irqbench list strategies --matrix`,
    );
  }
  return { strategies, refused };
}

function readSettings(text: string, where: string): Settings {
  const settings: Settings = new Map();
  for (const [place, part] of text.split(',').entries()) {
    if (place === 0 && !part.includes('=')) {
      settings.set('strategy', part);
      continue;
    }
    const [name, value] = splitSetting(part, where);
    const key = keyOf(name, where);
    if (settings.has(key))
      throw usageError(`${where} ${quote(text)}: ${name} is given twice; keep one`);
    settings.set(key, value);
  }
  return settings;
}

function splitSetting(part: string, where: string): [name: string, value: string] {
  const match = /^([^=]*)=(.*)$/s.exec(part.trim());
  if (match) return [(match[1] as string).trim(), match[2] as string];
  throw usageError(`${where}: ${quote(part)} is no axis=value; give one such as index=xarray`);
}

function keyOf(name: string, where: string): (typeof strategyKeys)[number] {
  const key = strategyKeys.find((candidate) => candidate === keyOfName.get(name));
  if (key !== undefined) return key;
  throw usageError(
    `${where}: ${quote(name)} is no axis of a strategy${didYouMean(name, NAMES)}; give ${NAMES.join(', ')}`,
  );
}

function strategyOf(settings: Settings, where: string, kernelMutex?: KernelMutex): Strategy {
  const read = <Key extends AxisKey>(key: Key) => {
    const text = settings.get(key);
    const name = `${where} ${runOptions[key].name}`;
    return text === undefined ? undefined : runOptions[key].parse(text, name);
  };
  const preset = runOptions.strategy.parse(settings.get('strategy') ?? BASE, where);
  const overrides = {
    index: read('index'),
    hashBits: read('hashBits'),
    lock: read('lock'),
    ...(read('scope') as AxisOverrides | undefined),
    connect: read('connect'),
    bypass: read('bypass'),
    noBypassShare: read('noBypassShare'),
  } as AxisOverrides;
  return resolveStrategy(preset, overrides, kernelMutex);
}
