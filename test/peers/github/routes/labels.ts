// Labels; those that an issue names for the first time come into being, as on GitHub.
import { created, found, invalid, noContent, ok, paged } from '../http.ts';
import type { Issue, Label } from '../model.ts';
import { type RepositoryCall, repositoryRoute } from '../router.ts';
import { viewLabel, viewLabels } from '../views/issues.ts';

type Names = readonly (string | { readonly name?: string })[];

interface LabelInput {
  readonly name: string;
  readonly color?: string;
  readonly description?: string;
}

interface Numbered {
  readonly issue_number: number;
}

const GREY = 'ededed';
const SPEAK = ['issues:write', 'pull_requests:write'] as const;

export const labelRoutes = [
  repositoryRoute('GET /labels', 'issues:read', ({ hub, repository, page }) =>
    paged(page, [...repository.labels.values()], (list) =>
      list.map((label) => viewLabel(hub, repository, label)),
    ),
  ),

  repositoryRoute<LabelInput>('POST /labels', 'issues:write', (call) => {
    const { hub, repository, input } = call;
    if (repository.labels.has(input.name.toLowerCase()))
      throw invalid({ resource: 'Label', field: 'name', code: 'already_exists' });
    return created(viewLabel(hub, repository, add(call, input)));
  }),

  repositoryRoute<{ name: string }>('GET /labels/{name}', 'issues:read', ({ hub, repository, input }) =>
    ok(viewLabel(hub, repository, found(repository.labels.get(input.name.toLowerCase())))),
  ),

  repositoryRoute<Numbered>('GET /issues/{issue_number}/labels', 'issues:read', (call) => {
    const issue = issueOf(call);
    return paged(call.page, viewLabels(call.hub, call.repository, issue));
  }),

  repositoryRoute<Numbered & { labels?: Names }>('POST /issues/{issue_number}/labels', SPEAK, (call) => {
    const issue = issueOf(call);
    const names = namesOf(call.input.labels);
    ensureLabels(call, names);
    issue.labels = [...new Set([...issue.labels, ...names])];
    return ok(viewLabels(call.hub, call.repository, issue));
  }),

  repositoryRoute<Numbered & { name: string }>(
    'DELETE /issues/{issue_number}/labels/{name}',
    SPEAK,
    (call) => {
      const issue = issueOf(call);
      if (!issue.labels.includes(call.input.name)) return noContent();
      issue.labels = issue.labels.filter((name) => name !== call.input.name);
      return ok(viewLabels(call.hub, call.repository, issue));
    },
  ),
];

function issueOf({ repository, input }: RepositoryCall<Numbered>): Issue {
  return found(repository.issues.get(input.issue_number));
}

/** Labels are given by name or as objects with one. */
export function namesOf(labels: Names | undefined): string[] {
  return (labels ?? []).map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
}

export function ensureLabels(
  call: Pick<RepositoryCall, 'hub' | 'repository'>,
  names: readonly string[],
): void {
  for (const name of names) if (!call.repository.labels.has(name.toLowerCase())) add(call, { name });
}

function add({ hub, repository }: Pick<RepositoryCall, 'hub' | 'repository'>, input: LabelInput): Label {
  const { name, color = GREY, description = null } = input;
  const label = { id: hub.nextId(), name, color: color.replace('#', ''), description };
  repository.labels.set(name.toLowerCase(), label);
  return label;
}
