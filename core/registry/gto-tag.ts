/**
 * Names of GTO tags: what they say, and how they are written. The grammar is that of gto 1.10:
 *
 *     register    {artifact}@v{semver}     deregister  {artifact}@v{semver}!
 *     assign      {artifact}#{stage}       unassign    {artifact}#{stage}!
 *     deprecate   {artifact}@deprecated
 *
 * each possibly followed by `#{counter}`. In a tag the `:` of `folder:name` is written `=`.
 */

/** `counter` is undefined where the tag has none. */
export type GtoTag = { readonly artifact: string; readonly counter: number | undefined } & GtoAction;

type GtoAction =
  | { readonly action: 'register' | 'deregister'; readonly version: string }
  | { readonly action: 'assign' | 'unassign'; readonly stage: string }
  | { readonly action: 'deprecate' };

/** git refuses longer ones on most file systems; the expressions below never see more. */
const MAX_NAME = 250;

const NAME = '[a-zA-Z0-9](?:[a-zA-Z0-9-/_]*[a-zA-Z0-9])?';
const FOLDER = '[a-zA-Z0-9-_./]+';
const NUMBER = '(?:0|[1-9]\\d*)';
const PRERELEASE = `(?:${NUMBER}|\\d*[a-zA-Z-][0-9a-zA-Z-]*)`;
const SEMVER = `v${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRERELEASE}(?:\\.${PRERELEASE})*)?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?`;

const TAG = new RegExp(
  `^(?<artifact>(?:${FOLDER}=)?${NAME})(?:(?:#(?<stage>${NAME})|@(?<version>${SEMVER}))(?<cancel>!?)|@(?<deprecated>deprecated))(?:#(?<counter>\\d{1,15}))?$`,
);

/** What the tag name says, or undefined when it is no GTO tag. */
export function parseGtoTag(name: string): GtoTag | undefined {
  if (name.length > MAX_NAME) return undefined;
  const { artifact, stage, version, cancel, deprecated, counter } = TAG.exec(name)?.groups ?? {};
  if (artifact === undefined) return undefined;

  const head = {
    artifact: artifact.replace('=', ':'),
    counter: counter === undefined ? undefined : Number(counter),
  };
  if (deprecated) return { ...head, action: 'deprecate' };
  if (version) return { ...head, action: cancel ? 'deregister' : 'register', version };
  if (stage) return { ...head, action: cancel ? 'unassign' : 'assign', stage };
  return undefined;
}

/** The tag name that says this. */
export function formatGtoTag(tag: GtoTag): string {
  const counter = tag.counter === undefined ? '' : `#${tag.counter}`;
  return `${tag.artifact.replace(':', '=')}${suffixOf(tag)}${counter}`;
}

function suffixOf(action: GtoAction): string {
  switch (action.action) {
    case 'register':
      return `@${action.version}`;
    case 'deregister':
      return `@${action.version}!`;
    case 'assign':
      return `#${action.stage}`;
    case 'unassign':
      return `#${action.stage}!`;
    case 'deprecate':
      return '@deprecated';
  }
}
