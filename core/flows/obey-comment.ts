/** A comment may hold commands: show that it was seen, ask GitHub whether the author may, do it, say what came of it. */

import { commands, helpText } from '../commands/index.ts';
import { type ParsedCommand, parseCommands } from '../commands/parse.ts';
import { MergewayError } from '../errors.ts';
import type { Workspace } from './workspace.ts';

export interface NewComment {
  /** Of the issue or pull request that it stands on. */
  readonly number: number;
  readonly on: 'pull-request' | 'issue';
  readonly commentId: number;
  readonly body: string;
  readonly author: string;
}

export async function obeyComment(workspace: Workspace, comment: NewComment): Promise<void> {
  const calls = parseCommands(comment.body);
  if (calls.length === 0) return;

  const { forge } = workspace;
  await forge.react(comment.commentId, 'eyes');
  const replies = (await mayCommand(workspace, comment.author))
    ? await runAll(workspace, comment, calls)
    : ['Commands need write access to this repository.'];

  const marker = `<!-- mergeway:reply:${comment.commentId} -->`;
  await forge.upsertComment(comment.number, marker, [...replies, marker].join('\n\n'));
}

/** The permission counts, never the author association, which shows private members as strangers. */
async function mayCommand({ forge }: Workspace, author: string): Promise<boolean> {
  const permission = await forge.permission(author);
  return permission === 'admin' || permission === 'write';
}

async function runAll(
  workspace: Workspace,
  comment: NewComment,
  calls: readonly ParsedCommand[],
): Promise<readonly string[]> {
  const replies: string[] = [];
  for (const { name, words } of calls) {
    const command = commands.find((candidate) => candidate.name === name);
    replies.push(
      command ? await answer(() => command.run({ workspace, ...comment, words })) : unknownCommand(name),
    );
  }
  return replies;
}

/** What the author can put right is answered; trouble of ours makes the delivery be told again. */
async function answer(run: () => Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof MergewayError && error.exit === 2) {
      return `${inlineCode(error.message)}\n\n\`${error.code}\`: ${error.remedy}`;
    }
    throw error;
  }
}

function unknownCommand(name: string): string {
  const start = name === '' ? 'Which command?' : `There is no command ${inlineCode(name)}.`;
  return `${start} ${helpText()}`;
}

/** Text of strangers as code: it can't mention people, link or format. */
function inlineCode(text: string): string {
  const safe = text
    .replaceAll(/[`\r\n\0]/g, ' ')
    .slice(0, 500)
    .trim();
  return `\`${safe || ' '}\``;
}
