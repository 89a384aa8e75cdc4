// What the steps of one job share, and what the steps of one list (the job's, or a composite action's) share.
import type { Hub } from '../hub.ts';
import type { Grants, Job, Repository } from '../model.ts';
import { basePath, runnerVariables } from './environment.ts';
import type { Situation } from './expressions.ts';
import { hashFiles } from './globs.ts';
import type { Grounds } from './grounds.ts';
import type { Masks } from './log.ts';
import type { Processes } from './process.ts';

/** What all runs share. */
export interface Services {
  readonly hub: Hub;
  readonly folder: string;
  readonly toolCache: string;
  /** The folder that `uses: <actionsRepository>…` is taken from. */
  readonly actionsCheckout: string;
  readonly actionsRepository: string;
  readonly runnerEnv: Readonly<Record<string, string>>;
  /** At most so many jobs run at once; the rest queue. */
  readonly slots: { enter(): Promise<() => void> };
}

export interface Session {
  readonly services: Services;
  readonly repository: Repository;
  readonly job: Job;
  readonly grounds: Grounds;
  readonly masks: Masks;
  readonly processes: Processes;
  readonly token: string;
  readonly grants: Grants;
  readonly github: Readonly<Record<string, unknown>>;
  /** `vars`, `secrets`, `needs`, `matrix`, `strategy` and the run's `inputs`. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly defaults: {
    readonly shell?: string | undefined;
    readonly 'working-directory'?: string | undefined;
  };
  readonly signal: AbortSignal;
  /** The workflow's and the job's `env`, and what steps wrote to GITHUB_ENV. */
  readonly env: Record<string, string>;
  /** What steps wrote to GITHUB_PATH, the newest first. */
  readonly path: string[];
  readonly isCancelled: () => boolean;
}

export interface StepResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: 'success' | 'failure' | 'skipped' | 'cancelled';
  readonly conclusion: 'success' | 'failure' | 'skipped' | 'cancelled';
}

export interface Scope {
  readonly steps: Record<string, StepResult>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the composite action whose steps these are. */
  readonly actionPath?: string;
  failed: boolean;
}

/** The situation in which a step's expressions are evaluated. */
export function situationOf(session: Session, scope: Scope, stepEnv: Record<string, string> = {}): Situation {
  const { grounds, github, contexts, job } = session;
  const status = { failed: scope.failed, cancelled: session.isCancelled() };
  const variables = runnerVariables(grounds);
  return {
    status,
    hashFiles: (patterns) => hashFiles(grounds.workspace, patterns),
    contexts: {
      ...contexts,
      github: { ...github, ...(scope.actionPath && { action_path: scope.actionPath }) },
      env: { ...session.env, ...scope.env, ...stepEnv },
      steps: scope.steps,
      inputs: scope.inputs,
      job: {
        status: status.cancelled ? 'cancelled' : status.failed ? 'failure' : 'success',
        check_run_id: job.check.id,
      },
      runner: {
        os: variables.RUNNER_OS,
        arch: variables.RUNNER_ARCH,
        name: variables.RUNNER_NAME,
        temp: grounds.temp,
        tool_cache: grounds.toolCache,
        environment: variables.RUNNER_ENVIRONMENT,
      },
    },
  };
}

/** PATH with what steps added before it. */
export function pathOf(session: Session): string {
  return [...session.path, basePath()].join(':');
}
