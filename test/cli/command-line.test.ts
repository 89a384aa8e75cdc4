/** The command line: what it prints where, with which exit code, and how it helps. */

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { defineCommand } from '#actions/command.ts';
import { Environment } from '#app/options.ts';
import { commands } from '#cli/commands.ts';
import { VERSION } from '#core/version.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { modelRepository, modelYaml } from '#test/support/model-repository.ts';

const execute = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');

for (const { name } of commands) {
  test(`\`mergeway ${name} --help\` ends with an example that starts like it`, async () => {
    const { code, stdout } = await mergeway([...name.split(' '), '--help']);

    const last = stdout.trimEnd().split('\n').at(-1) ?? '';
    assert.equal(code, 0);
    assert.match(last, new RegExp(`mergeway ${name}\\b`));
  });
}

test('without a command the help is printed', async () => {
  const { code, stdout } = await mergeway([]);

  assert.equal(code, 0);
  assert.match(stdout, /Usage: mergeway[\s\S]+Example:/);
});

test('the version is that of package.json', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

  const { code, stdout } = await mergeway(['--version']);

  assert.equal(code, 0);
  assert.equal(stdout.trim(), version);
  assert.equal(VERSION, version);
});

for (const command of ['skew', 'monitor']) {
  test(`the version that \`mergeway ${command}\` is given is a model's, and nothing is passed unseen`, async () => {
    const { code, stdout } = await mergeway([command, '--version', 'v0.0.1']);

    assert.equal(code, 2);
    assert.equal(stdout, '');
  });
}

for (const { args, message } of [
  { args: ['valdate'], message: /unknown command 'valdate'; did you mean `validate`\?/ },
  { args: ['train', '--modle', 'x'], message: /unknown option '--modle'; did you mean `--model`\?/ },
  { args: ['train', '--out', 'x'], message: /`mergeway train` needs --model <name>/ },
  { args: ['train', '--model'], message: /argument missing/ },
  { args: ['train', 'flights'], message: /too many arguments/ },
  { args: ['ledger'], message: /a command is missing/ },
  { args: ['serve', '--port', 'many'], message: /--port takes a number/ },
  { args: ['validate', '--model', '../x'], message: /is no name of a model/ },
  { args: ['action', 'serve'], message: /there is no action "serve"/ },
]) {
  test(`\`mergeway ${args.join(' ')}\` is a usage error, exit code 2`, async () => {
    const { code, stdout, stderr } = await mergeway(args);

    assert.equal(code, 2);
    assert.match(stderr, /^MW_USAGE /);
    assert.match(stderr, message);
    assert.match(stderr, /--help/);
    assert.equal(stdout, '');
  });
}

test('with --json an error is one object on stdout, and a sentence on stderr', async () => {
  const ran = await mergeway(['gate', '--evidence', 'nowhere.json', '--json']);

  assert.equal(ran.code, 2);
  assert.deepEqual(Object.keys(jsonOf(ran)), ['error']);
  assert.deepEqual(Object.keys(jsonOf(ran).error ?? {}), ['code', 'message', 'remedy']);
  assert.match(ran.stderr, /^MW_FILE_MISSING /);
});

for (const { name, args, message } of [
  {
    name: 'a model file',
    args: ['serve', '--model', 'x=nope.onnx', '--port', '0'],
    message: /^MW_FILE_MISSING there is no file .*nope\.onnx/,
  },
  {
    name: 'a file of predictions',
    args: [...'evaluate --task regression --label y --score p --predictions'.split(' '), 'nope.csv'],
    message: /^MW_FILE_MISSING there is no file .*nope\.csv/,
  },
  {
    name: 'a ledger',
    args: ['ledger', 'verify', '--file', 'nope'],
    message: /^MW_FILE_MISSING there is no file .*nope/,
  },
  {
    name: 'a repository for training',
    args: ['train', '--model', 'flights', '--out', 'o'],
    message: /^MW_REPOSITORY_MISSING .* is no git repository/,
  },
  {
    name: 'a repository for promotion',
    args: ['promote', '--store', 's'],
    message: /^MW_REPOSITORY_MISSING .* is no git repository/,
  },
]) {
  test(`${name} that is not there is said to be missing, exit code 2`, async (t) => {
    const { code, stderr } = await mergeway(args, { cwd: await temporaryFolder(t) });

    assert.equal(code, 2);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /ENOENT|store:|ZipMap/);
  });
}

for (const { line, message } of [
  { line: 'hello', message: /l\.jsonl:1 is no JSON object/ },
  { line: '[]', message: /l\.jsonl:1 is no JSON object/ },
  { line: '{}', message: /l\.jsonl:1 has no `id`/ },
  { line: '{"id": 1}', message: /l\.jsonl:1 `id`: expected string.*got 1/ },
]) {
  test(`a ledger with the line ${line} says what is wrong with it`, async (t) => {
    const cwd = await temporaryFolder(t);
    await writeFile(join(cwd, 'l.jsonl'), line);

    const { code, stderr } = await mergeway(['ledger', 'verify', '--file', 'l.jsonl'], { cwd });

    assert.equal(code, 2);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /undefined|Invalid input/);
  });
}

for (const args of [
  ['validate', '--model', 'flihgts'],
  ['train', '--model', 'flihgts', '--out', 'o'],
]) {
  test(`\`${args.join(' ')}\` names the model that was meant`, async (t) => {
    const { root } = await modelRepository(t);

    const { code, stderr } = await mergeway(args, { cwd: root });

    assert.equal(code, 2);
    assert.match(
      stderr,
      /^MW_CONFIG_MISSING there is no model `flihgts`.*did you mean `flights`\? models here: flights/,
    );
  });
}

test('`mergeway app --help` lists every setting, the needed ones apart', async () => {
  const { stdout } = await mergeway(['app', '--help']);

  const words = (start: RegExp) => (start.exec(stdout)?.[1] ?? '').split(/[\s,]+/).filter(Boolean);
  const settings = Object.entries(Environment.shape);
  const needed = settings.filter(([, schema]) => !schema.safeParse(undefined).success);
  assert.deepEqual(
    words(/needed: ([^:]+?)\n {2}optional/),
    needed.map(([name]) => name),
  );
  assert.deepEqual(
    words(/optional: ([^:]+?)\n {2}Keys/),
    settings.filter((one) => !needed.includes(one)).map(([name]) => name),
  );
});

const failing = (error: Error) =>
  defineCommand({
    name: 'fail',
    summary: 'Fails',
    options: {},
    examples: ['mergeway fail'],
    run: () => Promise.reject(error),
  });

test('an error that nobody foresaw has a code and no stack trace, but under MERGEWAY_DEBUG', async () => {
  const setting = { commands: [failing(new TypeError('x is undefined'))] };

  const quiet = await mergeway(['fail'], setting);
  const loud = await mergeway(['fail'], { ...setting, env: { MERGEWAY_DEBUG: '1' } });

  assert.equal(quiet.code, 4);
  assert.match(quiet.stderr, /^MW_INTERNAL x is undefined\n/);
  assert.doesNotMatch(quiet.stderr, /\n\s+at /);
  assert.match(loud.stderr, /\n\s+at /);
});

test('the inputs of an action become options, and empty ones are not given', async () => {
  const echo = defineCommand({
    name: 'echo',
    summary: 'Echoes',
    files: { name: 'files', summary: 'Files' },
    options: {
      dataStore: { value: 'folder', summary: 'A folder' },
      model: { value: 'name', summary: 'A name', repeated: true },
      push: { summary: 'A switch' },
      out: { value: 'file', summary: 'A file' },
    },
    examples: ['mergeway echo'],
    outputs: {},
    run: async (options, _io, files) => ({ exit: 0, json: { ...options, files }, text: '' }),
  });
  const env = {
    INPUT_DATA_STORE: '--out=/etc',
    INPUT_MODEL: 'a\nb',
    INPUT_PUSH: 'true',
    INPUT_OUT: '',
    INPUT_FILES: '--x.csv\ny.csv',
  };

  const ran = await mergeway(['action', 'echo', '--json'], { commands: [echo], env });
  const twice = await mergeway(['action', 'echo'], { commands: [echo], env: { INPUT_OUT: 'a\nb' } });

  assert.deepEqual(jsonOf(ran), {
    dataStore: '--out=/etc',
    model: ['a', 'b'],
    push: true,
    files: ['--x.csv', 'y.csv'],
  });
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /^MW_USAGE input out is one line, and was given several/);
});

test('the launcher can be started as it is in a fresh clone: git keeps it executable', async () => {
  const { stdout } = await execute('git', ['ls-files', '-s', 'cli/mergeway.js'], { cwd: ROOT });

  assert.match(stdout, /^100755 /);
});

test('the launcher starts Node 24 from a Node that is too old, and hands over the exit code', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'cli'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await symlink(process.execPath, join(folder, 'bin/node'));
  const launcher = await readFile(join(ROOT, 'cli/mergeway.js'), 'utf8');
  await writeFile(join(folder, 'cli/mergeway.js'), launcher.replaceAll('process.version', "'v20.0.0'"));
  await writeFile(
    join(folder, 'cli/main.ts'),
    'console.log(process.version, process.argv.slice(2)); process.exitCode = 3 as number;',
  );

  const started = execute(process.execPath, [join(folder, 'cli/mergeway.js'), 'a', 'b c'], {
    env: { PATH: join(folder, 'bin') },
  });

  await assert.rejects(started, ({ code, stdout }: { code: number; stdout: string }) => {
    assert.equal(code, 3);
    assert.equal(stdout.trim(), `${process.version} [ 'a', 'b c' ]`);
    return true;
  });
});

test('the launcher says what is missing when there is no Node 24', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'cli'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  const launcher = await readFile(join(ROOT, 'cli/mergeway.js'), 'utf8');
  await writeFile(join(folder, 'cli/mergeway.js'), launcher.replaceAll('process.version', "'v20.0.0'"));

  const started = execute(process.execPath, [join(folder, 'cli/mergeway.js')], { env: { PATH: '/nowhere' } });

  await assert.rejects(started, ({ code, stderr }: { code: number; stderr: string }) => {
    assert.equal(code, 2);
    assert.match(stderr, /needs Node 24/);
    return true;
  });
});

test('a reader that goes away does not change the exit code', async (t) => {
  const folder = await temporaryFolder(t);
  const script = 'node "$MAIN" gate --evidence nowhere.json --json 2>&1 | true; echo "$PIPESTATUS"';

  const { stdout } = await execute('bash', ['-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, MAIN: join(ROOT, 'cli/main.ts') },
  });

  assert.equal(stdout.trim(), '2');
});

test('an interruption that arrives twice still lets the command end by itself', async (t) => {
  const { root } = await modelRepository(t, {
    'models/flights/model.yaml': modelYaml({
      command: 'trap "echo ending; sleep 0.3; exit 0" TERM; echo started; sleep 62 & wait',
    }),
  });
  const main = join(ROOT, 'cli/main.ts');
  const child = spawn(process.execPath, [main, 'train', '--model', 'flights', '--out', 'out', '--json'], {
    cwd: root,
  });
  let stdout = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });

  child.stderr.on('data', (text) => /train \| (started|ending)/.test(text) && child.kill('SIGINT'));
  await once(child, 'close');

  assert.equal(JSON.parse(stdout).error.code, 'MW_INTERRUPTED');
});
