// Who am I, who is that, and how much may I still ask. The stand-in never runs out of requests.
import { ApiError, found, ok } from '../http.ts';
import { route } from '../router.ts';
import { viewFullUser } from '../views/users.ts';

/** An installation's allowance per hour. */
const LIMIT = 5000;

export const userRoutes = [
  route('GET /user', 'none', ({ hub, actor }) => {
    if (actor.kind === 'installation') throw new ApiError(403, 'Resource not accessible by integration');
    if (actor.kind !== 'user') throw new ApiError(401, 'Requires authentication');
    return ok(viewFullUser(hub, actor.user));
  }),

  route<{ username: string }>('GET /users/{username}', 'none', ({ hub, input }) =>
    ok(viewFullUser(hub, found(hub.users.get(input.username.toLowerCase())))),
  ),

  route('GET /rate_limit', 'none', () => {
    const rate = { limit: LIMIT, used: 0, remaining: LIMIT, reset: Math.floor(Date.now() / 1000) + 3600 };
    const resources = { core: rate, search: rate, graphql: rate, actions_runner_registration: rate };
    return ok({ resources, rate });
  }),
];
