import { Digest } from './digest.js';

/**
 * What tells a thread's state: a stack of the functions it is in, each with what its variables
 * were before the statement it is at, and what it has seen since. Code that is deterministic goes
 * on in the same way from two states of which this is the same.
 *
 * It is a stack of numbers and nothing is reckoned from it before a digest is asked for, since
 * most steps of a search are repetitions on the way to a new one.
 */
export class History {
  private stack = new Float64Array(1024);
  private top = 0;
  /** Where the function that runs begins. */
  private base = 0;
  private readonly bases: number[] = [];

  /** Begins with what the program itself is at; no function of it is told of. */
  begin(action: number, mark: number): void {
    this.top = 0;
    this.bases.length = 0;
    this.add(action);
    this.add(mark);
    this.base = this.top;
  }

  /** Something was seen: where, and what. */
  add(value: number): void {
    if (this.top === this.stack.length) this.grow();
    this.stack[this.top++] = value;
  }

  /** A function is called. */
  call(site: number): void {
    this.add(site);
    this.bases.push(this.base);
    this.base = this.top;
  }

  /**
   * A function has returned.
   * @param forgets whether what it did is forgotten: it can only be told from what it returned
   */
  returned(value: unknown, forgets: boolean): void {
    const code = codeOf(value);
    if (forgets && code !== OPAQUE) this.top = this.base;
    this.base = this.bases.pop() ?? 0;
    this.add(code);
  }

  /** Between two statements all there is of a function is in its variables. */
  state(site: number, variables: readonly unknown[]): void {
    const from = this.top;
    this.add(site);
    for (let i = 0; i < variables.length; i++) {
      const code = codeOf(variables[i]);
      if (code === OPAQUE) {
        // Two equal histories are all that is known to have led to two equal values.
        this.top = from;
        return;
      }
      this.add(code);
    }
    const { base, stack, top } = this;
    for (let i = from; i < top; i++) stack[base + i - from] = stack[i] as number;
    this.top = base + top - from;
  }

  addTo(digest: Digest): void {
    digest.add(this.top);
    for (let i = 0; i < this.top; i++) digest.add(this.stack[i] as number);
  }

  private grow(): void {
    const { stack } = this;
    this.stack = new Float64Array(stack.length * 2);
    this.stack.set(stack);
  }
}

/** The code of values of which two that differ may look the same. */
const OPAQUE = Number.NEGATIVE_INFINITY;

const TRUE = 0x5bd1e995;
const FALSE = 0x1b873593;
const UNDEFINED = 0x52dce729;
const NULL = 0x38495ab5;

/** Objects of classes, which hold no state of their own: see `StateUse.keepsState`. */
const codes = new WeakMap<object, number>();

/** A value as a number of a history. */
function codeOf(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return (value | 0) === value ? value : OPAQUE;
    case 'boolean':
      return value ? TRUE : FALSE;
    case 'undefined':
      return UNDEFINED;
    case 'object':
      return value === null ? NULL : codeOfObject(value);
    default:
      return OPAQUE;
  }
}

/** What an object of a class is made of: two that are made of the same do the same. */
function codeOfObject(object: object): number {
  const known = codes.get(object);
  if (known !== undefined) return known;
  const code = readObject(object);
  codes.set(object, code);
  return code;
}

function readObject(object: object): number {
  if (ArrayBuffer.isView(object)) {
    return object.buffer instanceof SharedArrayBuffer ? object.byteOffset + 1 : OPAQUE;
  }
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Object.prototype || prototype === null || 'length' in object) return OPAQUE;
  const digest = new Digest();
  for (const [name, value] of Object.entries(object)) {
    const code = codeOf(value);
    if (code === OPAQUE) return OPAQUE;
    digest.add(name.length);
    digest.add(code);
  }
  return digest.one;
}
