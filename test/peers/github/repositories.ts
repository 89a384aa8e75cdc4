// Makes repositories: a bare one on disk, and the empty books around it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listRefs } from './git.ts';
import type { Hub } from './hub.ts';
import type { Environment, Repository, Role } from './model.ts';

const run = promisify(execFile);

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  readonly collaborators?: Readonly<Record<string, Role>>;
  /** True by default: strangers get 404. */
  readonly private?: boolean;
  /** Whether the App is installed on it; true by default. */
  readonly installed?: boolean;
  readonly defaultBranch?: string;
}

/** Settings that clones and jobs rely on. */
const CONFIG = `[http]
  receivepack = true
[uploadpack]
  allowAnySHA1InWant = true
[receive]
  autogc = false
[gc]
  auto = 0
`;

/** Creates the repository; one that is on disk already, from an earlier run, is taken as it is. */
export async function createRepository(hub: Hub, input: NewRepository): Promise<Repository> {
  const fullName = `${input.owner}/${input.name}`;
  if (hub.repository(fullName)) throw new Error(`${fullName} exists already`);
  const defaultBranch = input.defaultBranch ?? 'main';
  const path = join(hub.folder, 'repositories', input.owner, `${input.name}.git`);
  await mkdir(path, { recursive: true });
  const isNew = !existsSync(join(path, 'HEAD'));
  if (isNew) {
    await run('git', ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`, path]);
    await appendFile(join(path, 'config'), CONFIG);
  }

  const repository = emptyBooks(hub, input, { path, defaultBranch });
  for (const [ref, { sha }] of isNew ? [] : await listRefs(path))
    if (/^refs\/(heads|tags)\//.test(ref)) repository.refs.set(ref, sha);
  hub.repositories.set(fullName.toLowerCase(), repository);
  return repository;
}

function emptyBooks(hub: Hub, input: NewRepository, at: { path: string; defaultBranch: string }): Repository {
  const now = hub.now();
  const owner = hub.userCalled(input.owner, 'Organization');
  const roles = Object.entries(input.collaborators ?? {});
  for (const [login] of roles) hub.userCalled(login);
  return {
    ...at,
    id: hub.nextId(),
    owner,
    name: input.name,
    fullName: `${input.owner}/${input.name}`,
    private: input.private ?? true,
    installed: input.installed ?? true,
    createdAt: now,
    pushedAt: now,
    collaborators: new Map(roles.map(([login, role]) => [login.toLowerCase(), role])),
    refs: new Map(),
    issues: new Map(),
    comments: new Map(),
    labels: new Map(),
    checkRuns: new Map(),
    suites: new Map(),
    deployments: new Map(),
    workflows: new Map(),
    runs: new Map(),
    artifacts: new Map(),
    protections: new Map(),
    variables: new Map(),
    secrets: new Map(),
    environments: new Map(),
    lastNumber: 0,
  };
}

/** The environment of that name, made on first mention. Names don't differ by case. */
export function environmentOf(hub: Hub, repository: Repository, name: string): Environment {
  const key = name.toLowerCase();
  const known = repository.environments.get(key);
  if (known) return known;
  const environment = { id: hub.nextId(), variables: new Map(), secrets: new Map() };
  repository.environments.set(key, environment);
  return environment;
}
