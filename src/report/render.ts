import { extname } from 'node:path';
import { messageOf, usageError } from '../errors.js';
import { withPercentiles } from '../measure/histogram.js';
import { type LatencyName, latencyNames, type RunResult } from '../model/run-result.js';
import { oneLine, type RenderOptions } from './content.js';
import { csv } from './csv.js';
import { funclatency } from './funclatency.js';
import { hgrm } from './hgrm.js';
import { json } from './json.js';
import { markdown } from './markdown.js';
import { renderHeader, textBody } from './text.js';

/** A result in any of the formats; the one door into this room. */

export type { RenderOptions } from './content.js';
export { renderHeader } from './text.js';

export const FORMATS = ['text', 'json', 'csv', 'hgrm', 'funclatency', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

const FORMAT_BY_EXTENSION: ReadonlyMap<string, Format> = new Map([
  ['.json', 'json'],
  ['.csv', 'csv'],
  ['.hgrm', 'hgrm'],
  ['.funclatency', 'funclatency'],
  ['.md', 'markdown'],
  ['.markdown', 'markdown'],
  ['.txt', 'text'],
]);

/**
 * The result as text that ends with one newline.
 * @throws IrqbenchError (usage) where a saved result's histogram cannot be decoded
 */
export function render(result: RunResult, format: Format, options: RenderOptions): string {
  const shown = showing(result, options.percentiles);
  const { plan, environment, backend } = shown;
  switch (format) {
    case 'text':
      return renderHeader(plan, environment, options.color, backend) + textBody(shown, options);
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
export function renderTextBody(result: RunResult, options: RenderOptions): string {
  return textBody(showing(result, options.percentiles), options);
}

/** The format that a file's extension names, if it names one. */
export function formatOf(path: string): Format | undefined {
  return FORMAT_BY_EXTENSION.get(extname(path).toLowerCase());
}

/**
 * The format that a file's extension names.
 * @throws IrqbenchError (usage) that names the extension, `--output` and the known extensions
 */
export function formatForFile(path: string): Format {
  const extension = extname(path);
  const format = formatOf(path);
  if (format !== undefined) return format;
  const fault = extension === '' ? 'no extension' : `the unknown extension ${extension}`;
  const known = [...FORMAT_BY_EXTENSION.keys()].join(', ');
  throw usageError(oneLine(`--output ${path}: has ${fault}, which names the format; use ${known}`));
}

/** The result with its percentiles taken anew from the histograms. */
function showing(result: RunResult, percentiles: readonly number[]): RunResult {
  const latency = { ...result.latency };
  for (const name of latencyNames) latency[name] = retaken(result, name, percentiles);
  return { ...result, latency };
}

function retaken(result: RunResult, name: LatencyName, percentiles: readonly number[]) {
  try {
    return withPercentiles(result.latency[name], percentiles);
  } catch (error) {
    throw usageError(
      `latency.${name}.hdr: not an HDR histogram (${messageOf(error)}); the saved result is damaged, measure again`,
      error,
    );
  }
}
