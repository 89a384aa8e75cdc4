// One function per event: builds its payload and announces it. The payload gets repository, sender and installation on delivery.
import { isQuiet, userOf } from './auth.ts';
import type { Hub } from './hub.ts';
import type {
  Actor,
  CheckRun,
  Comment,
  Deployment,
  DeploymentStatus,
  Issue,
  Job,
  Repository,
  Run,
} from './model.ts';
import { viewJob, viewRun, viewWorkflow } from './views/actions.ts';
import { viewCheckRun, viewSuite } from './views/checks.ts';
import { viewDeployment, viewDeploymentStatus } from './views/deployments.ts';
import { viewComment, viewIssue } from './views/issues.ts';
import { viewFullPull } from './views/pulls.ts';

/** Where something happened and by whom. */
export interface Scene {
  readonly hub: Hub;
  readonly repository: Repository;
  readonly actor: Actor;
}

interface Event {
  readonly name: string;
  readonly action?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Starts workflows even when a `GITHUB_TOKEN` caused it. */
  readonly loud?: boolean;
}

function announce({ hub, repository, actor }: Scene, event: Event): void {
  const { name, action, payload, loud = false } = event;
  hub.announce({
    repository,
    name,
    ...(action && { action }),
    payload: { ...(action && { action }), ...payload },
    sender: userOf(hub, actor),
    quiet: isQuiet(actor) && !loud,
  });
}

export async function pullHappened(
  scene: Scene,
  action: 'opened' | 'synchronize' | 'closed' | 'reopened' | 'edited',
  issue: Issue,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  if (!issue.pull) return;
  const pull = await viewFullPull(scene.hub, scene.repository, issue, issue.pull);
  announce(scene, {
    name: 'pull_request',
    action,
    payload: { number: issue.number, pull_request: pull, ...more },
  });
}

export function commentHappened(
  scene: Scene,
  action: 'created' | 'edited' | 'deleted',
  comment: Comment,
): void {
  const { hub, repository } = scene;
  const issue = repository.issues.get(comment.issue);
  if (!issue) return;
  announce(scene, {
    name: 'issue_comment',
    action,
    payload: { issue: viewIssue(hub, repository, issue), comment: viewComment(hub, repository, comment) },
  });
}

export function issueHappened(
  scene: Scene,
  action: 'opened' | 'closed' | 'reopened' | 'edited',
  issue: Issue,
): void {
  announce(scene, {
    name: 'issues',
    action,
    payload: { issue: viewIssue(scene.hub, scene.repository, issue) },
  });
}

export function checkHappened(
  scene: Scene,
  action: 'created' | 'completed' | 'requested_action' | 'rerequested',
  check: CheckRun,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const { hub, repository } = scene;
  const view = { ...viewCheckRun(hub, repository, check), check_suite: viewSuite(hub, repository, check) };
  announce(scene, { name: 'check_run', action, payload: { check_run: view, ...more } });
}

export function deploymentHappened(scene: Scene, deployment: Deployment): void {
  const view = viewDeployment(scene.hub, scene.repository, deployment);
  announce(scene, {
    name: 'deployment',
    action: 'created',
    payload: { deployment: view, workflow: null, workflow_run: null },
  });
}

export function deploymentStatusHappened(
  scene: Scene,
  deployment: Deployment,
  status: DeploymentStatus,
): void {
  const { hub, repository } = scene;
  announce(scene, {
    name: 'deployment_status',
    action: 'created',
    payload: {
      deployment: viewDeployment(hub, repository, deployment),
      deployment_status: viewDeploymentStatus(hub, repository, deployment, status),
      check_run: null,
      workflow: null,
      workflow_run: null,
    },
  });
}

export function runHappened(scene: Scene, action: 'requested' | 'in_progress' | 'completed', run: Run): void {
  const { hub, repository } = scene;
  const workflow = { ...run.workflow, createdAt: run.createdAt };
  announce(scene, {
    name: 'workflow_run',
    action,
    payload: {
      workflow_run: viewRun(hub, run),
      workflow: viewWorkflow(hub, repository, workflow),
    },
  });
}

export function jobHappened(scene: Scene, action: 'queued' | 'in_progress' | 'completed', job: Job): void {
  announce(scene, { name: 'workflow_job', action, payload: { workflow_job: viewJob(scene.hub, job) } });
}

/** The two events that a `GITHUB_TOKEN` may start workflows with. */
export function dispatchHappened(scene: Scene, eventType: string, clientPayload: unknown): void {
  announce(scene, {
    name: 'repository_dispatch',
    action: eventType,
    payload: { branch: scene.repository.defaultBranch, client_payload: clientPayload },
    loud: true,
  });
}

export function refHappened(
  scene: Scene,
  name: 'push' | 'create' | 'delete',
  payload: Record<string, unknown>,
): void {
  announce(scene, { name, payload });
}
