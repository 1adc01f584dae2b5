import { readFileSync } from 'node:fs';

/** irqbench's version, from the package it is installed as. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  }
).version;
