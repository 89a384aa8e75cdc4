/**
 * Finds commands in a comment: lines that start with `/mergeway`. Quotes and code are what somebody else said or
 * an example, so they hold none. HTML comments are invisible to readers and hold none either.
 */

export interface ParsedCommand {
  /** First word after `/mergeway`, lower case; '' when there is none. */
  readonly name: string;
  readonly words: readonly string[];
}

/** More commands than this in one comment are left out. */
const MAX_COMMANDS = 5;

export function parseCommands(comment: string): readonly ParsedCommand[] {
  const visible = comment.replaceAll(/<!--[\s\S]*?(-->|$)/g, '');
  return linesOutsideFences(visible)
    .filter((line) => /^ {0,3}\/mergeway(\s|$)/.test(line))
    .slice(0, MAX_COMMANDS)
    .map((line) => {
      const [, name = '', ...words] = line.trim().split(/\s+/);
      return { name: name.toLowerCase(), words };
    });
}

/** CommonMark fences: three or more backticks or tildes, closed by at least as many of the same. */
function linesOutsideFences(text: string): readonly string[] {
  const outside: string[] = [];
  let fence = '';
  for (const line of text.split(/\r?\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence) {
      if (mark?.startsWith(fence)) fence = '';
    } else if (mark) {
      fence = mark;
    } else {
      outside.push(line);
    }
  }
  return outside;
}
