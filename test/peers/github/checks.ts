// Check runs: made and changed here, by the checks routes and by the jobs of workflow runs.
import { checkHappened, type Scene } from './happenings.ts';
import { ApiError, type FieldError, invalid } from './http.ts';
import type { Hub } from './hub.ts';
import type { Annotation, App, CheckRun, Repository } from './model.ts';

const MAX_OUTPUT_CHARACTERS = 65_535;
const MAX_ANNOTATIONS = 50;
const MAX_ACTIONS = 3;

/** What may be said about a check run, in the API's own words. */
export interface CheckInput {
  readonly name?: string;
  readonly status?: string;
  readonly conclusion?: string;
  readonly started_at?: string;
  readonly completed_at?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly text?: string;
    readonly annotations?: readonly Annotation[];
  };
  readonly actions?: CheckRun['actions'];
}

export function createCheck(
  scene: Scene,
  app: App,
  input: CheckInput & { readonly name: string; readonly head_sha: string },
): CheckRun {
  refuseOversized(input);
  const { hub, repository } = scene;
  const check: CheckRun = {
    id: hub.nextId(),
    suite: suiteOf(hub, repository, input.head_sha, app),
    app,
    headSha: input.head_sha,
    name: input.name,
    status: 'queued',
    conclusion: null,
    startedAt: hub.now(),
    completedAt: null,
    detailsUrl: null,
    externalId: '',
    title: null,
    summary: null,
    text: null,
    actions: [],
    annotations: [],
  };
  apply(hub, check, input);
  repository.checkRuns.set(check.id, check);
  checkHappened(scene, 'created', check);
  if (check.status === 'completed') checkHappened(scene, 'completed', check);
  return check;
}

/** Only the App that made a check run may change it. */
export function updateCheck(scene: Scene, app: App, check: CheckRun, input: CheckInput): void {
  if (check.app.id !== app.id)
    throw new ApiError(
      403,
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  refuseOversized(input);
  const wasCompleted = check.status === 'completed';
  apply(scene.hub, check, input);
  if (check.status === 'completed' && !wasCompleted) checkHappened(scene, 'completed', check);
}

function refuseOversized({ output, actions }: CheckInput): void {
  if ((output?.annotations?.length ?? 0) > MAX_ANNOTATIONS)
    throw tooMuch('annotations', `Only ${MAX_ANNOTATIONS} annotations can be added per request.`);
  for (const field of ['summary', 'text'] as const)
    if ((output?.[field]?.length ?? 0) > MAX_OUTPUT_CHARACTERS)
      throw tooMuch(
        field,
        `Only ${MAX_OUTPUT_CHARACTERS} characters are allowed; ${output?.[field]?.length} were supplied.`,
      );
  if ((actions?.length ?? 0) > MAX_ACTIONS)
    throw tooMuch('actions', `Only ${MAX_ACTIONS} actions are allowed.`);
}

function tooMuch(field: string, message: string): ApiError {
  const error: FieldError = { resource: 'CheckRun', field, code: 'invalid', message };
  return invalid(error, `Invalid request.\n\n${message}`);
}

function apply(hub: Hub, check: CheckRun, input: CheckInput): void {
  const { output } = input;
  if (input.name !== undefined) check.name = input.name;
  if (input.status !== undefined) check.status = input.status;
  if (input.details_url !== undefined) check.detailsUrl = input.details_url;
  if (input.external_id !== undefined) check.externalId = input.external_id;
  if (input.started_at !== undefined) check.startedAt = input.started_at;
  if (input.actions !== undefined) check.actions = input.actions;
  if (output?.title !== undefined) check.title = output.title;
  if (output?.summary !== undefined) check.summary = output.summary;
  if (output?.text !== undefined) check.text = output.text;
  check.annotations.push(...(output?.annotations ?? []));
  if (input.conclusion !== undefined) conclude(hub, check, input);
}

/** A conclusion completes the run, with or without `status: completed`. */
function conclude(hub: Hub, check: CheckRun, { conclusion, completed_at }: CheckInput): void {
  check.status = 'completed';
  check.conclusion = conclusion ?? null;
  check.completedAt = completed_at ?? hub.now();
}

/** Each App has one suite per commit. */
export function suiteOf(hub: Hub, repository: Repository, sha: string, app: App): number {
  for (const suite of repository.suites.values())
    if (suite.sha === sha && suite.app.id === app.id) return suite.id;
  const id = hub.nextId();
  repository.suites.set(id, { id, sha, app });
  return id;
}
