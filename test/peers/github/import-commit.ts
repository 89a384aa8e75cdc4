// A commit of whole files straight into a bare repository, in one process: a clone, a commit and a push are twenty.
import { gitFed } from './git.ts';

type Contents = Readonly<Record<string, string | Uint8Array>>;

interface NewCommit {
  readonly branch: string;
  /** A first commit has none. */
  readonly parent?: string | undefined;
  /** All that the commit has. */
  readonly files: Contents;
  /** Symbolic links, to what they point at. */
  readonly links?: Contents;
  readonly message?: string;
}

/** Moves the branch to a new commit of Ada's; the commit's id. */
export async function importCommit(path: string, { branch, parent, ...commit }: NewCommit): Promise<string> {
  const { files, links = {}, message = 'files' } = commit;
  const input = Buffer.concat([
    Buffer.from(`commit refs/heads/${branch}\nmark :1\ncommitter Ada <ada@example.com> now\n`),
    data(message),
    Buffer.from(`${parent === undefined ? '' : `from ${parent}\n`}deleteall\n`),
    ...entries('100644', files),
    ...entries('120000', links),
    Buffer.from('get-mark :1\n'),
  ]);
  return (await gitFed(path, ['fast-import', '--quiet', '--force', '--date-format=now'], { input })).trim();
}

function entries(mode: string, contents: Contents): readonly Buffer[] {
  return Object.entries(contents).flatMap(([path, content]) => [
    Buffer.from(`M ${mode} inline ${path}\n`),
    data(content),
  ]);
}

function data(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.byteLength}\n`), bytes, Buffer.from('\n')]);
}
