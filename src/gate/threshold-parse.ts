import { quote } from '../wording.js';
import { type FailAt, failAt, type ThresholdText } from './threshold-error.js';
import {
  type ComparisonOperator,
  lex,
  type NumberUnit,
  type Span,
  type Token,
} from './threshold-lex.js';

/**
 * The grammar of thresholds, by recursive descent:
 *
 *     threshold  = sum ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum
 *     sum        = product { ( "+" | "-" ) product }
 *     product    = value { ( "*" | "/" ) value }
 *     value      = number [ unit ] | metric | "base" [ "(" metric ")" ] | "-" value | "(" sum ")"
 *
 * What the names mean, and whether the units go together, is no matter of grammar: see
 * threshold-validate.ts.
 */

export type ArithmeticOperator = '+' | '-' | '*' | '/';

/** A part of a threshold, with names as they were written. */
export type Expression = Span &
  (
    | { readonly kind: 'number'; readonly value: number; readonly unit: NumberUnit }
    | { readonly kind: 'metric'; readonly name: string }
    /** The baseline's figure: of the metric that is named, or of the one that is compared. */
    | { readonly kind: 'base'; readonly name: string | null }
    | { readonly kind: 'negative'; readonly of: Expression }
    | {
        readonly kind: 'arithmetic';
        readonly operator: ArithmeticOperator;
        /** Where the operator stands. */
        readonly at: number;
        readonly left: Expression;
        readonly right: Expression;
      }
  );

export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly at: number;
  readonly left: Expression;
  readonly right: Expression;
}

/** Nobody needs more parentheses in one another. */
const MAX_DEPTH = 32;

/** @throws IrqbenchError (2) that names the column */
export function parse(threshold: ThresholdText): Comparison {
  const fail = failAt(threshold);
  return new Parser(lex(threshold.text, fail), threshold.text, fail).threshold();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  readonly #fail: FailAt;
  #at = 0;

  constructor(tokens: readonly Token[], text: string, fail: FailAt) {
    this.#tokens = tokens;
    this.#text = text;
    this.#fail = fail;
  }

  threshold(): Comparison {
    const left = this.#sum(0);
    const found = this.#next;
    if (found.kind === 'end') {
      const { name } = left.kind === 'metric' ? left : { name: 'register.p99' };
      return this.#fail(found.from, `compares nothing; say when to fail, such as ${name} > LIMIT`);
    }
    if (found.kind !== 'comparison') return this.#unexpected('an operator');
    this.#at++;
    const right = this.#sum(0);
    if (this.#next.kind === 'comparison') {
      return this.#fail(
        this.#next.from,
        'compares a second time; a threshold is one comparison, give --fail-if once for each',
      );
    }
    if (this.#next.kind !== 'end') return this.#unexpected('an operator or the end');
    return { operator: found.operator, at: found.from, left, right };
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #sum(depth: number): Expression {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/'], () => this.#value(depth)));
  }

  /** Operators of one rank, from left to right. */
  #chain(operators: readonly ArithmeticOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const { kind, from: at } = this.#next;
      const operator = operators.find((known) => known === kind);
      if (operator === undefined) return left;
      this.#at++;
      const right = operand();
      left = { kind: 'arithmetic', operator, at, left, right, from: left.from, to: right.to };
    }
  }

  #value(depth: number): Expression {
    const token = this.#next;
    if (depth > MAX_DEPTH) return this.#fail(token.from, 'is nested too deep');
    switch (token.kind) {
      case 'number':
        this.#at++;
        return token;
      case 'name':
        this.#at++;
        return token.name === 'base' ? this.#base(token) : { ...token, kind: 'metric' };
      case '-': {
        this.#at++;
        const of = this.#value(depth + 1);
        return { kind: 'negative', of, from: token.from, to: of.to };
      }
      case '(': {
        this.#at++;
        const inner = this.#sum(depth + 1);
        const { to } = this.#close(token);
        return { ...inner, from: token.from, to };
      }
      default:
        return this.#unexpected('a metric or a number');
    }
  }

  #base({ from, to }: Token): Expression {
    const open = this.#next;
    if (open.kind !== '(') return { kind: 'base', name: null, from, to };
    this.#at++;
    const named = this.#next;
    if (named.kind !== 'name') return this.#unexpected('a metric');
    this.#at++;
    return { kind: 'base', name: named.name, from, to: this.#close(open).to };
  }

  #close(open: Token): Token {
    const close = this.#next;
    if (close.kind !== ')') return this.#unexpected(`the ) of the ( at column ${open.from + 1}`);
    this.#at++;
    return close;
  }

  #unexpected(wanted: string): never {
    const { kind, from, to } = this.#next;
    const found = kind === 'end' ? 'the end' : quote(this.#text.slice(from, to));
    return this.#fail(from, `${found} where ${wanted} should be`);
  }
}
