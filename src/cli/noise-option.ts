import { InvalidArgumentError, Option } from 'commander';

/** `--noise`: the share up to which an effect is the machine's. */

/** @param initial such as `5%` */
export function noiseOption(initial: string): Option {
  return new Option('--noise <share>', 'effects up to this are the machine’s')
    .argParser(readShare)
    .default(readShare(initial), initial);
}

function readShare(text: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text.trim());
  const share = match ? Number(match[1]) / (match[2] === '%' ? 100 : 1) : NaN;
  if (share >= 0 && share <= 10) return share;
  throw new InvalidArgumentError('Give a share from 0 to 10, such as 0.05 or 5%.');
}
