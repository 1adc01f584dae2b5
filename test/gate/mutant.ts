import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** A copy of the package whose lists look at every hundredth node twice: 1 % more nodes visited. */

const LOOK = 'visited++;';
const MUTATED = 'visited++;\n        if (visited % 101 === 100) visited++;';

/**
 * @param root of the built package
 * @returns the copy's command
 */
export function buildMutant(root: string, folder: string): string {
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ['bin', 'workloads', 'package.json', 'dist/src']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'dist/src/irqbypass/list-index.js');
  const source = readFileSync(file, 'utf8');
  const at = source.indexOf(LOOK, source.indexOf('function findInList('));
  if (at < 0) throw new Error(`${file}: there is no "${LOOK}" in findInList to change`);
  writeFileSync(file, source.slice(0, at) + MUTATED + source.slice(at + LOOK.length));
  return join(folder, 'bin/irqbench.js');
}
