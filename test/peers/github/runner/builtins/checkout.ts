// actions/checkout: fetches over HTTP with the job's token, so that permissions and refs are those of a real clone.
// Leaves the token in the clone's configuration unless `persist-credentials` is false, as the original does.
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { resolveRef } from '../../git.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';

const FULL_SHA = /^[0-9a-f]{40}$/;

interface Target {
  readonly sha: string;
  /** What the fetched commit is called locally, and the branch to stand on, if any. */
  readonly local: string;
  readonly branch: string | undefined;
}

export const checkout: Builtin = async (call) => {
  const { session, inputs } = call;
  const repository = inputs.repository || session.repository.fullName;
  if (repository.toLowerCase() !== session.repository.fullName.toLowerCase())
    throw new Error(`The stand-in checks out its own repository only, not ${repository}`);
  const folder = resolve(session.grounds.workspace, inputs.path || '.');
  await mkdir(folder, { recursive: true });
  const target = await targetOf(call);

  const git = (...args: string[]) => runGit(call, folder, args);
  const url = session.services.hub.url;
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${inputs.token || session.token}`).toString('base64')}`;
  session.masks.add(header.split(' ')[2] ?? '');
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', `http.${url}/.extraheader`, header);
  await git('remote', 'add', 'origin', `${url}/${repository}`).catch(() =>
    git('remote', 'set-url', 'origin', `${url}/${repository}`),
  );
  await fetchTarget(call, target, git);
  await git(
    'checkout',
    '--quiet',
    '--force',
    ...(target.branch ? ['-B', target.branch] : ['--detach']),
    target.local,
  );
  if (inputs['persist-credentials'] === 'false')
    await git('config', '--unset-all', `http.${url}/.extraheader`);
  return { ref: inputs.ref || String(session.github.ref), commit: target.sha };
};

async function fetchTarget(
  { inputs }: BuiltinCall,
  target: Target,
  git: (...args: string[]) => Promise<void>,
): Promise<void> {
  const depth = Number(inputs['fetch-depth'] ?? 1);
  const commit = `+${target.sha}:${target.local}`;
  const tags = inputs['fetch-tags'] === 'true' ? ['+refs/tags/*:refs/tags/*'] : [];
  if (depth > 0) return git('fetch', '--quiet', '--no-tags', `--depth=${depth}`, 'origin', commit, ...tags);
  await git(
    'fetch',
    '--quiet',
    '--no-tags',
    'origin',
    '+refs/heads/*:refs/remotes/origin/*',
    '+refs/tags/*:refs/tags/*',
  );
  await git('fetch', '--quiet', '--no-tags', 'origin', commit);
}

/** Without `ref` the commit and the name of the event; a branch is stood on, anything else is detached. */
async function targetOf({ session, inputs }: BuiltinCall): Promise<Target> {
  const given = inputs.ref || String(session.github.ref);
  const sha = inputs.ref ? await resolveRef(session.repository.path, inputs.ref) : String(session.github.sha);
  if (!sha) throw new Error(`A branch or tag with the name '${given}' could not be found`);
  const name = given.replace(/^refs\/(heads|tags|remotes)\//, '');
  if (FULL_SHA.test(given) || /^refs\/(tags|pull)\//.test(given))
    return {
      sha,
      local: given.startsWith('refs/pull/')
        ? given.replace('refs/', 'refs/remotes/')
        : 'refs/remotes/origin/HEAD',
      branch: undefined,
    };
  return { sha, local: `refs/remotes/origin/${name}`, branch: name };
}

async function runGit(
  { session, log, signal }: BuiltinCall,
  cwd: string,
  args: readonly string[],
): Promise<void> {
  const env = {
    ...session.services.runnerEnv,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: session.grounds.home,
    GIT_TERMINAL_PROMPT: '0',
    no_proxy: '127.0.0.1,localhost',
  };
  log.write(`git ${args.join(' ')}`);
  const code = await session.processes.run({
    command: 'git',
    args,
    cwd,
    env,
    signal,
    onLine: (line) => log.write(line),
  });
  if (code !== 0) throw new Error(`git ${args[0]} ended with exit code ${code}`);
}
