import type { CheckStatus, DoctorResult } from '../model/doctor-result.js';
import { oneLine } from './content.js';
import { chalkFor } from './terminal.js';

/** The doctor's findings, a line each with its remedy below. */

export const DOCTOR_FORMATS = ['text', 'json'] as const;
export type DoctorFormat = (typeof DOCTOR_FORMATS)[number];

export function renderDoctor(result: DoctorResult, format: DoctorFormat, color: boolean): string {
  return format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : text(result, color);
}

function text({ checks }: DoctorResult, color: boolean): string {
  const chalk = chalkFor(color);
  const paint: Record<CheckStatus, (text: string) => string> = {
    ok: chalk.green,
    note: chalk.yellow,
    missing: chalk.red,
  };
  const width = Math.max(...checks.map(({ name }) => name.length));
  const statusWidth = 'missing'.length;
  const indent = ' '.repeat(statusWidth + width + 4);
  return checks
    .map(({ name, status, finding, remedy }) => {
      const line = `${paint[status](status.padEnd(statusWidth))}  ${name.padEnd(width)}  ${oneLine(finding)}\n`;
      return remedy === null ? line : `${line}${indent}→ ${oneLine(remedy)}\n`;
    })
    .join('');
}
