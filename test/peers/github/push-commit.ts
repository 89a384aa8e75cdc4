// A commit as the payload of a push carries it: message, author, and the files it touched.
import type { Commit } from './git-history.ts';
import { diff } from './git-tree.ts';
import type { Hub } from './hub.ts';
import type { Repository } from './model.ts';
import { htmlUrl } from './views/repositories.ts';

/** Git's well-known empty tree, the parent of a first commit. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export async function viewPushedCommit(hub: Hub, repository: Repository, commit: Commit) {
  const files = await diff(repository.path, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const paths = (...statuses: string[]) =>
    files.filter(({ status }) => statuses.includes(status)).map(({ path }) => path);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${htmlUrl(hub, repository)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: paths('added', 'copied', 'renamed'),
    removed: paths('removed'),
    modified: paths('modified', 'changed'),
  };
}
