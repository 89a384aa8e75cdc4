/** What every forge promises. `make` gives a repository `acme/risk` with one open pull request and a workflow to start. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { readZip } from '#adapters/zip/read-zip.ts';
import type { CheckRun, Forge } from '#core/ports/forge.ts';

export interface ForgeWorld {
  readonly forge: Forge;
  /** An open pull request by `ada` from `better` into `main`, called "A better model". */
  readonly pull: { readonly number: number; readonly headSha: string };
  /** Who the forge writes as. */
  readonly login: string;
  /** Comments of the pull request, oldest first. */
  comments(): Promise<readonly { readonly author: string; readonly body: string }[]>;
  /** A comment by `ada`; its id. */
  commentAsAda(body: string): Promise<number>;
  reactions(commentId: number): Promise<readonly string[]>;
  /** The newest check runs on the pull request's head, one for each name. */
  checks(): Promise<readonly Pick<CheckRun, 'name' | 'status' | 'conclusion' | 'title' | 'summary'>[]>;
  deployments(): Promise<readonly SeenDeployment[]>;
  /** Merges the pull request; the merge commit. */
  merge(): Promise<string>;
  /** The commit that `main` is at. */
  base(): Promise<string>;
  /** A file of a commit, as text. */
  read(commit: string, path: string): Promise<string | undefined>;
  /** Where the branch is; undefined when there is none. */
  branch(name: string): Promise<string | undefined>;
  /** A review of a pull request's present head: grace may write, rita only read. */
  review(author: 'grace' | 'rita', number: number, says: 'approved' | 'objected'): Promise<void>;
  /** `grace` adds a commit to the branch of the pull request. */
  pushMore(number: number): Promise<string>;
  /** Lets no pull request be merged until told otherwise. */
  block(isBlocked: boolean): Promise<void>;
  issues(): Promise<readonly SeenIssue[]>;
  /** Lets the run of `evaluate.yml` end well, with the artifact `mergeway-evidence` that holds `evaluation.json`. */
  finish(runId: number): Promise<void>;
}

export interface SeenIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

export interface SeenDeployment {
  readonly sha: string;
  readonly environment: string;
  readonly description: string;
  readonly payload: unknown;
  /** Oldest first. */
  readonly states: readonly string[];
}

/** What `evaluate.yml` writes into `evaluation.json` when its input `candidate` is `sha256:1`. */
export const EVIDENCE = '{"candidate":"sha256:1"}\n';

const MARKER = '<!-- mergeway:report -->';

export function forgeContract(name: string, make: (t: TestContext) => Promise<ForgeWorld>): void {
  test(`${name}: the default branch is the repository's`, async (t) => {
    const { forge } = await make(t);

    assert.equal(forge.repository, 'acme/risk');
    assert.equal(await forge.defaultBranch(), 'main');
  });

  test(`${name}: a pull request comes with author, head and base`, async (t) => {
    const { forge, pull } = await make(t);

    const { base, ...rest } = await forge.pullRequest(pull.number);

    assert.deepEqual(rest, {
      number: pull.number,
      title: 'A better model',
      state: 'open',
      merged: false,
      author: 'ada',
      head: { sha: pull.headSha, ref: 'better', repository: 'acme/risk' },
    });
    assert.equal(base.ref, 'main');
    await assert.rejects(forge.pullRequest(404), { code: 'MW_FORGE_NOT_FOUND' });
  });

  test(`${name}: a merged pull request names its merge commit and is no open one of its head`, async (t) => {
    const { forge, pull, merge } = await make(t);
    const numbers = async () => (await forge.pullRequestsOf(pull.headSha)).map(({ number }) => number);
    assert.deepEqual(await numbers(), [pull.number]);

    const commit = await merge();

    const { state, merged, mergeCommit } = await forge.pullRequest(pull.number);
    assert.deepEqual({ state, merged, mergeCommit }, { state: 'closed', merged: true, mergeCommit: commit });
    assert.deepEqual(await numbers(), []);
    assert.deepEqual(await forge.pullRequestsOf('1'.repeat(40)), []);
  });

  test(`${name}: one comment of ours carries a marker, whoever else writes that marker`, async (t) => {
    const { forge, pull, login, comments, commentAsAda } = await make(t);
    await commentAsAda(`${MARKER} I am the report`);
    await forge.comment(pull.number, 'something else');

    const first = await forge.upsertComment(pull.number, MARKER, `${MARKER}\nverdict 1`);
    const second = await forge.upsertComment(pull.number, MARKER, `${MARKER}\nverdict 2`);

    assert.equal(first.url, second.url);
    assert.deepEqual(await comments(), [
      { author: 'ada', body: `${MARKER} I am the report` },
      { author: login, body: 'something else' },
      { author: login, body: `${MARKER}\nverdict 2` },
    ]);
  });

  test(`${name}: a comment gets a reaction`, async (t) => {
    const { forge, commentAsAda, reactions } = await make(t);
    const id = await commentAsAda('/mergeway status');

    await forge.react(id, 'eyes');

    assert.deepEqual(await reactions(id), ['eyes']);
  });

  test(`${name}: a check starts, ends, changes its mind, and starts anew`, async (t) => {
    const { forge, pull, checks } = await make(t);
    const check = { name: 'mergeway', headSha: pull.headSha, title: 'Training', summary: 'under way' };
    const seen: string[] = [];
    const note = async () => {
      const [only, ...others] = await checks();
      assert.equal(others.length, 0);
      seen.push(`${only?.name} ${only?.status} ${only?.conclusion ?? '-'}: ${only?.title}: ${only?.summary}`);
    };

    await forge.upsertCheck({ ...check, status: 'in_progress' });
    await note();
    await forge.upsertCheck({
      ...check,
      status: 'completed',
      conclusion: 'action_required',
      title: 'Unsure',
    });
    await note();
    await forge.upsertCheck({ ...check, status: 'completed', conclusion: 'success', title: 'Passed' });
    await note();
    await forge.upsertCheck({ ...check, status: 'queued', title: 'Again' });
    await note();

    assert.deepEqual(seen, [
      'mergeway in_progress -: Training: under way',
      'mergeway completed action_required: Unsure: under way',
      'mergeway completed success: Passed: under way',
      'mergeway queued -: Again: under way',
    ]);
  });

  test(`${name}: checks of different names stand side by side`, async (t) => {
    const { forge, pull, checks } = await make(t);
    for (const check of ['mergeway', 'mergeway / bias']) {
      await forge.upsertCheck({
        name: check,
        headSha: pull.headSha,
        status: 'completed',
        conclusion: 'success',
        title: 'Passed',
        summary: 's',
        detailsUrl: 'https://mergeway.example.com/models/credit',
      });
    }

    assert.deepEqual((await checks()).map((check) => check.name).sort(), ['mergeway', 'mergeway / bias']);
  });

  test(`${name}: permissions are those of the collaborators, and strangers have none`, async (t) => {
    const { forge } = await make(t);

    assert.equal(await forge.permission('ada'), 'write');
    assert.equal(await forge.permission('rita'), 'read');
    assert.equal(await forge.permission('stranger'), 'none');
  });

  test(`${name}: a dispatched run is the one that is returned, and hands over its artifact`, async (t) => {
    const { forge, finish } = await make(t);

    const id = await forge.dispatch('evaluate.yml', { candidate: 'sha256:1' });
    await finish(id);

    const run = await forge.run(id);
    assert.equal(run.id, id);
    assert.equal(run.path.split('@')[0], '.github/workflows/evaluate.yml');
    assert.deepEqual(
      { event: run.event, headBranch: run.headBranch, status: run.status, conclusion: run.conclusion },
      { event: 'workflow_dispatch', headBranch: 'main', status: 'completed', conclusion: 'success' },
    );
    const [artifact, ...others] = await forge.artifacts(id);
    assert.ok(artifact);
    assert.equal(artifact.name, 'mergeway-evidence');
    assert.equal(others.length, 0);
    const zip = await forge.downloadArtifact(artifact.id, 100_000);
    assert.equal(zip.byteLength, artifact.size);
    const content = readZip(zip, { maxBytes: 1000 }).get('evaluation.json');
    assert.equal(Buffer.from(content ?? []).toString(), EVIDENCE);

    await assert.rejects(forge.downloadArtifact(artifact.id, artifact.size - 1), {
      code: 'MW_ARTIFACT_TOO_LARGE',
    });
  });

  test(`${name}: unknown runs and artifacts are not found`, async (t) => {
    const { forge } = await make(t);

    await assert.rejects(forge.run(404), { code: 'MW_FORGE_NOT_FOUND' });
    await assert.rejects(forge.artifacts(404), { code: 'MW_FORGE_NOT_FOUND' });
    await assert.rejects(forge.downloadArtifact(404, 1000), { code: 'MW_FORGE_NOT_FOUND' });
  });

  test(`${name}: a deployment of a commit goes through its states`, async (t) => {
    const { forge, pull, deployments } = await make(t);

    const id = await forge.createDeployment({
      sha: pull.headSha,
      environment: 'production',
      description: 'credit v0.0.2',
      payload: { model: 'credit', digest: 'sha256:1' },
    });
    await forge.setDeployment(id, { state: 'in_progress', description: 'canary 5 %' });
    await forge.setDeployment(id, {
      state: 'success',
      description: 'promoted',
      url: 'https://mergeway.example.com/',
    });

    assert.deepEqual(await deployments(), [
      {
        sha: pull.headSha,
        environment: 'production',
        description: 'credit v0.0.2',
        payload: { model: 'credit', digest: 'sha256:1' },
        states: ['in_progress', 'success'],
      },
    ]);
  });

  test(`${name}: a deployment is found again by commit, environment and payload`, async (t) => {
    const { forge, pull } = await make(t);
    const record = { sha: pull.headSha, environment: 'eu', description: 'd', payload: { rollout: 'r1' } };
    await forge.createDeployment({ ...record, payload: { rollout: 'r0' } });
    const id = await forge.createDeployment(record);

    assert.equal(await forge.findDeployment(record), id);
    assert.equal(await forge.findDeployment({ ...record, environment: 'us' }), undefined);
    assert.equal(await forge.findDeployment({ ...record, payload: { rollout: 'r2' } }), undefined);
    assert.equal(await forge.findDeployment({ ...record, payload: {} }), undefined);
  });

  test(`${name}: a second deployment leaves the first one active`, async (t) => {
    const { forge, pull, deployments } = await make(t);
    for (const description of ['champion', 'canary']) {
      const environment = 'staging';
      const id = await forge.createDeployment({ sha: pull.headSha, environment, description, payload: {} });
      await forge.setDeployment(id, { state: 'success', description });
    }

    assert.deepEqual(
      (await deployments()).map(({ states }) => states),
      [['success'], ['success']],
    );
  });

  test(`${name}: a commit of ours stands on its base with a new branch at it, and is found there again`, async (t) => {
    const { forge, base, read, branch } = await make(t);
    const order = { ...COMMIT, base: await base() };

    const made = await forge.commitFiles(order);
    const again = await forge.commitFiles(order);

    assert.equal(again, made);
    assert.equal(await branch('mergeway/retrain/risk/june'), made);
    assert.equal(await read(made, 'data/train.lock'), 'sha256: 1\n');
    assert.equal(await read(made, 'README.md'), 'hello\n');
    assert.equal(await base(), order.base);
  });

  test(`${name}: a branch with another commit is refused and stays as it is`, async (t) => {
    const { forge, base, branch } = await make(t);
    const order = { ...COMMIT, base: await base() };
    const made = await forge.commitFiles(order);

    for (const other of [{ files: { 'data/train.lock': 'sha256: 2\n' } }, { message: 'something else' }]) {
      await assert.rejects(forge.commitFiles({ ...order, ...other }), { code: 'MW_BRANCH_TAKEN' });
    }

    assert.equal(await branch(order.branch), made);
  });

  test(`${name}: a branch of ours gets one pull request, which is found again when it is closed`, async (t) => {
    const { forge, base, branch } = await make(t);
    const head = await forge.commitFiles({ ...COMMIT, base: await base() });
    const order = { branch: COMMIT.branch, title: 'Retrain risk', body: 'why' };

    const opened = await forge.openPullRequest(order);
    const again = await forge.openPullRequest(order);
    await forge.closePullRequest(opened);
    const closed = await forge.openPullRequest(order);
    await forge.deleteBranch(COMMIT.branch, head);
    await forge.deleteBranch(COMMIT.branch, head);

    assert.deepEqual([again, closed], [opened, opened]);
    assert.equal(await branch(COMMIT.branch), undefined);
    const { base: into, ...rest } = await forge.pullRequest(opened);
    assert.equal(into.ref, 'main');
    assert.deepEqual(rest, {
      number: opened,
      title: 'Retrain risk',
      state: 'closed',
      merged: false,
      author: 'mergeway[bot]',
      head: { sha: head, ref: COMMIT.branch, repository: 'acme/risk' },
    });
  });

  test(`${name}: a branch that somebody else pushed to is not deleted`, async (t) => {
    const { forge, base, branch, pushMore } = await make(t);
    const head = await forge.commitFiles({ ...COMMIT, base: await base() });
    const number = await forge.openPullRequest({ branch: COMMIT.branch, title: 't', body: 'b' });

    const theirs = await pushMore(number);
    await forge.deleteBranch(COMMIT.branch, head);

    assert.equal(await branch(COMMIT.branch), theirs);
    assert.equal((await forge.pullRequest(number)).head.sha, theirs);
  });

  test(`${name}: approvals are of people who may write, and of the present head`, async (t) => {
    const { forge, pull, review, pushMore } = await make(t);
    assert.deepEqual(await forge.reviews(pull.number), { approvals: [], objections: [] });

    await review('rita', pull.number, 'approved');
    await review('grace', pull.number, 'objected');
    assert.deepEqual(await forge.reviews(pull.number), { approvals: [], objections: ['grace'] });

    await review('grace', pull.number, 'approved');
    assert.deepEqual(await forge.reviews(pull.number), { approvals: ['grace'], objections: [] });

    await pushMore(pull.number);
    assert.deepEqual(await forge.reviews(pull.number), { approvals: [], objections: [] });
  });

  test(`${name}: what may not be merged is an answer, and a merge happens once`, async (t) => {
    const { forge, base, read, block } = await make(t);
    const start = await base();
    const head = await forge.commitFiles({ ...COMMIT, base: start });
    const number = await forge.openPullRequest({ branch: COMMIT.branch, title: 'Retrain', body: 'b' });
    const order = { number, head, title: `Retrain (#${number})`, message: 'by policy' };

    const moved = await forge.mergePullRequest({ ...order, head: start });
    await block(true);
    const blocked = await forge.mergePullRequest(order);
    await block(false);
    const merged = await forge.mergePullRequest(order);
    const again = await forge.mergePullRequest(order);

    assert.equal(moved.merged, false);
    assert.ok(!blocked.merged && blocked.reason !== '');
    assert.ok(merged.merged);
    assert.deepEqual(again, merged);
    assert.equal(await base(), merged.commit);
    assert.equal(await read(merged.commit, 'data/train.lock'), 'sha256: 1\n');
    assert.equal((await forge.pullRequest(number)).mergeCommit, merged.commit);
  });

  test(`${name}: one issue of ours carries a marker through its life`, async (t) => {
    const { forge, issues } = await make(t);
    const issue = { marker: '<!-- mergeway:alarm:risk -->', title: 'risk drifts', state: 'open' } as const;
    assert.equal(await forge.upsertIssue({ ...issue, body: issue.marker, state: 'closed' }), 0);

    const opened = await forge.upsertIssue({ ...issue, body: `${issue.marker} June` });
    const found = await forge.upsertIssue({ ...issue, body: `${issue.marker} July` });
    const other = await forge.upsertIssue({ ...issue, marker: '<!-- other -->', body: '<!-- other -->' });
    const closed = await forge.upsertIssue(
      { ...issue, body: `${issue.marker} over`, state: 'closed' },
      opened,
    );
    const again = await forge.upsertIssue(
      { ...issue, title: 'again', body: `${issue.marker} again` },
      opened,
    );

    assert.deepEqual([found, closed, again], [opened, opened, opened]);
    assert.notEqual(other, opened);
    const seen = (await issues()).find(({ number }) => number === opened);
    assert.deepEqual(seen, {
      number: opened,
      title: 'again',
      body: `${issue.marker} again`,
      state: 'open',
    });
  });
}

const COMMIT = {
  branch: 'mergeway/retrain/risk/june',
  files: { 'data/train.lock': 'sha256: 1\n' },
  message: 'Retrain risk',
};
