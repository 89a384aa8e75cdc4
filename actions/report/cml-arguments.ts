/**
 * CML's `comment create|update` as it is written in workflows: flags, and the CML_COMMENT_… variables that stand for them. What makes no
 * sense here is refused by name with a way out, never ignored.
 */

import { parseArgs } from 'node:util';
import type { Io } from '#actions/command.ts';
import { nearest } from '#core/config/nearest.ts';
import { MergewayError } from '#core/errors.ts';

export interface CmlComment {
  /** Markdown to post; undefined: the report. */
  readonly file: string | undefined;
  /** Number of the pull request or issue; undefined: the event's, else that of the commit. */
  readonly number: number | undefined;
  /** `{workflow}` and `{run}` are filled in. */
  readonly title: string;
  /** Takes the place of the comment with the same watermark. */
  readonly updates: boolean;
  readonly isMarked: boolean;
}

const FLAGS = {
  target: { type: 'string' },
  pr: { type: 'boolean' },
  'watermark-title': { type: 'string' },
  update: { type: 'boolean' },
  'rm-watermark': { type: 'boolean' },
  publish: { type: 'boolean' },
  driver: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const NO_UPLOAD =
  'Mergeway uploads no images: write plots as tables or Mermaid, or link images that have an address; then drop the flag';

/** Flags of CML that are not answered, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  'publish-url': NO_UPLOAD,
  native: NO_UPLOAD,
  watch: 'run the command again when the file has changed',
  'trigger-file': 'run the command again when the file has changed',
  'commit-sha':
    'a comment on a commit is lost with the next rebase: name the pull request, --target=pr/<number>',
  'head-sha':
    'a comment on a commit is lost with the next rebase: name the pull request, --target=pr/<number>',
  token: 'hand it over in GITHUB_TOKEN (or REPO_TOKEN): other processes can read a command line',
  repo: 'name it in GITHUB_REPOSITORY, as `owner/name`',
  log: 'progress is on stderr; drop the flag',
};

/** MW_USAGE names the flag, and the way out. */
export function cmlArguments(words: readonly string[], { env }: Pick<Io, 'env'>): CmlComment {
  const [noun, verb, ...rest] = words;
  if (noun !== 'comment' || (verb !== 'create' && verb !== 'update')) {
    throw usage(
      `takes \`comment create\` or \`comment update\`, got ${JSON.stringify(words.slice(0, 2).join(' '))}`,
    );
  }
  const { values, files } = parse([...fromEnvironment(env), ...rest]);
  if (values.publish === true) throw usage(`--publish: ${NO_UPLOAD}`);
  if (values.driver !== undefined && values.driver !== 'github') {
    throw usage(`--driver=${values.driver}: Mergeway comments on GitHub only`);
  }
  if (files.length > 1) throw usage(`takes one Markdown file, got ${files.length}`);
  const updates = verb === 'update' || values.update === true;
  if (updates && values['rm-watermark'] === true) {
    throw usage(
      '--rm-watermark: without its watermark a comment can not be found again to be updated; drop one of the two',
    );
  }
  return {
    file: files[0],
    number: numberOf(values.target),
    title: (values['watermark-title'] ?? '')
      .replaceAll('{workflow}', env.GITHUB_WORKFLOW ?? '')
      .replaceAll('{run}', env.GITHUB_RUN_ID ?? ''),
    updates,
    isMarked: values['rm-watermark'] !== true,
  };
}

function parse(args: readonly string[]) {
  const plain = args.map((word) => word.replace(/^--([a-z-]+)=(true|false)$/, negated));
  for (const word of plain) {
    const name = /^--(?:no-)?([a-z-]+)/.exec(word)?.[1];
    if (name === undefined) continue;
    const wayOut = REFUSED[name];
    if (wayOut !== undefined) throw usage(`--${name}: ${wayOut}`);
    if (!Object.hasOwn(FLAGS, name)) {
      const guess = nearest(name, Object.keys(FLAGS));
      throw usage(`CML has no --${name}${guess ? `; did you mean \`--${guess}\`?` : ''}`);
    }
  }
  try {
    const { values, positionals } = parseArgs({
      args: plain,
      options: FLAGS,
      allowPositionals: true,
      allowNegative: true,
    });
    return { values, files: positionals };
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** `--publish=false` as CML writes a switch. */
function negated(word: string, name: string, value: string): string {
  if (FLAGS[name as keyof typeof FLAGS]?.type !== 'boolean') return word;
  return value === 'true' ? `--${name}` : `--no-${name}`;
}

/** `CML_COMMENT_WATERMARK_TITLE` and its like; what stands on the command line comes later and counts. */
function fromEnvironment(env: Io['env']): readonly string[] {
  return [...Object.keys(FLAGS), ...Object.keys(REFUSED)].flatMap((flag) => {
    const value = env[`CML_COMMENT_${flag.toUpperCase().replaceAll('-', '_')}`];
    return value ? [`--${flag}=${value}`] : [];
  });
}

function numberOf(target: string | undefined): number | undefined {
  if (target === undefined || target === 'pr' || target === 'auto') return undefined;
  const [, number] = /^(?:pr|issue)\/([1-9]\d{0,9})$/.exec(target) ?? [];
  if (number !== undefined) return Number(number);
  if (/^commit(\/|$)/.test(target)) throw usage(`--target=${target}: ${REFUSED['commit-sha']}`);
  throw usage(`--target is pr, pr/<number> or issue/<number>, got ${JSON.stringify(target.slice(0, 100))}`);
}

function usage(problem: string, cause?: unknown): MergewayError {
  return new MergewayError('MW_USAGE', `--cml: ${problem}`, { cause });
}
