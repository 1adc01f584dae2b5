import { summarizeSweep } from '../measure/sweep.js';
import { pointName } from '../model/grid.js';
import type { LatencySummary } from '../model/run-result.js';
import type { SweepResult } from '../model/sweep-result.js';
import { compareHeaderText } from './compare-text.js';
import { oneLine } from './content.js';
import type { Format } from './format.js';
import { funclatency } from './funclatency.js';
import { hgrm } from './hgrm.js';
import { json } from './json.js';
import { sweepCsv } from './sweep-csv.js';
import { headerOfSweep } from './sweep-header.js';
import { sweepMarkdown } from './sweep-markdown.js';
import { sweepTextBody } from './sweep-text.js';

/** A sweep in any of the formats. */

export { renderSweepHeader, sweepTextBody as renderSweepTextBody } from './sweep-text.js';

/**
 * The sweep as text that ends with one newline.
 * @param color whether the text format may use terminal colours
 * @throws IrqbenchError (usage) where a saved result's histogram cannot be decoded
 */
export function renderSweep(result: SweepResult, format: Format, color: boolean): string {
  switch (format) {
    case 'text': {
      const { subject, setting, axes } = headerOfSweep(result);
      const header = compareHeaderText({ subject, setting, strategies: axes }, color);
      return header + sweepTextBody(result, color);
    }
    case 'json':
      return json(result);
    case 'csv':
      return sweepCsv(result);
    case 'hgrm':
      return byRun(result, hgrm);
    case 'funclatency':
      return byRun(result, funclatency);
    case 'markdown':
      return sweepMarkdown(result);
  }
}

/** One section after the other, each under a comment that readers of the format skip. */
function byRun(result: SweepResult, format: (summary: LatencySummary) => string): string {
  // Its histograms are decoded here, so that a damaged one is told as that.
  const { axes, points, seeds } = summarizeSweep(result);
  const sections = points.flatMap(({ values, runs }) =>
    runs.map(({ seed, latency }) => {
      const which = seeds === 1 ? '' : ` seed=${seed}`;
      return `# ${oneLine(pointName(axes, values))}${which}\n${format(latency.register)}`;
    }),
  );
  return sections.length > 0 ? sections.join('\n') : '# no point of the grid\n';
}
