// The environment of a job, built from nothing: a system PATH, a home of its own, GITHUB_* and RUNNER_*,
// and of this process's variables only those without which package managers can't reach their registries.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Run } from '../model.ts';
import type { Grounds } from './grounds.ts';

type Variables = Record<string, string>;

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Certificates, proxies and the addresses of package indexes. */
const PASSED_ON = [
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|GIT_SSL_CAINFO)$/,
  /^(https?_proxy|no_proxy|all_proxy)$/i,
  /^PIP_(?!CACHE_DIR|TARGET|PREFIX|USER|REQUIRE_VIRTUALENV)/,
  /^npm_config_(registry|cafile|ca|strict_ssl|proxy|https_proxy|noproxy|userconfig|globalconfig)$/i,
];

/** What package managers need of the machine, with caches of the runner's own. */
export function machineVariables(toolCache: string): Variables {
  const passed = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && PASSED_ON.some((name) => name.test(entry[0])),
  );
  return {
    ...configFiles(),
    ...Object.fromEntries(passed),
    PIP_CACHE_DIR: join(toolCache, 'pip'),
    npm_config_cache: join(toolCache, 'npm'),
  };
}

/** A home of its own hides the user's npm and pip settings, which may name the only reachable registry. */
function configFiles(): Variables {
  const npmrc = join(homedir(), '.npmrc');
  const pip = join(homedir(), '.config/pip/pip.conf');
  return {
    ...(existsSync(npmrc) && { npm_config_userconfig: npmrc }),
    ...(existsSync(pip) && { PIP_CONFIG_FILE: pip }),
  };
}

/** The system's commands, and the Node that runs this process before them. */
export function basePath(): string {
  return `${dirname(process.execPath)}:${SYSTEM_PATH}`;
}

export function runnerVariables(grounds: Grounds): Variables {
  return {
    CI: 'true',
    LANG: 'C.UTF-8',
    HOME: grounds.home,
    TMPDIR: grounds.temp,
    PATH: basePath(),
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_NAME: 'stand-in',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_TEMP: grounds.temp,
    RUNNER_TOOL_CACHE: grounds.toolCache,
    RUNNER_WORKSPACE: grounds.work,
    GITHUB_ACTIONS: 'true',
  };
}

/** Addresses that a job sees. The web's host must end in `.localhost`, or artifact clients take it for GHES and refuse. */
export function addresses(url: string): { server: string; api: string } {
  const { port } = new URL(url);
  return { server: `http://github.localhost:${port}`, api: url };
}

/** The `github` context, less what belongs to a step. `GITHUB_*` variables are made from it. */
export function githubContext(
  run: Run,
  at: { url: string; job: string; token: string; workspace: string; eventPath: string },
) {
  const { repository, pull } = run;
  const { server, api } = addresses(at.url);
  const [, kind = '', ...rest] = run.ref.split('/');
  return {
    action: '',
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    api_url: api,
    base_ref: pull?.pull?.baseRef ?? '',
    event: run.payload,
    event_name: run.event,
    event_path: at.eventPath,
    graphql_url: `${api}/graphql`,
    head_ref: pull?.pull?.headRef ?? '',
    job: at.job,
    ref: run.ref,
    ref_name: rest.join('/'),
    ref_protected: String(repository.protections.has(rest.join('/'))),
    ref_type: kind === 'tags' ? 'tag' : 'branch',
    repository: repository.fullName,
    repository_id: String(repository.id),
    repository_owner: repository.owner.login,
    repository_owner_id: String(repository.owner.id),
    repositoryUrl: `git://github.com/${repository.fullName}.git`,
    retention_days: '90',
    run_attempt: '1',
    run_id: String(run.id),
    run_number: String(run.number),
    secret_source: 'Actions',
    server_url: server,
    sha: run.sha,
    token: at.token,
    triggering_actor: run.actor.login,
    workflow: run.workflow.name,
    workflow_ref: `${repository.fullName}/${run.workflow.path}@${run.ref}`,
    workflow_sha: run.sha,
    workspace: at.workspace,
  };
}

/** Parts of the context that are no variables: objects, the token, and what Actions keeps to itself. */
const NOT_EXPORTED = new Set(['event', 'token', 'job_status', 'repositoryUrl', 'secret_source', 'action']);

export function githubVariables(context: Readonly<Record<string, unknown>>): Variables {
  const entries = Object.entries(context).filter(([key]) => !NOT_EXPORTED.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [`GITHUB_${key.toUpperCase()}`, String(value)]));
}
