// A repository in GitHub's two sizes: within other things, and whole.
import type { Hub } from '../hub.ts';
import type { Repository } from '../model.ts';
import { nodeId, viewUser } from './users.ts';

/** Every `…_url` of a repository, by the path behind its API address. */
const LINKS: Readonly<Record<string, string>> = {
  archive_url: '{archive_format}{/ref}',
  assignees_url: 'assignees{/user}',
  blobs_url: 'git/blobs{/sha}',
  branches_url: 'branches{/branch}',
  collaborators_url: 'collaborators{/collaborator}',
  comments_url: 'comments{/number}',
  commits_url: 'commits{/sha}',
  compare_url: 'compare/{base}...{head}',
  contents_url: 'contents/{+path}',
  contributors_url: 'contributors',
  deployments_url: 'deployments',
  downloads_url: 'downloads',
  events_url: 'events',
  forks_url: 'forks',
  git_commits_url: 'git/commits{/sha}',
  git_refs_url: 'git/refs{/sha}',
  git_tags_url: 'git/tags{/sha}',
  hooks_url: 'hooks',
  issue_comment_url: 'issues/comments{/number}',
  issue_events_url: 'issues/events{/number}',
  issues_url: 'issues{/number}',
  keys_url: 'keys{/key_id}',
  labels_url: 'labels{/name}',
  languages_url: 'languages',
  merges_url: 'merges',
  milestones_url: 'milestones{/number}',
  notifications_url: 'notifications{?since,all,participating}',
  pulls_url: 'pulls{/number}',
  releases_url: 'releases{/id}',
  stargazers_url: 'stargazers',
  statuses_url: 'statuses/{sha}',
  subscribers_url: 'subscribers',
  subscription_url: 'subscription',
  tags_url: 'tags',
  teams_url: 'teams',
  trees_url: 'git/trees{/sha}',
};

export function apiUrl(hub: Hub, repository: Repository): string {
  return `${hub.url}/repos/${repository.fullName}`;
}

export function htmlUrl(hub: Hub, repository: Repository): string {
  return `${hub.url}/${repository.fullName}`;
}

/** As it stands in runs, pull requests and webhooks' smaller places. */
export function viewMinimalRepository(hub: Hub, repository: Repository) {
  const api = apiUrl(hub, repository);
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner: viewUser(hub, repository.owner),
    html_url: htmlUrl(hub, repository),
    description: null,
    fork: false,
    url: api,
    ...Object.fromEntries(Object.entries(LINKS).map(([name, path]) => [name, `${api}/${path}`])),
  };
}

/** As `GET /repos/{owner}/{repo}` and webhooks show it. */
export function viewRepository(hub: Hub, repository: Repository) {
  const html = htmlUrl(hub, repository);
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open').length;
  return {
    ...viewMinimalRepository(hub, repository),
    git_url: `${html}.git`,
    ssh_url: `${html}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    size: 0,
    default_branch: repository.defaultBranch,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    visibility: repository.private ? 'private' : 'public',
    topics: [],
    license: null,
    ...counts(open),
    ...settings(),
  };
}

function counts(open: number) {
  const none = {
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    network_count: 0,
  };
  return { ...none, subscribers_count: 0, open_issues: open, open_issues_count: open };
}

function settings() {
  return {
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    is_template: false,
    allow_forking: true,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    web_commit_signoff_required: false,
  };
}
