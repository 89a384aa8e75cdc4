/**
 * A retraining from its decision to its end: data, one commit on a branch of its own, a pull request, and what becomes of it. Each step
 * is saved before the next one, and finds what it did already when it is told again after a crash.
 */

import { MergewayError } from '../errors.ts';
import { instantText } from '../intervals/instant.ts';
import type { PullRequest } from '../ports/forge.ts';
import type { Retraining, RetrainingEnd } from '../ports/store.ts';
import { escapeMarkdown } from '../report/escape.ts';
import { retrainingTitle } from '../report/retraining.ts';
import { headVerdict } from './head-verdict.ts';
import { mergeWhenReady } from './merge-retraining.ts';
import { readModel } from './policy.ts';
import { describeRetraining } from './retraining-text.ts';
import { turnOf } from './watched-model.ts';
import type { Workspace } from './workspace.ts';

/** Failures in front of the gates count as one of these names. */
type FailedBefore = 'training';

/** One step or several, in the model's turn. */
export async function followRetraining(workspace: Workspace, { model, id }: Retraining): Promise<void> {
  await workspace.turns(turnOf(workspace, model), async () => {
    const open = await workspace.store.retrainings.open();
    const retraining = open.find((one) => one.id === id && one.repository === workspace.forge.repository);
    if (retraining) await stepRetraining(workspace, retraining);
  });
}

/** The head's retraining, if it is one of ours, goes on: its verdicts are there. */
export async function followHead(workspace: Workspace, headSha: string): Promise<void> {
  const retraining = await workspace.store.retrainings.byHead(workspace.forge.repository, headSha);
  if (retraining) await followRetraining(workspace, retraining);
}

/** The pull request's retraining, if it is one of ours, goes on: it was closed or merged. */
export async function followPullRequest(workspace: Workspace, number: number): Promise<void> {
  const retraining = await workspace.store.retrainings.byPullRequest(workspace.forge.repository, number);
  if (retraining) await followRetraining(workspace, retraining);
}

/** The head's retraining, if it is one of ours, ends: there won't be a candidate. */
export async function failHead(
  workspace: Workspace,
  { headSha, at, reason }: { readonly headSha: string; readonly at: FailedBefore; readonly reason: string },
): Promise<void> {
  const { store, forge, turns } = workspace;
  const known = await store.retrainings.byHead(forge.repository, headSha);
  if (!known) return;
  await turns(turnOf(workspace, known.model), async () => {
    const retraining = await store.retrainings.byHead(forge.repository, headSha);
    if (retraining?.state !== 'open' || retraining.ending) return;
    await end(
      workspace,
      retraining,
      await failure(workspace, retraining, { gates: [at], reasons: [reason] }),
    );
  });
}

/** Whoever calls has the model's turn. The retraining as it is now. */
export async function stepRetraining(workspace: Workspace, retraining: Retraining): Promise<Retraining> {
  if (retraining.ending) return finish(workspace, retraining, retraining.ending);
  return retraining.state === 'decided' ? prepare(workspace, retraining) : attend(workspace, retraining);
}

/** Data, commit, pull request. */
async function prepare(workspace: Workspace, retraining: Retraining): Promise<Retraining> {
  const advanced =
    Object.keys(retraining.locks).length > 0 ? retraining : await advance(workspace, retraining);
  if (advanced.ending || Object.keys(advanced.locks).length === 0) return advanced;
  const committed = advanced.head === '' ? await commit(workspace, advanced) : advanced;
  if (committed.head === '') return committed;

  const pullRequest = await workspace.forge.openPullRequest({
    branch: committed.branch,
    title: retrainingTitle(committed),
    body: await describeRetraining(workspace, committed),
  });
  return saved(workspace, { ...committed, pullRequest, state: 'open' });
}

async function advance(workspace: Workspace, retraining: Retraining): Promise<Retraining> {
  const { data, source } = workspace;
  const { model, base, from, to } = retraining;
  const config = await readModel(source, base, model);
  if (!data || !config) return retraining;
  const advanced = await data.advance({ config, commit: base, interval: { from, to } });
  switch (advanced.status) {
    case 'advanced':
      return saved(workspace, { ...retraining, locks: advanced.locks });
    case 'not-due':
      return retraining;
    case 'refused':
      return end(workspace, retraining, { ending: 'closed', reason: advanced.reason, failedGates: [] });
  }
}

async function commit(workspace: Workspace, retraining: Retraining): Promise<Retraining> {
  const { base, branch, locks } = retraining;
  try {
    const head = await workspace.forge.commitFiles({
      base,
      branch,
      files: locks,
      message: retrainingTitle(retraining),
    });
    return await saved(workspace, { ...retraining, head });
  } catch (error) {
    if (!(error instanceof MergewayError) || error.code !== 'MW_BRANCH_TAKEN') throw error;
    return end(workspace, retraining, { ending: 'closed', reason: error.message, failedGates: [] });
  }
}

/** Keeps the record in step with the pull request, and the pull request with its verdicts. */
async function attend(workspace: Workspace, retraining: Retraining): Promise<Retraining> {
  const pullRequest = await workspace.forge.pullRequest(retraining.pullRequest);
  if (pullRequest.merged) return merged(workspace, retraining);
  if (pullRequest.state === 'closed') {
    return saved(workspace, { ...retraining, state: 'closed', reason: 'it was closed by hand' });
  }
  if (pullRequest.head.sha !== retraining.head) {
    return waiting(workspace, retraining, 'somebody else pushed to its branch: people merge it, or close it');
  }
  return judged(workspace, retraining, pullRequest);
}

async function judged(
  workspace: Workspace,
  retraining: Retraining,
  pullRequest: PullRequest,
): Promise<Retraining> {
  const verdict = await headVerdict(workspace, retraining);
  switch (verdict.status) {
    case 'open':
      return retraining;
    case 'skipped':
      return waiting(workspace, retraining, 'no gate has anything to say: people merge it, or close it');
    case 'nothing':
      return end(workspace, retraining, {
        ending: 'closed',
        reason: 'the advanced data is the data that the model was trained on',
        failedGates: [],
      });
    case 'fail':
      return end(workspace, retraining, await failure(workspace, retraining, verdict));
    case 'pass':
      break;
  }
  const answer = await mergeWhenReady(workspace, {
    retraining,
    pullRequest,
    evaluations: verdict.evaluations,
  });
  switch (answer.status) {
    case 'merged':
      return merged(workspace, retraining);
    case 'superseded':
      return end(workspace, retraining, { ending: 'superseded', reason: answer.reason, failedGates: [] });
    case 'waits':
      return waiting(workspace, retraining, answer.reason);
  }
}

async function waiting(workspace: Workspace, retraining: Retraining, reason: string): Promise<Retraining> {
  return reason === retraining.reason ? retraining : saved(workspace, { ...retraining, reason });
}

async function merged(workspace: Workspace, retraining: Retraining): Promise<Retraining> {
  await workspace.forge.deleteBranch(retraining.branch, retraining.head);
  return saved(workspace, { ...retraining, state: 'merged', reason: 'it was merged' });
}

interface Ending {
  readonly ending: RetrainingEnd;
  readonly reason: string;
  readonly failedGates: readonly string[];
}

/** The second failure in a row for the same cause asks for a person. Data that came to no pull request in between says nothing of it. */
async function failure(
  { store }: Workspace,
  { repository, model, id }: Retraining,
  { gates, reasons }: { readonly gates: readonly string[]; readonly reasons: readonly string[] },
): Promise<Ending> {
  const history = await store.retrainings.of(repository, model, 100);
  const before = history.find((one) => one.id !== id && one.state !== 'superseded' && one.pullRequest > 0);
  const isSame = before?.state === 'closed' && before.failedGates.join('\n') === gates.join('\n');
  return { ending: isSame ? 'given-up' : 'closed', reason: reasons.join('; '), failedGates: gates };
}

async function end(workspace: Workspace, retraining: Retraining, ending: Ending): Promise<Retraining> {
  return finish(workspace, await saved(workspace, { ...retraining, ...ending }), ending.ending);
}

async function finish(
  workspace: Workspace,
  retraining: Retraining,
  state: RetrainingEnd,
): Promise<Retraining> {
  const { forge } = workspace;
  const { pullRequest, branch, head } = retraining;
  if (pullRequest > 0) {
    const marker = '<!-- mergeway:retraining-end -->';
    await forge.upsertComment(pullRequest, marker, `${farewell(retraining, state)}\n\n${marker}`);
    const { state: shown } = await forge.pullRequest(pullRequest);
    if (shown === 'open') await forge.closePullRequest(pullRequest);
    await forge.deleteBranch(branch, head);
  }
  return saved(workspace, { ...retraining, state });
}

function farewell({ model, reason, failedGates, to }: Retraining, state: RetrainingEnd): string {
  const gates = failedGates.map((gate) => escapeMarkdown(gate)).join(', ');
  const why = escapeMarkdown(reason, 2000);
  switch (state) {
    case 'superseded':
      return `**Closed:** ${why}. A new pull request follows from the present base, if the model still needs one.`;
    case 'given-up':
      return `**Closed, and nothing follows by itself.** The same failed twice in a row (${gates}): ${why}. Merge a change to \`${model}\`, or write \`/mergeway retrain ${model}\`.`;
    case 'closed':
      return gates === ''
        ? `**Closed:** ${why}.`
        : `**Closed:** it did not pass (${gates}): ${why}. What serves stays as it is; the next attempt needs data beyond ${instantText(to)}.`;
  }
}

async function saved(workspace: Workspace, retraining: Retraining): Promise<Retraining> {
  await workspace.store.retrainings.save(retraining);
  return retraining;
}
