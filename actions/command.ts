/**
 * What a command is: data that the command line, the GitHub Actions and the docs are made of, and a function that runs it.
 * `options` types the record that `run` receives, so a name that is not declared does not compile.
 */

import type { Json } from '#core/json.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Progress } from '#core/ports/progress.ts';

export interface OptionSpec {
  /** What stands for the value in the help, such as `folder`; absent: a switch. */
  readonly value?: string;
  readonly summary: string;
  readonly required?: true;
  readonly default?: string;
  /** May be given several times. */
  readonly repeated?: true;
  /** Environment variable that is read when the option is not given. */
  readonly env?: string;
  /** Takes all that follows on the command line, as it is: words and options of another tool. */
  readonly rest?: true;
  /** Makes no sense as the input of an action. */
  readonly cliOnly?: true;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The record that `run` receives: switches are booleans, repeated options lists, optional ones may be missing. */
export type OptionsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: ValueOf<Table[Name]>;
};

type ValueOf<Spec extends OptionSpec> = Spec extends { value: string }
  ? Spec extends { rest: true }
    ? readonly string[] | undefined
    : Spec extends { repeated: true }
      ? readonly string[]
      : Spec extends { required: true } | { default: string }
        ? string
        : string | undefined
  : boolean;

/** What a command ends with. `text` is for people, `json` for scripts, `outputs` for later steps of a workflow. */
export interface Outcome {
  readonly exit: 0 | 1 | 2 | 3 | 4;
  readonly json: Json;
  readonly text: string;
  readonly outputs?: Readonly<Record<string, string>>;
  /** Markdown for the job summary of a workflow. */
  readonly summary?: string;
}

/** The world of a command. Paths that people write are relative to `cwd`. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Lines on stderr. */
  readonly progress: Progress;
  /** Aborted when the person or the runner interrupts. */
  readonly signal: AbortSignal;
  /** Present for switches that a server prints its address by: a line on stdout, at once. */
  readonly announce: (line: string) => void;
}

export interface CommandSpec {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Arguments without a name, such as files. */
  readonly files?: { readonly name: string; readonly summary: string };
  readonly options: OptionTable;
  /** What the help says between options and examples. */
  readonly notes?: string;
  /** Command lines that work. */
  readonly examples: readonly string[];
  /** The action takes the job's token, which reaches the command as GITHUB_TOKEN. */
  readonly needsToken?: true;
  /** Outputs of the action, by name. Absent: the command is no action. */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly run: (options: never, io: Io, files: readonly string[]) => Promise<Outcome>;
}

/** A command whose `run` is typed by its table of options. */
export function defineCommand<const Table extends OptionTable>(
  spec: Omit<CommandSpec, 'options' | 'run'> & {
    readonly options: Table;
    readonly run: (options: OptionsOf<Table>, io: Io, files: readonly string[]) => Promise<Outcome>;
  },
): CommandSpec & { readonly options: Table } {
  return spec as CommandSpec & { readonly options: Table };
}
