/** Verification of the ledger as a command. */

import { resolve } from 'node:path';
import type { z } from 'zod';
import type { Io, Outcome } from '#actions/command.ts';
import { readBytes } from '#actions/files.ts';
import { repositoryTags } from '#actions/tags.ts';
import { MergewayError } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { verifyChain } from '#core/ledger/chain.ts';
import { LedgerEntry } from '#core/ledger/entry.ts';
import { tagLedger } from '#core/ledger/tag-ledger.ts';
import type { LedgerOptions } from './command.ts';

/** A ledger of a million entries, and less than what one string of the engine holds. */
const MAX_BYTES = 500 * 1000 ** 2;

/** Characters of a received value that a message quotes. */
const LONGEST_VALUE = 80;

/** Runs `mergeway ledger verify`. */
export async function run({ file }: LedgerOptions, io: Io): Promise<Outcome> {
  const entries = file === undefined ? await entriesOfTags(io) : await entriesOfFile(file, io);
  const check = verifyChain(entries);
  const text = check.ok
    ? `ok: ${check.entries} ${check.entries === 1 ? 'entry' : 'entries'}, the last is ${check.head ?? 'none'}`
    : `broken at entry ${check.sequence} (${check.what}): ${check.reason}`;
  return { exit: check.ok ? 0 : 1, json: check as unknown as Json, text };
}

async function entriesOfTags(io: Io): Promise<readonly LedgerEntry[]> {
  const tags = await repositoryTags(io);
  if (tags) return tagLedger(tags).entries();
  throw new MergewayError('MW_USAGE', `${io.cwd} is no git repository; give --file <entries.jsonl>`);
}

async function entriesOfFile(file: string, { cwd }: Io): Promise<readonly LedgerEntry[]> {
  const text = new TextDecoder().decode(await readBytes(resolve(cwd, file), MAX_BYTES));
  return text
    .split('\n')
    .map((line, index) => ({ line, where: `${file}:${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where }) => entryOf(line, where));
}

function entryOf(line: string, where: string): LedgerEntry {
  const parsed = LedgerEntry.safeParse(parseJson(line), { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MergewayError('MW_LEDGER_INVALID', `${where} ${issue ? problemOf(issue) : 'is no entry'}`);
}

function problemOf({ path, message, input }: z.core.$ZodIssue): string {
  if (path.length === 0) return 'is no JSON object';
  const field = path.join('.');
  if (input === undefined) return `has no \`${field}\``;
  const got = (JSON.stringify(input) ?? '').slice(0, LONGEST_VALUE);
  return `\`${field}\`: ${message.replace(/^Invalid input: /, '')}, got ${got}`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
