import type { CompareResult } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import type { SweepResult } from '../model/sweep-result.js';
import { renderCompare } from './compare-render.js';
import type { RenderOptions } from './content.js';
import { csv } from './csv.js';
import type { Format } from './format.js';
import { funclatency } from './funclatency.js';
import { hgrm } from './hgrm.js';
import { json } from './json.js';
import { markdown } from './markdown.js';
import { showing } from './shown.js';
import { renderSweep } from './sweep-render.js';
import { resultHeader, textBody } from './text.js';

/** A result in any of the formats; the one door into this room. */

export { compareWarnings } from './compare-content.js';
export { renderCompare, renderCompareHeader, renderCompareTextBody } from './compare-render.js';
export type { RenderOptions } from './content.js';
export {
  FORMATS,
  type Format,
  type FormatSet,
  formatForFile,
  formatOf,
  namedFormat,
  RESULT_FORMATS,
} from './format.js';
export { GATE_FORMATS, type GateFormat, renderGate } from './gate-render.js';
export { sweepWarnings } from './sweep-content.js';
export { renderSweep, renderSweepHeader, renderSweepTextBody } from './sweep-render.js';
export { renderHeader } from './text.js';

/**
 * The result of a run, of a comparison or of a sweep as text that ends with one newline.
 * @throws IrqbenchError (usage) where a saved result's histogram cannot be decoded
 */
export function render(
  result: AnyResult | CompareResult | SweepResult,
  format: Format,
  options: RenderOptions,
): string {
  if ('kind' in result) {
    return result.kind === 'sweep'
      ? renderSweep(result, format, options.color)
      : renderCompare(result, format, options);
  }
  const shown = showing(result, options.percentiles);
  switch (format) {
    case 'text':
      return resultHeader(shown, options.color) + textBody(shown, options);
    case 'json':
      return json(shown);
    case 'csv':
      return csv(shown, options.percentiles);
    case 'hgrm':
      return hgrm(shown.latency.register);
    case 'funclatency':
      return funclatency(shown.latency.register);
    case 'markdown':
      return markdown(shown, options);
  }
}

/**
 * The text report without its two header lines, for when they were printed before the run.
 * It begins with a blank line and ends with one newline.
 */
export function renderTextBody(result: AnyResult, options: RenderOptions): string {
  return textBody(showing(result, options.percentiles), options);
}
