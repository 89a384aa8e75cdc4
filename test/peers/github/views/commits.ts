// Commits as GitHub's API shows them: the git object, and the richer form of the commits routes.
import type { Commit } from '../git-history.ts';
import type { Hub } from '../hub.ts';
import type { Repository } from '../model.ts';
import { apiUrl, htmlUrl } from './repositories.ts';
import { nodeId } from './users.ts';

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

export function viewGitCommit(hub: Hub, repository: Repository, commit: Commit) {
  const git = `${apiUrl(hub, repository)}/git`;
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', repository.id),
    url: `${git}/commits/${commit.sha}`,
    html_url: commitHtml(hub, repository, commit.sha),
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${git}/commits/${sha}`,
      html_url: commitHtml(hub, repository, sha),
    })),
    verification: UNSIGNED,
  };
}

export function viewCommit(hub: Hub, repository: Repository, commit: Commit) {
  const api = `${apiUrl(hub, repository)}/commits/${commit.sha}`;
  const { author, committer, message, tree } = viewGitCommit(hub, repository, commit);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', repository.id),
    url: api,
    html_url: commitHtml(hub, repository, commit.sha),
    comments_url: `${api}/comments`,
    commit: {
      url: `${apiUrl(hub, repository)}/git/commits/${commit.sha}`,
      author,
      committer,
      message,
      tree,
      comment_count: 0,
      verification: UNSIGNED,
    },
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${apiUrl(hub, repository)}/commits/${sha}`,
      html_url: commitHtml(hub, repository, sha),
    })),
  };
}

function commitHtml(hub: Hub, repository: Repository, sha: string): string {
  return `${htmlUrl(hub, repository)}/commit/${sha}`;
}
