import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getLineInfo, type Position } from 'acorn';

/** Where operations stand: compiled places by number, and what they are in the source. */

export interface SourcePlace {
  /** As a reader knows the file: `src/locks/mutex.ts`, or a user's file by its name. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The source's line, without its indentation; empty where there is none to be had. */
  readonly text: string;
}

const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));

/** A compiled file, as it was rewritten. */
export interface CompiledText {
  readonly file: string;
  readonly text: string;
}

interface Compiled {
  readonly lines: readonly string[];
  readonly map: SourceMap | null;
  readonly sources: readonly string[];
  readonly contents: readonly (string | undefined)[];
}

export class Sites {
  private readonly places: { source: CompiledText; offset: number }[] = [];
  private readonly files = new Map<string, Compiled>();
  private readonly resolved: (SourcePlace | undefined)[] = [];

  constructor() {
    // Site 0 is nowhere: the driver's own operations.
    this.places.push({ source: { file: '', text: '' }, offset: 0 });
  }

  /** @returns the place's number, from 1 */
  add(source: CompiledText, offset: number): number {
    return this.places.push({ source, offset }) - 1;
  }

  /** @returns undefined for site 0 */
  find(site: number): SourcePlace | undefined {
    const at = this.places[site];
    if (at === undefined || at.source.file === '') return undefined;
    const { file, text } = at.source;
    this.resolved[site] ??= this.resolve(file, getLineInfo(text, at.offset));
    return this.resolved[site];
  }

  private resolve(file: string, { line, column }: Position): SourcePlace {
    const compiled = this.compiled(file);
    const entry = compiled.map?.findEntry(line - 1, column);
    if (entry === undefined || !('originalLine' in entry)) {
      return { file: basename(file), line, text: (compiled.lines[line - 1] ?? '').trim() };
    }
    const source = join(dirname(file), entry.originalSource);
    const index = compiled.sources.indexOf(entry.originalSource);
    const text = compiled.contents[index]?.split('\n')[entry.originalLine] ?? '';
    return { file: relative(PACKAGE, source), line: entry.originalLine + 1, text: text.trim() };
  }

  private compiled(file: string): Compiled {
    const known = this.files.get(file);
    if (known !== undefined) return known;
    const lines = readFileSync(file, 'utf8').split('\n');
    const compiled: Compiled = existsSync(`${file}.map`)
      ? mapped(lines, `${file}.map`)
      : { lines, map: null, sources: [], contents: [] };
    this.files.set(file, compiled);
    return compiled;
  }
}

function mapped(lines: readonly string[], file: string): Compiled {
  const payload = JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload;
  const { sources, sourcesContent } = payload;
  return { lines, map: new SourceMap(payload), sources, contents: sourcesContent ?? [] };
}
