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
  /** Markdown below the summary, as long again. */
  readonly text?: string;
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

/** One commit of ours on a branch of its own. */
export interface NewCommit {
  /** Commit that it stands on. */
  readonly base: string;
  readonly branch: string;
  /** Whole texts by path; every other file stays as the base has it. */
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
}

export interface NewPullRequest {
  readonly branch: string;
  readonly title: string;
  /** Markdown; the adapter shortens it to GitHub's 65,536 characters, visibly. */
  readonly body: string;
}

/** What people with write access said last of a pull request; its author and bots have no say. */
export interface Reviews {
  /** Logins of those who approved its present head. */
  readonly approvals: readonly string[];
  /** Logins of those who asked for changes, of whichever head. */
  readonly objections: readonly string[];
}

export interface MergeOrder {
  readonly number: number;
  /** Merged only while this is the head. */
  readonly head: string;
  readonly title: string;
  readonly message: string;
}

/** That it may not be merged (now) is an answer, not an error. */
export type MergeAnswer =
  | { readonly merged: true; readonly commit: string }
  | { readonly merged: false; readonly reason: string };

export interface Issue {
  /** An HTML comment that is part of the body: there is one issue of ours with it. */
  readonly marker: string;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
}

export interface Forge {
  /** `owner/name`. */
  readonly repository: string;
  defaultBranch(): Promise<string>;
  pullRequest(number: number): Promise<PullRequest>;
  /** Open pull requests whose head is this commit. */
  pullRequestsOf(headSha: string): Promise<readonly PullRequest[]>;
  /** Creates a comment. */
  comment(number: number, body: string): Promise<{ readonly url: string }>;
  /** Creates or updates the one comment of ours that carries `marker` (an HTML comment that is part of the body); matched by author too. */
  upsertComment(number: number, marker: string, body: string): Promise<{ readonly url: string }>;
  react(commentId: number, content: 'eyes' | '+1' | '-1' | 'confused' | 'rocket'): Promise<void>;
  /** Creates the check run of that name on the commit, or updates ours. */
  upsertCheck(check: CheckRun): Promise<{ readonly url: string }>;
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
  /** Makes the commit and a new branch at it, and returns its id. Asked again, the branch is found with that commit on it. Nothing is ever forced: MW_BRANCH_TAKEN when the branch holds another one. */
  commitFiles(commit: NewCommit): Promise<string>;
  /** Opens a pull request of ours from the branch into the default branch, or finds the one that it has, closed or not; its number. */
  openPullRequest(pullRequest: NewPullRequest): Promise<number>;
  reviews(number: number): Promise<Reviews>;
  /** Squashes a pull request into its base; one that is merged already was merged by this. */
  mergePullRequest(order: MergeOrder): Promise<MergeAnswer>;
  closePullRequest(number: number): Promise<void>;
  /** Deletes the branch while it is at this commit; somebody else's commit on it stays. */
  deleteBranch(branch: string, commit: string): Promise<void>;
  /** Opens the issue, or brings title, body and state of the one that is there up to date; its number, 0 when there is none to close. `known` is looked at first. */
  upsertIssue(issue: Issue, known?: number): Promise<number>;
}
