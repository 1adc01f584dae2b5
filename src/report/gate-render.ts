import type { GateResult } from '../model/gate-result.js';
import type { FormatSet } from './format.js';
import { gateJunit } from './gate-junit.js';
import { gateMarkdown } from './gate-markdown.js';
import { gateText } from './gate-text.js';
import { bencher, githubActionBenchmark } from './gate-trend.js';

/** What a gate found, in the formats there are of it. */

const NAMES = ['text', 'markdown', 'json', 'junit', 'github-action-benchmark', 'bencher'] as const;
export type GateFormat = (typeof NAMES)[number];

export const GATE_FORMATS: FormatSet<GateFormat> = {
  names: NAMES,
  byExtension: new Map([
    ['.txt', 'text'],
    ['.md', 'markdown'],
    ['.markdown', 'markdown'],
    ['.json', 'json'],
    ['.xml', 'junit'],
  ]),
};

/**
 * @param color whether the text format may use terminal colours
 * @returns text that ends with one newline
 */
export function renderGate(result: GateResult, format: GateFormat, color: boolean): string {
  switch (format) {
    case 'text':
      return gateText(result, color);
    case 'markdown':
      return gateMarkdown(result);
    case 'json':
      return `${JSON.stringify(result, null, 2)}\n`;
    case 'junit':
      return gateJunit(result);
    case 'github-action-benchmark':
      return githubActionBenchmark(result);
    case 'bencher':
      return bencher(result);
  }
}
