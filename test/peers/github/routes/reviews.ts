// Reviews of pull requests: enough for approvals that count towards a promotion.
import { requireRole } from '../access.ts';
import { invalid, ok, paged } from '../http.ts';
import type { Review } from '../model.ts';
import { refuseLong } from '../pulls.ts';
import { repositoryRoute } from '../router.ts';
import { viewReview } from '../views/pulls.ts';
import { pullOf } from './pulls.ts';

interface ReviewInput {
  readonly pull_number: number;
  readonly event?: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
  readonly body?: string;
  readonly commit_id?: string;
}

const STATE = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export const reviewRoutes = [
  repositoryRoute<{ pull_number: number }>(
    'GET /pulls/{pull_number}/reviews',
    'pull_requests:read',
    (call) => {
      const { hub, repository, page } = call;
      const issue = pullOf(repository, call.input.pull_number);
      return paged(page, issue.pull.reviews, (list) =>
        list.map((review) => viewReview(hub, repository, issue, review)),
      );
    },
  ),

  repositoryRoute<ReviewInput>('POST /pulls/{pull_number}/reviews', 'pull_requests:write', (call) => {
    const { hub, repository, user, input } = call;
    requireRole('read', repository, call.actor);
    const issue = pullOf(repository, input.pull_number);
    refuseLong(input.body, 'PullRequestReview');
    if (input.event === 'APPROVE' && issue.author.login === user.login)
      throw invalid({
        resource: 'PullRequestReview',
        code: 'custom',
        message: 'Can not approve your own pull request',
      });
    const review: Review = {
      id: hub.nextId(),
      author: user,
      body: input.body ?? '',
      state: STATE[input.event ?? 'COMMENT'],
      sha: input.commit_id ?? issue.pull.headSha,
      submittedAt: hub.now(),
    };
    issue.pull.reviews.push(review);
    return ok(viewReview(hub, repository, issue, review));
  }),
];
