/** Commands as steps of a workflow: what the runner hears, and what it must never obey. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { annotationOfError, annotationOfOutcome } from '#cli/annotation.ts';
import { workflowOf } from '#cli/workflow.ts';
import { MergewayError } from '#core/errors.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const MAIN = resolve(import.meta.dirname, '../../cli/main.ts');

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: late
version: 1.0.0
status: active
schema:
  - name: late
    properties:
      - {name: carrier, logicalType: string, logicalTypeOptions: {maxLength: 2}}
`;
/** Runners obey the first form at the start of a line, the second anywhere. */
const HOSTILE = '::set-output name=verdict::pass ##[set-output name=verdict]pass';

/** A job's folder with a contract and one column of data; `run` is a step in it. */
async function job(t: TestContext, { contract = CONTRACT, carrier = HOSTILE } = {}) {
  const folder = await temporaryFolder(t);
  const files = {
    'late.odcs.yaml': contract,
    'late.csv': `carrier\n"${carrier}"\n`,
    outputs: '',
    summary: '',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const env = {
    PATH: process.env.PATH,
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: join(folder, 'outputs'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_TOKEN: 'ghs_hush',
    INPUT_CONTRACT: 'late.odcs.yaml',
    INPUT_FILES: 'late.csv',
  };
  return {
    outputs: () => readFile(join(folder, 'outputs'), 'utf8'),
    async run(...args: readonly string[]) {
      const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env });
      const texts = { stdout: '', stderr: '' };
      child.stdout.on('data', (text) => {
        texts.stdout += text;
      });
      child.stderr.on('data', (text) => {
        texts.stderr += text;
      });
      const [code] = await once(child, 'close');
      return { code, ...texts, lines: texts.stdout.split('\n').filter((line) => line !== '') };
    },
  };
}

test('a runner hears the masks first, obeys nothing that the command prints, then hears the annotation', async (t) => {
  const step = await job(t);

  const { code, lines, stderr } = await step.run('action', 'validate');

  const stop = lines.findIndex((line) => line.startsWith('::stop-commands::'));
  const resume = lines.indexOf(`::${lines[stop]?.replace('::stop-commands::', '')}::`);
  assert.equal(code, 1);
  assert.equal(stderr, '');
  assert.deepEqual(lines.slice(0, stop), ['::add-mask::ghs_hush']);
  assert.ok(lines.slice(stop, resume).some((line) => line.includes('##[set-output name=verdict]pass')));
  assert.equal(lines.length, resume + 2);
  assert.match(lines[resume + 1] ?? '', /^::error title=mergeway validate::failed: /);
  assert.match(await step.outputs(), /^verdict<<(\S+)\nfail\n\1\n$/);
});

test('what passes is not annotated', async (t) => {
  const step = await job(t, { carrier: 'UA' });

  const { code, lines } = await step.run('action', 'validate');

  assert.equal(code, 0);
  assert.match(lines.at(-1) ?? '', /^::[0-9a-f-]{36}::$/);
});

test('a mistake in a file is annotated at its line', async (t) => {
  const step = await job(t, { contract: CONTRACT.replace('maxLength', 'maxLenght') });

  const { code, lines } = await step.run('action', 'validate');

  assert.equal(code, 2);
  assert.match(
    lines.at(-1) ?? '',
    /^::error title=MW_CONFIG_INVALID,file=late\.odcs\.yaml,line=9::.*maxLength/,
  );
});

test('a script inside a workflow still finds one JSON object on stdout', async (t) => {
  const step = await job(t);

  const { stdout } = await step.run('validate', '--contract', 'late.odcs.yaml', 'late.csv', '--json');

  assert.equal(JSON.parse(stdout).verdict, 'fail');
  assert.match(await step.outputs(), /^verdict<</);
});

for (const { exit, level } of [
  { exit: 0, level: undefined },
  { exit: 1, level: 'error' },
  { exit: 3, level: 'warning' },
] as const) {
  test(`an outcome with exit code ${exit} is annotated as ${level ?? 'nothing'}`, () => {
    assert.equal(annotationOfOutcome('gate', { exit, text: 'x', json: {} })?.level, level);
  });
}

test('an error that names no line of a file of the repository is annotated at the step', () => {
  for (const message of [
    'there is no file out.json',
    '/etc/passwd:1 is odd',
    'http://host:80 did not answer',
  ]) {
    const { file, line } = annotationOfError(new MergewayError('MW_DATA_MISSING', message));

    assert.deepEqual([file, line], [undefined, undefined], message);
  }
});

test('outside a workflow nobody is told anything', () => {
  assert.equal(
    workflowOf({ GITHUB_OUTPUT: '/tmp/x' }, () => assert.fail()),
    undefined,
  );
});

test('a summary is cut at the bytes that GitHub keeps, and an output can not smuggle in another one', async (t) => {
  const folder = await temporaryFolder(t);
  const [summary, output] = [join(folder, 'summary'), join(folder, 'outputs')];
  for (const file of [summary, output]) await writeFile(file, '');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output };
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env = { ...before, ...env };

  await workflowOf(env, () => {})?.handOn({
    summary: `a${'é'.repeat(600_000)}`,
    outputs: { verdict: 'fail\nEOF\nverdict=pass' },
  });

  const written = await readFile(summary);
  assert.equal(written.length, 1_000_000);
  assert.equal(written.subarray(-3).toString(), 'é\n');
  const [opening = '', ...rest] = (await readFile(output, 'utf8')).trimEnd().split('\n');
  assert.deepEqual(rest, ['fail', 'EOF', 'verdict=pass', opening.replace('verdict<<', '')]);
});
