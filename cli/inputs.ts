/**
 * `mergeway action <name>`: how the composite actions start a command. GitHub's inputs arrive as INPUT_<NAME> variables, never
 * inside a script's text, and become options here; an empty input is one that was not given.
 */

import type { CommandSpec } from '#actions/command.ts';
import { MergewayError } from '#core/errors.ts';
import { flagOf } from './program.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `argv` itself, or for `action <name>` the command line that the INPUT_ variables spell. */
export function inputArguments(
  commands: readonly CommandSpec[],
  argv: readonly string[],
  env: Environment,
): readonly string[] {
  const [word, name, ...rest] = argv;
  if (word !== 'action') return argv;
  const command = commands.find((spec) => spec.name === name && spec.outputs);
  if (!command) throw new MergewayError('MW_USAGE', `there is no action ${JSON.stringify(name ?? '')}`);

  const options = Object.entries(command.options).flatMap(([key, spec]) => {
    const flag = flagOf(key);
    const values = linesOf(env[inputVariable(flag.slice(2))]);
    if (!spec.value) return isTrue(flag, values[0]) ? [flag] : [];
    return (spec.repeated ? values : values.slice(0, 1)).map((value) => `${flag}=${value}`);
  });
  const files = command.files ? linesOf(env[inputVariable(command.files.name)]) : [];
  return [command.name, ...options, ...rest, ...(files.length > 0 ? ['--', ...files] : [])];
}

/** The variable of an input, as GitHub names it: `INPUT_DATA_STORE` for `data-store`. */
export function inputVariable(input: string): string {
  return `INPUT_${input.toUpperCase().replaceAll('-', '_')}`;
}

function linesOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function isTrue(flag: string, text = 'false'): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new MergewayError('MW_USAGE', `input ${flag.slice(2)} is true or false, got ${JSON.stringify(text)}`);
}
