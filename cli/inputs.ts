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
    if (!spec.repeated && values.length > 1) throw severalLines(flag);
    return values.map((value) => `${flag}=${value}`);
  });
  const files = command.files ? linesOf(env[inputVariable(command.files.name)]) : [];
  return [command.name, ...options, ...rest, ...(files.length > 0 ? ['--', ...files] : [])];
}

/** The variable that an action.yml hands an input over in: `INPUT_DATA_STORE` for `data-store`. GitHub's own has the hyphen, which shells drop. */
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

function severalLines(flag: string): MergewayError {
  return new MergewayError('MW_USAGE', `input ${flag.slice(2)} is one line, and was given several`);
}
