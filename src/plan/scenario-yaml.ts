import { isAlias, isMap, isSeq } from 'yaml';
import type { z } from 'zod';
import { usageError } from '../errors.js';
import {
  type Scenario,
  type ScenarioObject,
  type ScenarioStep,
  type ScenarioVerb,
  scenarioVerbs,
} from '../model/scenario.js';
import { anyOf, didYouMean, printable, quote } from '../wording.js';
import {
  complain,
  ERRNOS,
  type FailAt,
  type Path,
  type RawScenario,
  scenarioSchema,
} from './scenario-form.js';
import { type Fail, readLine, readYaml, textOf } from './yaml-text.js';

/** The text of a scenario file; its comment in `workloads/verify/` shows the whole form. */

const MOST_OBJECTS = 8;

/**
 * @param name what the scenario is called
 * @param file how error messages name it
 * @throws a usage error that begins with `file:line:column`
 */
export function parseScenario(text: string, name: string, file: string): Scenario {
  const form = 'description, objects and threads';
  const { root, fail, place } = readYaml(text, file, 'a scenario', form);
  if (root === null || textOf(root) === '')
    throw usageError(`${printable(file)}: is empty; give ${form}`);
  const data = plain(root, fail, (node) => place(node).line);
  const parsed = scenarioSchema.safeParse(data);
  const failAt: FailAt = (path, message, isKey = false) =>
    fail(isKey ? keyAt(root, path) : nodeAt(root, path), message);
  if (!parsed.success) return complain(parsed.error.issues[0] as z.core.$ZodIssue, failAt, data);
  readLine(nodeAt(root, ['description']), 'description', fail);
  return new Reader(parsed.data, failAt).read(name);
}

/** Mappings, lists and text, without what YAML has beyond them. */
function plain(node: unknown, fail: Fail, lineOf: (node: unknown) => number): unknown {
  if (isAlias(node)) return fail(node, 'is an alias; write the value itself');
  if (isSeq(node)) return node.items.map((item) => plain(item, fail, lineOf));
  if (!isMap(node)) return textOf(node) ?? '';
  const entries = new Map<string, unknown>();
  const lines = new Map<string, number>();
  for (const { key, value } of node.items) {
    const name = textOf(key);
    if (name === undefined) return fail(key, 'a key is no plain word');
    const before = lines.get(name);
    if (before !== undefined)
      return fail(key, `${quote(name)} is given twice, first on line ${before}; keep one`);
    lines.set(name, lineOf(key));
    entries.set(name, plain(value, fail, lineOf));
  }
  return Object.fromEntries(entries);
}

/** The node of a path's last key. */
function keyAt(root: unknown, path: Path): unknown {
  const map = nodeAt(root, path.slice(0, -1));
  const name = String(path.at(-1));
  return isMap(map) ? map.items.find(({ key }) => textOf(key) === name)?.key : map;
}

/** The node of a path, or of as much of it as there is. */
function nodeAt(root: unknown, path: Path): unknown {
  let node = root;
  for (const part of path) {
    let next: unknown;
    if (isSeq(node)) next = node.items[Number(part)];
    if (isMap(node)) next = node.items.find(({ key }) => textOf(key) === String(part))?.value;
    if (next == null) return node;
    node = next;
  }
  return node;
}

/** Makes a scenario of what has the right form, and refuses what nobody could do. */
class Reader {
  private readonly raw: RawScenario;
  private readonly failAt: FailAt;
  private readonly names: readonly string[];
  private readonly tokens: readonly string[];

  constructor(raw: RawScenario, failAt: FailAt) {
    this.raw = raw;
    this.failAt = failAt;
    this.names = Object.keys(raw.objects);
    const sides = Object.values(raw.objects).map(({ consumer, producer }) => consumer ?? producer);
    this.tokens = [...new Set(sides)].filter((token) => token !== undefined);
  }

  read(name: string): Scenario {
    const { raw, names, tokens } = this;
    if (names.length === 0)
      this.failAt(['objects'], 'there are no objects; give c0: {consumer: a}');
    if (names.length > MOST_OBJECTS)
      this.failAt(['objects'], `there are ${names.length} objects; give up to ${MOST_OBJECTS}`);
    const objects = names.map((object) => this.readObject(object));
    this.checkRegistered(objects);
    const threads = raw.threads.map((steps, thread) =>
      steps.map((_, step) => this.readStep(['threads', thread, step])),
    );
    this.checkOwners(objects, threads);
    this.checkTokens(threads);
    const { nodes = null, entries = null } = raw.arena ?? {};
    const { description } = raw;
    return { name, description, tokens, objects, arena: { nodes, entries }, threads };
  }

  private readObject(name: string): ScenarioObject {
    const path = ['objects', name];
    const raw = this.raw.objects[name] as RawScenario['objects'][string];
    const { consumer, producer, without = [], registered } = raw;
    const token = consumer ?? producer;
    if (token === undefined || (consumer !== undefined && producer !== undefined))
      return this.failAt(
        path,
        `${name} is no consumer or both; give {consumer: a} or {producer: a}`,
      );
    const side = consumer === undefined ? 'producer' : 'consumer';
    const errno = raw['add-fails'];
    const addError = errno === undefined ? 0 : -ERRNOS[errno];
    if (addError !== 0 && without.includes('add'))
      return this.failAt(
        path,
        `${name} has no add callback that could fail; leave one of the two out`,
      );
    const isRegistered = registered === 'yes';
    const lacks = side === 'consumer' && (without.includes('add') || without.includes('del'));
    if (isRegistered && lacks)
      return this.failAt(
        path,
        `${name} lacks a callback, so it is refused; it cannot be registered`,
      );
    const number = this.tokens.indexOf(token) + 1;
    return { name, side, token: number, without, addError, isRegistered };
  }

  private checkRegistered(objects: readonly ScenarioObject[]): void {
    const registered = objects.filter(({ isRegistered }) => isRegistered);
    for (const object of registered) {
      const { name, side, token } = object;
      const others = registered.filter((other) => other !== object && other.token === token);
      const path = ['objects', name];
      const twin = others.find((other) => other.side === side);
      if (twin !== undefined)
        this.failAt(path, `${name} and ${twin.name} cannot both be registered with one token`);
      if (others.length > 0 && [object, ...others].some(({ addError }) => addError !== 0))
        this.failAt(
          path,
          `${name} cannot be connected beforehand: an add callback of the two fails`,
        );
    }
  }

  private readStep(path: Path): ScenarioStep {
    const [, thread, step] = path as [string, number, number];
    const raw = this.raw.threads[thread]?.[step] ?? {};
    const given = Object.entries(raw);
    if (given.length !== 1)
      return this.failAt(path, `a step does one thing; give one of ${anyOf(scenarioVerbs)}`);
    const [verb, value] = given[0] as [ScenarioVerb, string];
    switch (verb) {
      case 'switch-bypass':
        return { verb, isOn: value === 'on' };
      case 'register':
      case 'unregister':
        return { verb, object: this.find(this.names, value, 'object', [...path, verb]) };
      default:
        return { verb, token: this.find(this.tokens, value, 'token', [...path, verb]) + 1 };
    }
  }

  private find(names: readonly string[], name: string, noun: string, path: Path): number {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    const hint = didYouMean(name, names);
    return this.failAt(
      path,
      `${quote(name)} is no ${noun} of this scenario${hint}; give ${anyOf(names)}`,
    );
  }

  /** An object has one owner, who registers it and unregisters it in turn. */
  private checkOwners(
    objects: readonly ScenarioObject[],
    threads: readonly (readonly ScenarioStep[])[],
  ): void {
    objects.forEach((object, number) => {
      let owner = -1;
      let isIn = object.isRegistered;
      threads.forEach((steps, thread) => {
        steps.forEach((step, at) => {
          const isCall = step.verb === 'register' || step.verb === 'unregister';
          if (!isCall || step.object !== number) return;
          const path = ['threads', thread, at];
          if (owner >= 0 && owner !== thread)
            this.failAt(
              path,
              `${object.name} belongs to thread ${owner}; only one thread may own it`,
            );
          owner = thread;
          if (isIn === (step.verb === 'register'))
            this.failAt(
              path,
              `${object.name} is ${isIn ? 'registered' : 'not registered'} here; an owner registers and unregisters in turn`,
            );
          isIn = !isIn;
        });
      });
    });
  }

  /** Who waits for a token to be freed must not wait for ever. */
  private checkTokens(threads: readonly (readonly ScenarioStep[])[]): void {
    threads.forEach((steps, thread) => {
      steps.forEach((step, at) => {
        if (step.verb !== 'reuse-token') return;
        const { token } = step;
        const isFreed = threads.some(
          (others, other) =>
            other !== thread &&
            others.some((one) => one.verb === 'free-token' && one.token === token),
        );
        const name = this.tokens[token - 1];
        if (!isFreed)
          this.failAt(
            ['threads', thread, at],
            `no other thread frees token ${name}; give one a step free-token: ${name}`,
          );
      });
    });
  }
}
