/** Command lines by commander, made of the commands' tables: unknown words get the nearest known one, help ends with examples. */

import { Command, CommanderError, Option } from 'commander';
import type { CommandSpec, OptionSpec } from '#actions/command.ts';
import { MergewayError } from '#core/errors.ts';
import { VERSION } from '#core/version.ts';

export type Parsed =
  | { readonly help: string }
  | {
      readonly command: CommandSpec;
      readonly options: Readonly<Record<string, unknown>>;
      readonly files: readonly string[];
    };

type Environment = Readonly<Record<string, string | undefined>>;

/** What a command line asks for. MW_USAGE when it is not understood. */
export async function parseCommandLine(
  commands: readonly CommandSpec[],
  argv: readonly string[],
  env: Environment,
): Promise<Parsed> {
  const { own, rest } = splitRest(commands, argv);
  const printed: string[] = [];
  let parsed: Parsed | undefined;
  const program = buildProgram(
    commands,
    (text) => printed.push(text),
    (command, options, files) => {
      parsed = { command, options: complete(command, { ...options, ...rest }, env), files };
    },
  );

  try {
    await program.parseAsync(own.length === 0 ? ['--help'] : [...own], { from: 'user' });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    if (cause.exitCode === 0) return { help: printed.join('') };
    throw new MergewayError('MW_USAGE', usageSentence(cause.message, printed));
  }
  return parsed ?? { help: program.helpInformation() };
}

/** Takes the option that ends the command line's own words, and what follows it, away. */
function splitRest(
  commands: readonly CommandSpec[],
  argv: readonly string[],
): { readonly own: readonly string[]; readonly rest: Readonly<Record<string, readonly string[]>> } {
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => argv[index] === word));
  for (const [key, spec] of Object.entries(command?.options ?? {})) {
    const at = spec.rest ? argv.indexOf(flagOf(key)) : -1;
    if (at >= 0) return { own: argv.slice(0, at), rest: { [key]: argv.slice(at + 1) } };
  }
  return { own: argv, rest: {} };
}

/** `--data-store` for `dataStore`. */
export function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

type Chosen = (command: CommandSpec, options: Record<string, unknown>, files: readonly string[]) => void;

function buildProgram(
  commands: readonly CommandSpec[],
  write: (text: string) => void,
  chosen: Chosen,
): Command {
  const program = new Command('mergeway')
    .description('Merge a pull request, ship a model.')
    .version(VERSION)
    // What stands behind a command is the command's: `skew --version v1.0.0` must not end well without having looked.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nExample:\n  mergeway validate --contract data/loans.odcs.yaml data/loans.parquet',
    );
  quieten(program, write);

  for (const spec of commands) {
    const [first = '', second] = spec.name.split(' ');
    const parent = second === undefined ? program : group(program, first, write);
    addCommand(parent, second ?? first, spec, chosen, write);
  }
  return program;
}

/** The command that holds `ledger verify` and its like. */
function group(program: Command, name: string, write: (text: string) => void): Command {
  const existing = program.commands.find((command) => command.name() === name);
  if (existing) return existing;
  const created = program.command(name).description(`Commands about the ${name}`);
  quieten(created, write);
  return created;
}

function addCommand(
  parent: Command,
  name: string,
  spec: CommandSpec,
  chosen: Chosen,
  write: (text: string) => void,
): void {
  const command = parent.command(name).description(spec.summary).showHelpAfterError(false);
  quieten(command, write);
  command.allowExcessArguments(false);
  if (spec.files) command.argument(`[${spec.files.name}...]`, spec.files.summary);
  for (const [key, option] of Object.entries(spec.options)) command.addOption(toOption(key, option));
  command.option('--json', 'print one JSON object on stdout');
  if (spec.notes) command.addHelpText('after', `\n${spec.notes}`);
  command.addHelpText(
    'after',
    `\n${spec.examples.length > 1 ? 'Examples' : 'Example'}:\n${spec.examples.map((example) => `  ${example}`).join('\n')}`,
  );
  command.action((...given: unknown[]) => {
    const files = spec.files ? (given[0] as string[]) : [];
    chosen(spec, command.opts(), files);
  });
}

function toOption(key: string, spec: OptionSpec): Option {
  const summary = [
    spec.summary,
    spec.required ? '(needed)' : '',
    spec.default === undefined ? '' : `(default: ${spec.default})`,
    spec.env ? `(or ${spec.env})` : '',
  ];
  const option = new Option(
    spec.value ? `${flagOf(key)} <${spec.value}${spec.rest ? '...' : ''}>` : flagOf(key),
    summary.filter(Boolean).join(' '),
  );
  if (spec.repeated)
    option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** Commander neither ends the process nor prints by itself. */
function quieten(command: Command, write: (text: string) => void): void {
  command.exitOverride().configureOutput({ writeOut: write, writeErr: write, outputError: () => undefined });
}

/** Environment and defaults for options that were not given; MW_USAGE for needed ones that are missing. */
function complete(
  command: CommandSpec,
  given: Readonly<Record<string, unknown>>,
  env: Environment,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(command.options)) {
    const value = given[key] ?? fallback(spec, env);
    if (value === undefined && spec.required) {
      throw new MergewayError(
        'MW_USAGE',
        `\`mergeway ${command.name}\` needs ${flagOf(key)} <${spec.value}>`,
      );
    }
    if (value !== undefined) options[key] = value;
  }
  return options;
}

function fallback(spec: OptionSpec, env: Environment): unknown {
  if (!spec.value) return false;
  const value = (spec.env && env[spec.env]) || spec.default;
  if (!spec.repeated) return value;
  return value === undefined ? [] : [value];
}

/** Commander's sentence without its prefix, in our spelling of suggestions. */
function usageSentence(message: string, printed: readonly string[]): string {
  if (message === '(outputHelp)' || message.startsWith('(')) {
    return `a command is missing\n${printed.join('').trimEnd()}`;
  }
  return message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)/, '; did you mean `$1`?');
}
