// Issues; pull requests are issues too and appear here with a `pull_request` key.
import { requireRole } from '../access.ts';
import { issueHappened } from '../happenings.ts';
import { created, found, ok, paged } from '../http.ts';
import type { Issue } from '../model.ts';
import { close, type IssueInput, newIssue, refuseLong, reopen } from '../pulls.ts';
import { repositoryRoute } from '../router.ts';
import { viewIssue } from '../views/issues.ts';
import { ensureLabels, namesOf } from './labels.ts';

interface Numbered {
  readonly issue_number: number;
}

interface ListInput {
  readonly state?: 'open' | 'closed' | 'all';
  readonly labels?: string;
  readonly creator?: string;
  readonly direction?: 'asc' | 'desc';
}

interface ChangeInput extends Numbered {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly state_reason?: string | null;
  readonly labels?: readonly (string | { name?: string })[];
}

export const issueRoutes = [
  repositoryRoute<ListInput>('GET /issues', 'issues:read', ({ hub, repository, input, page }) => {
    const all = [...repository.issues.values()].filter((issue) => matches(issue, input));
    const ordered = input.direction === 'asc' ? all : all.reverse();
    return paged(page, ordered, (issues) => issues.map((issue) => viewIssue(hub, repository, issue)));
  }),

  repositoryRoute<IssueInput>('POST /issues', 'issues:write', (call) => {
    const labels = namesOf(call.input.labels);
    ensureLabels(call, labels);
    const issue = newIssue(call, { ...call.input, labels });
    issueHappened(call, 'opened', issue);
    return created(viewIssue(call.hub, call.repository, issue));
  }),

  repositoryRoute<Numbered>('GET /issues/{issue_number}', ['issues:read', 'pull_requests:read'], (call) =>
    ok(viewIssue(call.hub, call.repository, found(call.repository.issues.get(call.input.issue_number)))),
  ),

  repositoryRoute<ChangeInput>(
    'PATCH /issues/{issue_number}',
    ['issues:write', 'pull_requests:write'],
    async (call) => {
      const { hub, repository, input } = call;
      const issue = found(repository.issues.get(input.issue_number));
      if (call.user.login !== issue.author.login) requireRole('triage', repository, call.actor);
      refuseLong(input.body, 'Issue');
      change(issue, input);
      issue.updatedAt = hub.now();
      if (input.labels) {
        issue.labels = namesOf(input.labels);
        ensureLabels(call, issue.labels);
      }
      if (input.state === 'closed' && issue.state === 'open') await close(call, issue);
      if (input.state === 'open' && issue.state === 'closed') await reopen(call, issue);
      return ok(viewIssue(hub, repository, issue));
    },
  ),
];

function matches(issue: Issue, { state = 'open', labels, creator }: ListInput): boolean {
  if (state !== 'all' && issue.state !== state) return false;
  if (creator !== undefined && issue.author.login !== creator) return false;
  const wanted = labels?.split(',') ?? [];
  return wanted.every((label) => issue.labels.includes(label));
}

function change(issue: Issue, { title, body, state_reason }: ChangeInput): void {
  if (title !== undefined) issue.title = title;
  if (body !== undefined) issue.body = body;
  if (state_reason !== undefined) issue.stateReason = state_reason;
}
