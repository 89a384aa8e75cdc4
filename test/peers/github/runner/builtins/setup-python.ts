// actions/setup-python: a virtual environment from the tool cache, keyed by Python's version and the workspace's
// requirements.lock (or `cache-dependency-path`). Unlike the original it installs that lock when it makes the environment,
// so that the job's own `pip install -r requirements.lock` finds everything there, this time and every time after.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Builtin, BuiltinCall } from './builtin.ts';

const LOCK = 'requirements.lock';
/** A variable of `runnerEnv` that names the Python to use before any other, as a self-hosted runner's owner would. */
export const PYTHON_VARIABLE = 'RUNNER_PYTHON';
/** Environments being made now; two jobs never make the same one at once. */
const making = new Map<string, Promise<void>>();

export const setupPython: Builtin = async (call) => {
  const { session, inputs, log } = call;
  const python = await findPython(call, inputs['python-version'] ?? '3');
  const lockPath = resolve(session.grounds.workspace, inputs['cache-dependency-path'] || LOCK);
  const lock = await readFile(lockPath).catch(() => undefined);
  const key = createHash('sha256')
    .update(python.version)
    .update(lock ?? 'none')
    .digest('hex')
    .slice(0, 16);
  const folder = join(session.grounds.toolCache, 'python', key);
  await onlyOnce(folder, () =>
    makeEnvironment(call, { folder, python: python.command, lock: lock && lockPath }),
  );

  session.path.unshift(join(folder, 'bin'));
  session.env.VIRTUAL_ENV = folder;
  session.env.pythonLocation = folder;
  log.write(`Using Python ${python.version} in ${folder}`);
  return {
    'python-version': python.version,
    'python-path': join(folder, 'bin/python'),
    'cache-hit': 'false',
  };
};

async function onlyOnce(folder: string, make: () => Promise<void>): Promise<void> {
  const earlier = making.get(folder);
  if (earlier) return earlier;
  const now = make().finally(() => making.delete(folder));
  making.set(folder, now);
  return now;
}

async function makeEnvironment(
  call: BuiltinCall,
  at: { folder: string; python: string; lock: string | undefined },
): Promise<void> {
  const { folder, python, lock } = at;
  const done = join(folder, '.complete');
  if (existsSync(done)) return;
  await rm(folder, { recursive: true, force: true });
  if ((await runIn(call, python, ['-m', 'venv', folder])) !== 0)
    throw new Error(`${python} could not make a virtual environment`);
  if (lock !== undefined) {
    call.log.write(`Installing ${lock} into the tool cache`);
    const pip = ['-m', 'pip', 'install', '--quiet', '-r', lock];
    if ((await runIn(call, join(folder, 'bin/python'), pip)) !== 0) {
      call.log.line(`::warning::${lock} could not be installed; the job's own pip will say why`);
      return;
    }
  }
  await writeFile(done, '');
}

/** The asked version if the machine has it, else any Python from 3.10 up, with a warning. */
async function findPython(call: BuiltinCall, wanted: string): Promise<{ command: string; version: string }> {
  const exact = /^\d+\.\d+/.exec(wanted)?.[0];
  const given = call.session.services.runnerEnv[PYTHON_VARIABLE];
  for (const command of [
    ...(given ? [given] : []),
    ...(exact ? [`python${exact}`] : []),
    'python3',
    'python3.13',
    'python3.12',
    'python3.11',
    'python3.10',
  ]) {
    const version = await versionOf(call, command);
    if (!version || Number(version.split('.')[1]) < 10) continue;
    if (exact && !version.startsWith(`${exact}.`))
      call.log.line(`::warning::Python ${wanted} is not on this machine; using ${version}`);
    return { command, version };
  }
  throw new Error(`The version '${wanted}' was not found, and no Python from 3.10 up either`);
}

async function versionOf(call: BuiltinCall, command: string): Promise<string | undefined> {
  const lines: string[] = [];
  const code = await runIn(
    call,
    command,
    ['-c', 'import platform; print(platform.python_version())'],
    (line) => lines.push(line),
  ).catch(() => 127);
  return code === 0 ? lines[0]?.trim() : undefined;
}

function runIn(
  { session, log, signal }: BuiltinCall,
  command: string,
  args: readonly string[],
  onLine = (line: string) => log.write(line),
): Promise<number> {
  const { services, grounds } = session;
  const env = {
    ...services.runnerEnv,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: grounds.home,
    TMPDIR: grounds.temp,
  };
  return session.processes.run({ command, args, cwd: grounds.workspace, env, signal, onLine });
}
