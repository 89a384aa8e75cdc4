/** The actions and the workflow templates: inputs that exist, names that the App looks for, and no text of a person inside a script. */

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { commands } from '#cli/commands.ts';
import { inputVariable } from '#cli/inputs.ts';
import {
  CANDIDATE_ARTIFACT,
  EVALUATE_WORKFLOW,
  EVIDENCE_ARTIFACT,
  TRAIN_WORKFLOW,
} from '#core/flows/workspace.ts';
import { inputsOf } from '../../docs/generate/action-yml.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly runs: { readonly steps: readonly Step[] };
}

interface Job {
  readonly steps: readonly Step[];
  readonly environment?: object;
  readonly permissions?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: Readonly<Record<string, { readonly inputs?: object } | null>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = <T>(path: string): T => parse(readFileSync(join(ROOT, path), 'utf8')) as T;
const actionFiles = ['action.yml', ...globSync('actions/*/action.yml', { cwd: ROOT })];
const workflowFiles = globSync('templates/workflows/**/*.yml', { cwd: ROOT });

function stepsOf(path: string): readonly Step[] {
  if (path.endsWith('action.yml')) return read<Action>(path).runs.steps;
  return Object.values(read<Workflow>(path).jobs).flatMap((job) => job.steps);
}

for (const path of [...actionFiles, ...workflowFiles]) {
  test(`${path} has no expression inside a script`, () => {
    const offenders = stepsOf(path).filter(({ run }) => run?.includes('${{'));

    assert.deepEqual(offenders, []);
  });
}

test('the root action gives every command only inputs that it has', () => {
  for (const { run = '', env = {} } of read<Action>('action.yml').runs.steps) {
    const name = /run\.sh" (\w+)/.exec(run)?.[1];
    if (name === undefined) continue;
    const command = commands.find((spec) => spec.name === name);
    assert.ok(command, name);
    const known = [...inputsOf(command).map((input) => inputVariable(input.name)), 'GITHUB_TOKEN'];
    assert.deepEqual(
      Object.keys(env).filter((variable) => !known.includes(variable)),
      [],
      name,
    );
  }
});

for (const path of workflowFiles) {
  test(`${path} uses actions that exist, with inputs that they have`, () => {
    for (const { uses = '', with: given = {} } of stepsOf(path)) {
      const folder = /^mergeway\/mergeway\/(.+)@v1$/.exec(uses)?.[1];
      if (folder === undefined) continue;
      const { inputs = {} } = read<Action>(join(folder, 'action.yml'));
      assert.deepEqual(
        Object.keys(given).filter((input) => !(input in inputs)),
        [],
        uses,
      );
    }
  });

  test(`${path} gives no more than it must`, () => {
    const { permissions, jobs } = read<Workflow>(path);
    const granted = [permissions, ...Object.values(jobs).map((job) => job.permissions ?? {})];

    assert.equal(
      granted.some(({ contents }) => contents === 'write'),
      path.endsWith('mergeway-promote.yml'),
    );
    assert.ok(Object.values(permissions).every((level) => level === 'read'));
    assert.doesNotMatch(readFileSync(join(ROOT, path), 'utf8'), /secrets\.|pull_request_target|allow-unsafe/);
  });
}

test('training runs on pull requests, with no store but the training store, and hands over what the App collects', () => {
  const text = readFileSync(join(ROOT, 'templates/workflows/mergeway-train.yml'), 'utf8');
  const workflow = read<Workflow>('templates/workflows/mergeway-train.yml');

  assert.equal(dirname(TRAIN_WORKFLOW), '.github/workflows');
  assert.ok(TRAIN_WORKFLOW.endsWith('/mergeway-train.yml'));
  assert.deepEqual(Object.keys(workflow.on), ['pull_request']);
  assert.doesNotMatch(text, /vars\.(?!MERGEWAY_TRAINING_STORE\b)|environment:/);
  assert.match(text, new RegExp(`name: ${CANDIDATE_ARTIFACT}-\\$\\{\\{ matrix\\.model \\}\\}`));
});

test('the evaluation that the App starts takes the inputs that it sends', () => {
  const workflow = read<Workflow>('templates/workflows/mergeway-evaluate.yml');

  assert.ok(EVALUATE_WORKFLOW.endsWith('/mergeway-evaluate.yml'));
  assert.deepEqual(Object.keys(workflow.on), ['workflow_dispatch']);
  assert.deepEqual(Object.keys(workflow.on.workflow_dispatch?.inputs ?? {}), [
    'pull_request',
    'head_sha',
    'model',
    'candidate',
    'seeds',
    'champion',
    'champion_version',
    'holdout',
  ]);
  assert.deepEqual(workflow.jobs.evaluate?.environment, { name: 'mergeway-evaluation', deployment: false });
  const upload = stepsOf('templates/workflows/mergeway-evaluate.yml').find(({ uses }) =>
    uses?.startsWith('actions/upload-artifact'),
  );
  assert.equal(upload?.with?.name, EVIDENCE_ARTIFACT);
});
