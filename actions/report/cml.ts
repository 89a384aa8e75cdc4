/** `mergeway report --cml comment create|update`: CML's comments with CML's flags, in a workflow that was written for it. */

import { resolve } from 'node:path';
import type { Io } from '#actions/command.ts';
import { readBytes } from '#actions/files.ts';
import { localImages, watermarkEnd, withWatermark } from '#core/report/cml.ts';
import { cmlArguments, type CmlComment } from './cml-arguments.ts';
import { MergewayError } from '#core/errors.ts';
import { openPost } from './post.ts';

const MOST_BYTES = 1024 * 1024;

/** What `--cml` asks for. MW_USAGE when there is neither a file nor a report to post. */
export function cmlComment(words: readonly string[], io: Io, hasEvidence: boolean): CmlComment {
  const comment = cmlArguments(words, io);
  if (comment.file !== undefined || hasEvidence) return comment;
  throw new MergewayError('MW_USAGE', '--cml: a Markdown file is missing, or --evidence for the report');
}

/** The Markdown file of the comment. MW_FILE_MISSING, MW_ARTIFACT_TOO_LARGE. */
export async function readComment(file: string, { cwd, progress }: Io): Promise<string> {
  const text = new TextDecoder().decode(await readBytes(resolve(cwd, file), MOST_BYTES));
  for (const image of localImages(text)) {
    progress.say(`${file}: GitHub will not show ${image.slice(0, 100)}, and Mergeway uploads no images`);
  }
  return text;
}

/** Address of the comment; undefined where the token may not write. */
export async function postCml(comment: CmlComment, markdown: string, io: Io): Promise<string | undefined> {
  const { number, title, updates, isMarked } = comment;
  const post = await openPost(number, io, { asCml: true });
  const body = isMarked ? withWatermark(markdown, { sha: post.sha, title }) : markdown;
  return updates ? post.upsert(watermarkEnd(title), body) : post.create(body);
}
