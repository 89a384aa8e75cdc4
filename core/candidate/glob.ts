/**
 * Globs of `inputs.code`: `*` and `?` within a folder name or file name, `**` for any number of folders, `{a,b}` for either. Everything
 * else is literal, dots at the start of names included: an input that is overlooked is worse than one too many.
 * Matching takes time in the product of the lengths at most; globs come from pull requests.
 */

/** `{a,b}{c,d}` means four globs; more than this many are refused as a RangeError. */
const MAX_ALTERNATIVES = 256;
const MAX_LENGTH = 1000;

/** A test for paths from the repository's root, with `/`. */
export function globMatcher(glob: string): (path: string) => boolean {
  if (glob.length > MAX_LENGTH) throw new RangeError(`the glob is longer than ${MAX_LENGTH} characters`);
  const patterns = alternatives(glob).map((one) => one.replace(/^(\.\/)+/, '').split('/'));
  return (path) => {
    const segments = path.split('/');
    return patterns.some((pattern) => matchesPath(pattern, segments));
  };
}

/** The globs without braces that `glob` stands for. Braces without a partner are literal. */
function alternatives(glob: string): readonly string[] {
  let open = [glob];
  for (let done: string[] = []; ; done = []) {
    for (const one of open) done.push(...expandInnermost(one));
    if (done.length > MAX_ALTERNATIVES) {
      throw new RangeError(`the glob stands for more than ${MAX_ALTERNATIVES} alternatives`);
    }
    if (done.length === open.length && done.every((one, i) => one === open[i])) return open;
    open = done;
  }
}

/** Expands the first pair of braces that holds no braces; a glob without one stays. */
function expandInnermost(glob: string): readonly string[] {
  const found = /\{([^{}]*,[^{}]*)\}/.exec(glob);
  if (!found) return [glob];
  const [before, after] = [glob.slice(0, found.index), glob.slice(found.index + found[0].length)];
  return (found[1] ?? '').split(',').map((choice) => `${before}${choice}${after}`);
}

/** Whether the segments match, by the classic two-row table: row i says which path suffixes the first i pattern segments reach. */
function matchesPath(pattern: readonly string[], segments: readonly string[]): boolean {
  let reached = segments.map(() => false).concat(false);
  reached[0] = true;
  for (const part of pattern) {
    reached = part === '**' ? anyFolders(reached) : oneSegment(part, reached, segments);
  }
  return reached[segments.length] === true;
}

function anyFolders(reached: readonly boolean[]): boolean[] {
  const first = reached.indexOf(true);
  return reached.map((_, at) => first >= 0 && at >= first);
}

function oneSegment(part: string, reached: readonly boolean[], segments: readonly string[]): boolean[] {
  return reached.map(
    (_, at) => at > 0 && reached[at - 1] === true && matchesName(part, segments[at - 1] ?? ''),
  );
}

/** `*` and `?` within a name: on a mismatch, the last `*` takes one character more. */
function matchesName(pattern: string, name: string): boolean {
  let [p, n, star, retry] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') [star, retry, p] = [p, n, p + 1];
    else if (pattern[p] === '?' || pattern[p] === name[n]) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [p, n, retry] = [star + 1, retry + 1, retry + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}
