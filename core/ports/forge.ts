/** The place where pull requests live: GitHub. All for one repository. */

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly author: string;
  readonly head: { readonly sha: string; readonly ref: string; readonly repository: string };
  readonly base: { readonly sha: string; readonly ref: string };
  readonly mergeCommit?: string;
}

export type Conclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

export interface CheckRun {
  readonly name: string;
  readonly headSha: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  /** Needed when completed. */
  readonly conclusion?: Conclusion;
  readonly title: string;
  /** Markdown; the adapter shortens it to GitHub's 65,535 characters, visibly. */
  readonly summary: string;
  readonly detailsUrl?: string;
}

export interface WorkflowRun {
  readonly id: number;
  /** Path of the workflow file, such as `.github/workflows/mergeway-train.yml`. */
  readonly path: string;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly headRepository: string;
  readonly status: string;
  readonly conclusion?: string;
  readonly url: string;
}

export interface RunArtifact {
  readonly id: number;
  readonly name: string;
  /** Bytes of the zip. */
  readonly size: number;
}

export type Permission = 'admin' | 'write' | 'read' | 'none';

export type DeploymentState =
  | 'in_progress'
  | 'success'
  | 'failure'
  | 'error'
  | 'inactive'
  | 'queued'
  | 'pending';

export interface NewDeployment {
  readonly sha: string;
  readonly environment: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, string>>;
}

export interface Forge {
  /** `owner/name`. */
  readonly repository: string;
  defaultBranch(): Promise<string>;
  pullRequest(number: number): Promise<PullRequest>;
  /** Open pull requests whose head is this commit. */
  pullRequestsOf(headSha: string): Promise<readonly PullRequest[]>;
  /** Creates a comment. */
  comment(number: number, body: string): Promise<void>;
  /** Creates or updates the one comment of ours that carries `marker` (an HTML comment that is part of the body); matched by author too. */
  upsertComment(number: number, marker: string, body: string): Promise<{ readonly url: string }>;
  react(commentId: number, content: 'eyes' | '+1' | '-1' | 'confused' | 'rocket'): Promise<void>;
  /** Creates the check run of that name on the commit, or updates ours. */
  upsertCheck(check: CheckRun): Promise<void>;
  permission(user: string): Promise<Permission>;
  run(id: number): Promise<WorkflowRun>;
  artifacts(runId: number): Promise<readonly RunArtifact[]>;
  /** The artifact's zip, refused above `maxBytes`. MW_ARTIFACT_TOO_LARGE. */
  downloadArtifact(id: number, maxBytes: number): Promise<Uint8Array>;
  /** Starts a workflow on the default branch and returns its run id. */
  dispatch(workflow: string, inputs: Readonly<Record<string, string>>): Promise<number>;
  createDeployment(deployment: NewDeployment): Promise<number>;
  /** The deployment of ours that has this commit, environment and payload; undefined when there is none. */
  findDeployment(deployment: Omit<NewDeployment, 'description'>): Promise<number | undefined>;
  setDeployment(
    id: number,
    status: { readonly state: DeploymentState; readonly description: string; readonly url?: string },
  ): Promise<void>;
}
