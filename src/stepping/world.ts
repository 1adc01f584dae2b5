import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { type Program, parse } from 'acorn';
import { ANSWERS } from './answers.js';
import { answeredModule, createHelpers, type Helpers, type Listeners } from './helpers.js';
import { contractRules, setUpRules } from './module-rules.js';
import { Register } from './operation.js';
import { type Rewritten, rewrite } from './rewrite.js';
import type { Rules, Telling } from './rules.js';
import { type CompiledText, Sites } from './sites.js';
import { type StateUse, stateUse } from './state-use.js';
import { ALGORITHM_FILES, CLOCK, LEAF_FILES, SET_UP_FILES, WALKS } from './table.js';
import { userRules } from './user-rules.js';

/**
 * A world of stepped code: the compiled modules of this package, and a user's own, rewritten when
 * they are loaded and bound to each other. What is no algorithm code is imported as it is.
 */

/** The compiled `src/`, which this file is part of. */
const COMPILED = fileURLToPath(new URL('../', import.meta.url));

export type Exports = Readonly<Record<string, unknown>>;

interface Source extends CompiledText {
  readonly program: Program;
}

/** Who is told of what happens between operations: nobody is faster. */
export interface WorldOptions extends Partial<Listeners> {
  /** What a driver makes of a module's exports, by its path: its own code in place of some. */
  readonly adaptations?: Readonly<
    Record<string, (exports: Exports, register: Register) => Exports>
  >;
  /** The text to load in the place of a module's own, line by line: mutants. */
  readonly edit?: (path: string, text: string) => string;
}

export class World {
  /** What the thread that was resumed last is about to do. */
  readonly register = new Register();
  readonly sites = new Sites();
  private readonly helpers: Helpers;
  private readonly telling: Telling;
  private readonly edit: WorldOptions['edit'];
  private readonly modules = new Map<string, Exports>();
  /** Of what was loaded: to be looked at only where states are told apart. */
  private readonly uses: (() => StateUse)[] = [];
  private readonly adaptations: NonNullable<WorldOptions['adaptations']>;

  /** At most one of both is told. */
  constructor({
    observer = null,
    touches = null,
    isShared = isNone,
    adaptations = {},
    edit,
  }: WorldOptions) {
    this.telling = observer !== null ? 'everything' : touches !== null ? 'elements' : 'nothing';
    this.adaptations = adaptations;
    this.edit = edit;
    this.helpers = createHelpers(this.register, { observer, touches, isShared });
  }

  /** Whether code that was loaded may keep something between calls outside the shared memory. */
  get keepsState(): boolean {
    return this.uses.some((use) => use().keepsState);
  }

  /** The counters that code which was loaded may look at, by name, or all. */
  get countersRead(): StateUse['countersRead'] {
    const names = new Set<string>();
    for (const use of this.uses) {
      const { countersRead } = use();
      if (countersRead === 'all') return 'all';
      for (const name of countersRead) names.add(name);
    }
    return names;
  }

  /**
   * @param path in `src/`, without extension: `locks/lock`
   * @returns its exports, with functions of algorithm code as generators
   */
  async load(path: string): Promise<Exports> {
    const known = this.modules.get(path);
    if (known !== undefined) return known;
    const exports = await this.loadNew(path);
    const adapted = this.adaptations[path]?.(exports, this.register) ?? exports;
    this.modules.set(path, adapted);
    return adapted;
  }

  /**
   * A user's module: one file that imports nothing.
   * @param setUp the exported functions that make things before anybody runs
   * @throws SyntaxError with the line of what cannot be stepped
   */
  async loadUser(file: string, setUp: readonly string[]): Promise<Exports> {
    const source = readSource(file, { locations: true });
    this.uses.push(once(() => stateUse(source.program, file, 'settled')));
    const nothing = async (): Promise<Exports> => ({});
    return this.run(source, file, userRules(source.program, setUp), nothing);
  }

  private async loadNew(path: string): Promise<Exports> {
    if (path in ANSWERS) {
      const native = await importNative(path);
      return { ...native, ...answeredModule(this.register, path) };
    }
    const source = readOwn(path, this.edit);
    const isLeaf = LEAF_FILES.includes(path) && this.telling !== 'everything';
    if (isLeaf || !(await this.isStepped(path))) return importNative(path);
    const setUp = ALGORITHM_FILES[path];
    const moduleOf = (specifier: string) => resolveModule(path, specifier);
    if (setUp !== undefined) this.uses.push(once(() => stateUse(source.program, path, 'static')));
    const rules =
      setUp === undefined
        ? setUpRules(moduleOf)
        : contractRules(source.program, [...setUp, ...this.walksOf(path)], moduleOf);
    return this.run(source, path, rules, (target) => this.load(target));
  }

  /** Rewrites a module and runs it, with what `load` gives for the modules that it imports. */
  private async run(
    source: Source,
    path: string,
    rules: Rules,
    load: (path: string) => Promise<Exports>,
  ): Promise<Exports> {
    const { file, text, program } = source;
    const rewritten = rewrite(text, program, path, rules, this.telling, (offset) =>
      this.sites.add(source, offset),
    );
    const imports: Record<string, Exports> = {};
    for (const specifier of rewritten.imports) {
      const target = rules.moduleOf(specifier);
      imports[specifier] = await (target === undefined
        ? importForeign(file, specifier)
        : load(target));
    }
    return this.evaluate(rewritten, file, imports);
  }

  /** Algorithm code, and set-up code that puts some together; the rest is as good natively. */
  private async isStepped(path: string): Promise<boolean> {
    if (path in ALGORITHM_FILES || path in ANSWERS) return true;
    if (!(path in SET_UP_FILES)) return false;
    for (const specifier of importsOf(readOwn(path).program)) {
      const target = resolveModule(path, specifier);
      if (target !== undefined && (await this.isStepped(target))) return true;
    }
    return false;
  }

  /** Functions of a file that are left as they are, unless everything is told. */
  private walksOf(path: string): readonly string[] {
    return this.telling === 'everything' ? [] : (WALKS[path] ?? []);
  }

  private evaluate({ code }: Rewritten, file: string, imports: Record<string, Exports>): Exports {
    const names = Object.keys(this.helpers);
    const run = compileFunction(code, [...names, '$imports'], { filename: file });
    const helpers = names.map((name) => this.helpers[name as `$${string}`]);
    return run(...helpers, imports) as Exports;
  }
}

function isNone(_value: unknown): _value is Int32Array {
  return false;
}

/** Files of the package as they are: each world needs most of them. */
const SOURCES = new Map<string, Source>();

function readOwn(path: string, edit?: WorldOptions['edit']): Source {
  const file = join(COMPILED, `${path}.js`);
  if (edit !== undefined) return readSource(file, { edit: (text) => edit(path, text) });
  const known = SOURCES.get(path) ?? readSource(file);
  SOURCES.set(path, known);
  return known;
}

/** @param locations whether nodes say their lines: a fourth of what loading a module takes */
function readSource(
  file: string,
  { edit = (text: string) => text, locations = false } = {},
): Source {
  const text = edit(readFileSync(file, 'utf8'));
  const program = parse(text, { ecmaVersion: 2023, sourceType: 'module', locations });
  return { file, text, program };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function importsOf(program: Program): string[] {
  return program.body.flatMap((node) =>
    node.type === 'ImportDeclaration' ? [String(node.source.value)] : [],
  );
}

/** The module of the table that a relative import means, or undefined where it is none of them. */
function resolveModule(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = normalize(join(dirname(from), specifier)).replace(/\.js$/, '');
  const isKnown = path in ALGORITHM_FILES || path in SET_UP_FILES || path === CLOCK;
  return isKnown ? path : undefined;
}

async function importNative(path: string): Promise<Exports> {
  return (await import(pathToFileURL(join(COMPILED, `${path}.js`)).href)) as Exports;
}

async function importForeign(file: string, specifier: string): Promise<Exports> {
  const target = specifier.startsWith('.')
    ? pathToFileURL(join(dirname(file), specifier)).href
    : specifier;
  return (await import(target)) as Exports;
}
