import type { TraceGuide } from '../system/trace-commands.js';
import { oneLine } from './content.js';

/** What `irqbench trace` says: a shell script of commands and what each of them measures. */

export const GUIDE_FORMATS = ['text', 'json'] as const;
export type GuideFormat = (typeof GUIDE_FORMATS)[number];

export function renderGuide(guide: TraceGuide, format: GuideFormat): string {
  return format === 'json' ? `${JSON.stringify(guide, null, 2)}\n` : text(guide);
}

function text({ kernel, manager, obstacles, commands }: TraceGuide): string {
  const blocks = [
    [`Linux ${oneLine(kernel)}: ${manager}`, ...obstacles.map((obstacle) => `note: ${obstacle}`)],
    ...commands.map(({ measures, metric, obstacle }) => [
      `${measures}: ${metric}`,
      ...(obstacle === null ? [] : [`cannot: ${obstacle}`]),
    ]),
    ['what they print, saved in a file:'],
  ].map((lines) => lines.map((line) => `# ${line}\n`).join(''));
  const bodies = ['', ...commands.map(({ command }) => `${command}\n`), NEXT];
  return blocks.map((comment, at) => comment + bodies[at]).join('\n');
}

const NEXT = `irqbench import trace.log --output trace.json
irqbench compare trace.json linux-6.2 linux-6.17
`;
