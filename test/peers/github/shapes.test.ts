// Every operation is one of GitHub's, and what it answers has the shape that GitHub's description gives it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { routes } from './routes/index.ts';
import { Schema } from './schema.ts';
import { at, world } from './testing.ts';

test('the description holds the operations that are served, no more and no less', () => {
  const served = routes.map(({ method, path }) => `${method} ${path}`).sort();

  assert.deepEqual(Schema.load().operationNames().sort(), served);
});

test('an answer with a missing field is found', () => {
  const problems = Schema.load().checkResponse('GET', '/repos/{owner}/{repo}/git/ref/{ref}', 200, {
    ref: 'refs/x',
  });

  assert.ok(
    problems.some((problem) => problem.includes('object')),
    problems.join('\n'),
  );
});

test('reading and writing everything once breaks no promise of the description', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'models/a.txt': 'one\n', '.github/workflows/on.yml': WORKFLOW });
  await w.github.idle();
  const app = (await w.asApp()).rest;
  const ada = w.as('ada').rest;
  const pull = { ...at, pull_number: number };
  const issue = { ...at, issue_number: number };
  const { data: head } = await app.pulls.get(pull);

  await ada.pulls.list({ ...at, head: 'acme:feature', per_page: 1 });
  await ada.pulls.update({ ...pull, title: 'Better' });
  await ada.pulls.listFiles(pull);
  await ada.pulls.listCommits(pull);
  await w.as('bob').rest.pulls.createReview({ ...pull, event: 'APPROVE', body: 'good' });
  await ada.pulls.listReviews(pull);

  const comment = await app.issues.createComment({ ...issue, body: 'report' });
  const at_comment = { ...at, comment_id: comment.data.id };
  await app.issues.updateComment({ ...at_comment, body: 'report, again' });
  await app.issues.getComment(at_comment);
  await app.issues.listComments(issue);
  const reaction = await app.reactions.createForIssueComment({ ...at_comment, content: 'eyes' });
  await app.reactions.listForIssueComment(at_comment);
  await app.reactions.deleteForIssueComment({ ...at_comment, reaction_id: reaction.data.id });
  await app.issues.deleteComment(at_comment);

  const alarm = await app.issues.create({ ...at, title: 'Drift', body: 'psi .3', labels: ['mergeway'] });
  const of_alarm = { ...at, issue_number: alarm.data.number };
  await app.issues.get(of_alarm);
  await app.issues.addLabels({ ...of_alarm, labels: ['drift'] });
  await app.issues.listLabelsOnIssue(of_alarm);
  await app.issues.removeLabel({ ...of_alarm, name: 'drift' });
  await app.issues.listForRepo({ ...at, labels: 'mergeway' });
  await app.issues.update({ ...of_alarm, state: 'closed', state_reason: 'completed' });
  await app.issues.createLabel({ ...at, name: 'canary', color: 'ff0000' });
  await app.issues.listLabelsForRepo(at);
  await app.issues.getLabel({ ...at, name: 'canary' });

  const check = await app.checks.create({ ...at, name: 'gate', head_sha: head.head.sha, output: OUTPUT });
  const of_check = { ...at, check_run_id: check.data.id };
  await app.checks.update({ ...of_check, status: 'completed', conclusion: 'action_required' });
  await app.checks.get(of_check);
  await app.checks.listAnnotations(of_check);
  await app.checks.listForRef({ ...at, ref: 'heads/feature', check_name: 'gate' });

  const made = await app.repos.createDeployment({
    ...at,
    ref: head.head.sha,
    auto_merge: false,
    required_contexts: [],
  });
  assert.ok('id' in made.data);
  const of_deployment = { ...at, deployment_id: made.data.id };
  await app.repos.createDeploymentStatus({ ...of_deployment, state: 'success', description: '5 %' });
  await app.repos.listDeployments(at);
  await app.repos.getDeployment(of_deployment);
  await app.repos.listDeploymentStatuses(of_deployment);

  const tag = await app.git.createTag({
    ...at,
    tag: 'm@v1',
    message: 'gto',
    object: head.head.sha,
    type: 'commit',
  });
  await app.git.getTag({ ...at, tag_sha: tag.data.sha });
  await app.git.createRef({ ...at, ref: 'refs/tags/m@v1', sha: tag.data.sha });
  await app.git.getRef({ ...at, ref: 'tags/m@v1' });
  await app.git.listMatchingRefs({ ...at, ref: 'tags/m@' });
  await app.git.createRef({ ...at, ref: 'refs/heads/other', sha: head.base.sha });
  await app.git.updateRef({ ...at, ref: 'heads/other', sha: head.head.sha });
  await app.git.deleteRef({ ...at, ref: 'heads/other' });
  const commit = await app.git.getCommit({ ...at, commit_sha: head.head.sha });
  const tree = await app.git.getTree({ ...at, tree_sha: commit.data.tree.sha, recursive: '1' });
  const entry = { path: 'models/a.txt', mode: '100644', type: 'blob', content: 'two\n' } as const;
  const changed = await app.git.createTree({ ...at, base_tree: commit.data.tree.sha, tree: [entry] });
  const message = 'Change one file';
  await app.git.createCommit({ ...at, message, tree: changed.data.sha, parents: [head.head.sha] });
  const file = tree.data.tree.find(({ path }) => path === 'models/a.txt');
  await app.git.getBlob({ ...at, file_sha: file?.sha ?? '' });
  await app.repos.getContent({ ...at, path: 'models/a.txt', ref: 'feature' });
  await app.repos.getContent({ ...at, path: 'models', ref: 'feature' });
  await app.repos.getContent({ ...at, path: '' });

  await app.repos.get(at);
  await app.repos.listCommits({ ...at, sha: 'feature', path: 'models' });
  await app.repos.getCommit({ ...at, ref: 'feature' });
  await app.repos.getCombinedStatusForRef({ ...at, ref: 'feature' });
  await app.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...feature' });
  await app.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: head.head.sha });
  await app.repos.listBranches(at);
  await app.repos.getBranch({ ...at, branch: 'feature' });
  await app.repos.listTags(at);
  await app.repos.getCollaboratorPermissionLevel({ ...at, username: 'ada' });
  await app.repos.checkCollaborator({ ...at, username: 'ada' });
  await app.repos.createDispatchEvent({ ...at, event_type: 'retrain' });

  const runs = await app.actions.listWorkflowRunsForRepo(at);
  const run_id = runs.data.workflow_runs[0]?.id ?? 0;
  await app.actions.getWorkflowRun({ ...at, run_id });
  const jobs = await app.actions.listJobsForWorkflowRun({ ...at, run_id });
  await app.actions.getJobForWorkflowRun({ ...at, job_id: jobs.data.jobs[0]?.id ?? 0 });
  const artifacts = await app.actions.listWorkflowRunArtifacts({ ...at, run_id });
  const artifact_id = artifacts.data.artifacts[0]?.id ?? 0;
  await app.actions.getArtifact({ ...at, artifact_id });
  await app.actions.listArtifactsForRepo({ ...at, name: 'data' });
  await app.actions.downloadArtifact({ ...at, artifact_id, archive_format: 'zip' });
  await app.actions.deleteArtifact({ ...at, artifact_id });

  await ada.pulls.merge({ ...pull, merge_method: 'squash' });
  await ada.pulls.checkIfMerged(pull);
  await app.actions.listRepoWorkflows(at);
  const workflow = { ...at, workflow_id: 'on.yml' };
  await app.actions.getWorkflow(workflow);
  await app.actions.createWorkflowDispatch({ ...workflow, ref: 'main' });
  await app.actions.listWorkflowRuns(workflow);

  const jwt = w.asJwt().rest;
  await jwt.apps.getAuthenticated();
  const installations = await jwt.apps.listInstallations();
  const installation_id = installations.data[0]?.id ?? 0;
  await jwt.apps.getInstallation({ installation_id });
  await jwt.apps.createInstallationAccessToken({ installation_id, permissions: { checks: 'write' } });
  await app.apps.listReposAccessibleToInstallation();
  await w.github.idle();
  const deliveries = await jwt.apps.listWebhookDeliveries({ per_page: 3 });
  await jwt.apps.getWebhookDelivery({ delivery_id: deliveries.data[0]?.id ?? 0 });
  await ada.users.getAuthenticated();
  await ada.users.getByUsername({ username: 'bob' });
  await ada.rateLimit.get();
  await w.github.idle();

  assert.deepEqual(w.github.violations, []);
});

const WORKFLOW = `
name: Data
on: {pull_request: , workflow_dispatch: }
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - run: echo 1 > data.csv
      - uses: actions/upload-artifact@v6
        with: {name: data, path: data.csv}
`;

const OUTPUT = {
  title: 'Could not tell',
  summary: 'too few rows',
  annotations: [
    { path: 'a.txt', start_line: 1, end_line: 1, annotation_level: 'warning' as const, message: 'look here' },
  ],
};
