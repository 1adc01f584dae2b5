import { type Command, Option } from 'commander';
import { optionHelp, type RunOption } from '../plan/option.js';
import { type OptionKey, runOptions } from '../plan/options.js';

/** The run options as flags, the same for every command that runs something. */
export function addRunOptions(command: Command, keys: readonly OptionKey[]): Command {
  for (const key of keys) command.addOption(flagOf(key));
  return command;
}

export function flagOf(key: OptionKey): Option {
  const option = runOptions[key] as RunOption<never>;
  const flag = new Option(option.flag, optionHelp(option));
  // --no-bypass-share takes a value: it is not the opposite of a flag.
  flag.negate = false;
  return flag;
}
