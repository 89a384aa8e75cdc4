// `uses: mergeway/mergeway…` runs the checkout under test, from a copy that no step can harm.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { logs, onlyRun, world } from './testing.ts';

const ACTION = `
name: Say
inputs: {Who: {required: true}}
outputs: {said: {value: "\${{ steps.run.outputs.said }}"}}
runs:
  using: composite
  steps:
    - id: run
      shell: bash
      env: {WHO: "\${{ inputs.who }}"}
      run: |
        node "$GITHUB_ACTION_PATH/../say.mjs" "$WHO" >> "$GITHUB_OUTPUT"
        rm -rf "$GITHUB_ACTION_PATH/../../node_modules" "$GITHUB_ACTION_PATH/../say.mjs"
`;

const FILES = {
  'actions/say/action.yml': ACTION,
  'actions/say.mjs': "import { word } from 'words';\nconsole.log('said=' + word + ' ' + process.argv[2]);\n",
  'node_modules/words/package.json': '{"name": "words", "type": "module", "exports": "./index.js"}',
  'node_modules/words/index.js': "export const word = 'hello';\n",
  '.gitignore': 'node_modules\n',
};

test('an action of the checkout finds its packages, and deleting them deletes nothing of the checkout', async (t) => {
  const actionsCheckout = await checkout(t);
  const w = await world(t, { actionsCheckout });
  const text = `
on: pull_request
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - {id: say, uses: mergeway/mergeway/actions/say@v1, with: {who: world}}
      - run: test "\${{ steps.say.outputs.said }}" = "hello world"
`;

  await w.open('feature', { '.github/workflows/x.yml': text });
  await w.github.idle();

  assert.equal((await onlyRun(w)).run.conclusion, 'success', await logs(w));
  assert.match(await readFile(join(actionsCheckout, 'node_modules/words/index.js'), 'utf8'), /hello/);
  assert.ok(existsSync(join(actionsCheckout, 'actions/say.mjs')));
});

test('an action that nobody can fetch here fails the step with its name', async (t) => {
  const w = await world(t);
  const text = `
on: pull_request
jobs: {only: {runs-on: ubuntu-latest, steps: [{uses: somebody/else@v1}]}}
`;

  await w.open('feature', { '.github/workflows/x.yml': text });
  await w.github.idle();

  assert.equal((await onlyRun(w)).run.conclusion, 'failure');
  assert.match(await logs(w), /Unable to resolve action 'somebody\/else@v1'/);
});

async function checkout(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'checkout-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  execFileSync('git', ['init', '--quiet', folder]);
  return folder;
}
