// Check runs. Only Apps make them; `GITHUB_TOKEN` counts as GitHub's own App.
import { type CheckInput, createCheck, updateCheck } from '../checks.ts';
import { latestChecks } from '../gate.ts';
import { resolve, resolveRef } from '../git.ts';
import { ApiError, created, found, invalid, ok, paged } from '../http.ts';
import type { Actor, App, CheckRun } from '../model.ts';
import { type RepositoryCall, repositoryRoute } from '../router.ts';
import { viewAnnotation, viewCheckRun } from '../views/checks.ts';

interface OfCheck {
  readonly check_run_id: number;
}

interface ListInput {
  readonly ref: string;
  readonly check_name?: string;
  readonly status?: string;
  readonly filter?: 'latest' | 'all';
  readonly app_id?: number;
}

export const checkRoutes = [
  repositoryRoute<CheckInput & { name: string; head_sha: string }>(
    'POST /check-runs',
    'none',
    async (call) => {
      const app = actingApp(call.actor);
      if (!(await resolve(call.repository.path, call.input.head_sha)))
        throw invalid(
          { resource: 'CheckRun', field: 'head_sha', code: 'invalid' },
          `No commit found for SHA: ${call.input.head_sha}`,
        );
      const check = createCheck(call, app, call.input);
      return created(viewCheckRun(call.hub, call.repository, check));
    },
  ),

  repositoryRoute<CheckInput & OfCheck>('PATCH /check-runs/{check_run_id}', 'none', (call) => {
    const app = actingApp(call.actor);
    const check = checkOf(call);
    updateCheck(call, app, check, call.input);
    return ok(viewCheckRun(call.hub, call.repository, check));
  }),

  repositoryRoute<OfCheck>('GET /check-runs/{check_run_id}', 'checks:read', (call) =>
    ok(viewCheckRun(call.hub, call.repository, checkOf(call))),
  ),

  repositoryRoute<OfCheck>('GET /check-runs/{check_run_id}/annotations', 'checks:read', (call) => {
    const { hub, repository, page } = call;
    const check = checkOf(call);
    return paged(page, check.annotations, (list) =>
      list.map((annotation) => viewAnnotation(hub, repository, check, annotation)),
    );
  }),

  repositoryRoute<ListInput>('GET /commits/{ref}/check-runs', 'checks:read', async (call) => {
    const { hub, repository, input, page } = call;
    const sha = found(await resolveRef(repository.path, input.ref));
    const all = [...repository.checkRuns.values()].filter(({ headSha }) => headSha === sha);
    const listed = input.filter === 'all' ? all : latestChecks(repository, sha);
    const chosen = listed.filter((check) => matches(check, input));
    return paged(page, chosen, (checks, total_count) => ({
      total_count,
      check_runs: checks.map((check) => viewCheckRun(hub, repository, check)),
    }));
  }),
];

function actingApp(actor: Actor): App {
  if (actor.kind !== 'installation') throw new ApiError(403, 'You must authenticate via a GitHub App.');
  if (actor.permissions.checks !== 'write') throw new ApiError(403, 'Resource not accessible by integration');
  return actor.app;
}

function checkOf({ repository, input }: RepositoryCall<OfCheck>): CheckRun {
  return found(repository.checkRuns.get(input.check_run_id));
}

function matches(check: CheckRun, { check_name, status, app_id }: ListInput): boolean {
  if (check_name !== undefined && check.name !== check_name) return false;
  if (status !== undefined && check.status !== status) return false;
  return app_id === undefined || check.app.id === app_id;
}
