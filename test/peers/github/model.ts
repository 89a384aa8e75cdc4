// The nouns that the stand-in keeps in memory. Git objects and refs are not here: they live in bare repositories on disk.
import type { KeyObject } from 'node:crypto';

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read';
export type Grant = 'read' | 'write' | 'admin';
/** What an App, an installation token or a `GITHUB_TOKEN` may do, by GitHub's permission names. */
export type Grants = Readonly<Record<string, Grant>>;

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: User;
  readonly bot: User;
  readonly installationId: number;
  readonly permissions: Grants;
  readonly events: readonly string[];
  readonly publicKey?: KeyObject;
  readonly webhook?: { readonly url: string; readonly secret: string };
}

/** Who is asking. An installation is an App's token, or the `GITHUB_TOKEN` of one job. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'app'; readonly app: App }
  | {
      readonly kind: 'installation';
      readonly app: App;
      readonly permissions: Grants;
      /** Ids of the repositories it reaches; undefined is all of the installation. */
      readonly repositories?: ReadonlySet<number>;
      readonly expiresAt: number;
      /** The job whose `GITHUB_TOKEN` it is. */
      readonly job?: Job;
    };

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly author: User;
  readonly createdAt: string;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  updatedAt: string;
  closedAt: string | null;
  labels: string[];
  pull?: Pull;
}

export interface Pull {
  readonly id: number;
  readonly headRef: string;
  readonly draft: boolean;
  baseRef: string;
  headSha: string;
  baseSha: string;
  /** The test merge while open, the real one afterwards. */
  mergeSha: string | null;
  merged?: { readonly at: string; readonly by: User };
  readonly reviews: Review[];
}

export interface Review {
  readonly id: number;
  readonly author: User;
  readonly body: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  readonly sha: string;
  readonly submittedAt: string;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly author: User;
  readonly app: App | null;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
  readonly reactions: Reaction[];
}

export interface Reaction {
  readonly id: number;
  readonly user: User;
  readonly content: string;
  readonly createdAt: string;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: string;
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: number;
  readonly app: App;
  readonly headSha: string;
  name: string;
  status: string;
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  detailsUrl: string | null;
  externalId: string;
  title: string | null;
  summary: string | null;
  text: string | null;
  actions: readonly { readonly label: string; readonly description: string; readonly identifier: string }[];
  readonly annotations: Annotation[];
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string | null;
  readonly creator: User;
  readonly app: App | null;
  readonly createdAt: string;
  readonly transient: boolean;
  readonly production: boolean;
  updatedAt: string;
  readonly statuses: DeploymentStatus[];
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly creator: User;
  readonly app: App | null;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: string;
}

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly run: Run;
  readonly job: string;
  readonly file: string;
  readonly size: number;
  readonly digest: string;
  readonly createdAt: string;
}

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped' | 'timed_out';

export interface Step {
  readonly number: number;
  name: string;
  readonly log: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
}

export interface Job {
  readonly id: number;
  readonly key: string;
  readonly run: Run;
  readonly needs: readonly string[];
  readonly labels: readonly string[];
  readonly check: CheckRun;
  readonly steps: Step[];
  readonly summaries: string[];
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  outputs: Readonly<Record<string, string>>;
  createdAt: string;
  startedAt: string | null;
  completedAt: string | null;
}

export interface Run {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly workflow: { readonly id: number; readonly path: string; readonly name: string };
  readonly title: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly actor: User;
  readonly ref: string;
  /** `GITHUB_SHA`: what a checkout without `ref` gets. */
  readonly sha: string;
  /** What the API shows as the run's head. */
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly pull: Issue | null;
  readonly suite: number;
  /** How many runs led to this one by `workflow_run`. */
  readonly chain: number;
  readonly createdAt: string;
  readonly jobs: Job[];
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  updatedAt: string;
  startedAt: string;
  error: string | null;
}

export interface Environment {
  readonly id: number;
  readonly variables: Map<string, string>;
  readonly secrets: Map<string, string>;
}

export interface Repository {
  readonly id: number;
  readonly owner: User;
  readonly name: string;
  readonly fullName: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  /** The bare repository on disk. */
  readonly path: string;
  readonly createdAt: string;
  readonly installed: boolean;
  readonly collaborators: Map<string, Role>;
  /** Refs as last announced; what differs on disk is a push that nobody has heard of. */
  readonly refs: Map<string, string>;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly labels: Map<string, Label>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly suites: Map<number, { readonly id: number; readonly sha: string; readonly app: App }>;
  readonly deployments: Map<number, Deployment>;
  readonly workflows: Map<string, { readonly id: number; readonly path: string; readonly createdAt: string }>;
  readonly runs: Map<number, Run>;
  readonly artifacts: Map<number, Artifact>;
  /** Required check names by branch. */
  readonly protections: Map<string, readonly string[]>;
  readonly variables: Map<string, string>;
  readonly secrets: Map<string, string>;
  readonly environments: Map<string, Environment>;
  pushedAt: string;
  lastNumber: number;
}

/** Something that happened: becomes a webhook for the App, and may start workflows. */
export interface Happening {
  readonly repository: Repository;
  readonly name: string;
  readonly action?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly sender: User;
  /** What a `GITHUB_TOKEN` does starts no workflows, dispatches aside. */
  readonly quiet: boolean;
}
