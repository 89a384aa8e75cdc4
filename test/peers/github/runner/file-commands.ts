// The files by which a step speaks to the runner: outputs, variables, path, summary. One set per process.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepLog } from './log.ts';
import type { Session } from './session.ts';

const NAMES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE'] as const;
type Name = (typeof NAMES)[number];

/** Above this a summary is not shown at all, on GitHub as here. */
const MAX_SUMMARY_BYTES = 1024 * 1024;
const MAX_FILE_BYTES = 16 * 1024 * 1024;

export interface FileCommands {
  readonly folder: string;
  readonly variables: Readonly<Record<Name, string>>;
}

export async function openFileCommands(temp: string): Promise<FileCommands> {
  const folder = join(temp, '_runner_file_commands', randomUUID());
  await mkdir(folder, { recursive: true });
  const variables = Object.fromEntries(NAMES.map((name) => [name, join(folder, name.toLowerCase())]));
  await Promise.all(Object.values(variables).map((path) => writeFile(path, '')));
  return { folder, variables: variables as Record<Name, string> };
}

/** Takes in what a step wrote, and returns its outputs. */
export async function applyFileCommands(
  session: Session,
  commands: FileCommands,
  log: StepLog,
): Promise<Record<string, string>> {
  const read = (name: Name) => readCapped(commands.variables[name]);
  const [output, env, path, summary] = await Promise.all([
    read('GITHUB_OUTPUT'),
    read('GITHUB_ENV'),
    read('GITHUB_PATH'),
    read('GITHUB_STEP_SUMMARY'),
  ]);
  await rm(commands.folder, { recursive: true, force: true });
  applyVariables(session, parsePairs(env));
  session.path.unshift(
    ...path
      .split('\n')
      .filter((line) => line.trim() !== '')
      .reverse(),
  );
  keepSummary(session, summary, log);
  return parsePairs(output);
}

async function readCapped(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.length > MAX_FILE_BYTES) throw new Error(`${path} is larger than ${MAX_FILE_BYTES} bytes`);
  return text;
}

function applyVariables(session: Session, variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (name === 'NODE_OPTIONS' || /^(GITHUB|RUNNER)_/.test(name))
      throw new Error(`Can't store ${name} output parameter using '$GITHUB_ENV' command.`);
    session.env[name] = value;
  }
}

function keepSummary(session: Session, summary: string, log: StepLog): void {
  if (summary.trim() === '') return;
  const bytes = Buffer.byteLength(summary);
  if (bytes <= MAX_SUMMARY_BYTES) {
    session.job.summaries.push(session.masks.hide(summary));
    return;
  }
  const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(bytes / 1024)}k`;
  log.line(`::error::${message}`);
}

/** `name=value` lines, and `name<<END` blocks for values of several lines. */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const block = /^([^=]+?)<<(.+)$/.exec(line);
    const equals = line.indexOf('=');
    if (block) {
      const [, name = '', end = ''] = block;
      const close = lines.indexOf(end, at + 1);
      if (close < 0) throw new Error(`Invalid value. Matching delimiter not found '${end}'`);
      pairs[name] = lines.slice(at + 1, close).join('\n');
      at = close;
    } else if (equals > 0) pairs[line.slice(0, equals)] = line.slice(equals + 1);
    else if (line.trim() !== '') throw new Error(`Invalid format '${line}'`);
  }
  return pairs;
}
