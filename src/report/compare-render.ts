import type { CompareResult } from '../model/compare-result.js';
import type { LatencySummary } from '../model/run-result.js';
import { compareCsv } from './compare-csv.js';
import { headerOf } from './compare-header.js';
import { compareMarkdown } from './compare-markdown.js';
import { compareHeaderText, compareTextBody } from './compare-text.js';
import { oneLine, type RenderOptions } from './content.js';
import type { Format } from './format.js';
import { funclatency } from './funclatency.js';
import { hgrm } from './hgrm.js';
import { json } from './json.js';
import { showingCompare } from './shown.js';

/** A comparison in any of the formats. */

export { renderCompareHeader } from './compare-text.js';

/**
 * The comparison as text that ends with one newline.
 * @throws IrqbenchError (usage) where a saved result's histogram cannot be decoded
 */
export function renderCompare(
  result: CompareResult,
  format: Format,
  options: RenderOptions,
): string {
  const shown = showingCompare(result, options.percentiles);
  switch (format) {
    case 'text':
      return compareHeaderText(headerOf(shown), options.color) + compareTextBody(shown, options);
    case 'json':
      return json(shown);
    case 'csv':
      return compareCsv(shown, options.percentiles);
    case 'hgrm':
      return byStrategy(shown, hgrm);
    case 'funclatency':
      return byStrategy(shown, funclatency);
    case 'markdown':
      return compareMarkdown(shown, options);
  }
}

/**
 * The text report without its header, for when that was printed before the first round. It begins
 * with a blank line and ends with one newline.
 */
export function renderCompareTextBody(result: CompareResult, options: RenderOptions): string {
  return compareTextBody(showingCompare(result, options.percentiles), options);
}

/** One section after the other, each under a comment that readers of the format skip. */
function byStrategy({ runs }: CompareResult, format: (summary: LatencySummary) => string): string {
  return runs
    .map(({ label, result }) => `# ${oneLine(label)}\n${format(result.latency.register)}`)
    .join('\n');
}
