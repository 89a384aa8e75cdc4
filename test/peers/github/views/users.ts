// Users and Apps as GitHub's API shows them.
import type { Hub } from '../hub.ts';
import type { App, User } from '../model.ts';

/** A base64 node id, as opaque as GitHub's. */
export function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString('base64');
}

export function viewUser(hub: Hub, user: User) {
  const api = `${hub.url}/users/${encodeURIComponent(user.login)}`;
  const html = `${hub.url}/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('User', user.id),
    avatar_url: `${hub.url}/avatars/${user.id}`,
    gravatar_id: '',
    url: api,
    html_url: html,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.type,
    site_admin: false,
  };
}

export function viewFullUser(hub: Hub, user: User) {
  const since = '2024-01-01T00:00:00Z';
  const empty = {
    name: user.login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
  };
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  return { ...viewUser(hub, user), ...empty, ...counts, created_at: since, updated_at: since };
}

export function viewApp(hub: Hub, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    client_id: `Iv1.${app.id}`,
    owner: viewUser(hub, app.owner),
    name: app.name,
    description: null,
    external_url: `${hub.url}/apps/${app.slug}`,
    html_url: `${hub.url}/apps/${app.slug}`,
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
    permissions: app.permissions,
    events: app.events,
  };
}

export function viewInstallation(hub: Hub, app: App) {
  const account = [...hub.repositories.values()].find(({ installed }) => installed)?.owner ?? app.owner;
  const api = `${hub.url}/app/installations/${app.installationId}`;
  return {
    id: app.installationId,
    account: viewUser(hub, account),
    access_tokens_url: `${api}/access_tokens`,
    repositories_url: `${hub.url}/installation/repositories`,
    html_url: `${hub.url}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: { metadata: 'read', ...app.permissions },
    events: app.events,
    repository_selection: 'all',
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
    single_file_name: null,
    suspended_at: null,
    suspended_by: null,
  };
}
