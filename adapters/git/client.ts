/**
 * git as Mergeway runs it: no hooks, no prompts, no file-system monitor, no helper protocols, whatever the machine or
 * the repository configures. The user's own configuration stays, since credentials and safe folders stand there;
 * `bare: true` shuts it out as well, for work on what a pull request brings.
 */

import { stat } from 'node:fs/promises';
import { type SimpleGit, simpleGit } from 'simple-git';
import { MergewayError } from '#core/errors.ts';

/** A git that neither prints nor reads for this long hangs. */
const SILENCE_MS = 120_000;

/** Variables beside `GIT_…` that make git start other programs. */
const PROGRAM_VARIABLES = new Set(['EDITOR', 'PAGER', 'PREFIX', 'SSH_ASKPASS', 'VISUAL']);

export interface GitOptions {
  /** More variables for git, such as the committer's date. */
  readonly env?: Readonly<Record<string, string>>;
  /** What git reads from standard input. */
  readonly input?: string;
  /** Leaves out the configuration of user and machine. */
  readonly bare?: boolean;
}

/** git in this folder. MW_GIT_FAILED when the folder does not exist. */
export async function gitIn(
  folder: string,
  { env = {}, input, bare = false }: GitOptions = {},
): Promise<SimpleGit> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new MergewayError('MW_GIT_FAILED', `${folder} is not a folder`);

  const own = {
    ...env,
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C',
    ...(bare && { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }),
  };
  return simpleGit({
    baseDir: folder,
    maxConcurrentProcesses: 4,
    timeout: { block: SILENCE_MS },
    config: ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'protocol.ext.allow=never'],
    allowEnvironment: Object.keys(own),
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeTemplateDir: true,
    },
    ...(input !== undefined && { input: () => input }),
  }).env({ ...inherited(), ...own });
}

/** MW_GIT_FAILED with the first lines that git said. */
export function gitFailed(cause: unknown, doing: string): MergewayError {
  if (cause instanceof MergewayError) return cause;
  return new MergewayError('MW_GIT_FAILED', `${doing}: ${whatGitSaid(cause)}`, { cause });
}

/** git's own words, in one line; addresses lose the credentials that may stand in them. */
export function whatGitSaid(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text
    .replace(/\/\/[^/@\s]+@/g, '//')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 500);
}

function inherited(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.toUpperCase().startsWith('GIT_') && !PROGRAM_VARIABLES.has(name.toUpperCase()),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}
