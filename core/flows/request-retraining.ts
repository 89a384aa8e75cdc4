/**
 * A person asks for a retraining: no cool-down, budget or earlier failure stands against it, only that a model has one at a time. The
 * request is part of the decision's id, so that telling it again decides nothing twice.
 */

import { intervalName, intervalText } from '../intervals/instant.ts';
import type { Retraining } from '../ports/store.ts';
import { HISTORY } from '../retraining/budget.ts';
import { newRetraining } from './decide-retraining.ts';
import { stepRetraining } from './follow-retraining.ts';
import { readModel } from './policy.ts';
import { turnOf } from './watched-model.ts';
import type { Workspace } from './workspace.ts';

export interface RetrainingRequest {
  readonly model: string;
  /** GitHub login. */
  readonly by: string;
  /** Unique to the request. */
  readonly request: string;
}

/** Does it and says in a sentence what was done. */
export function requestRetraining(workspace: Workspace, asked: RetrainingRequest): Promise<string> {
  return workspace.turns(turnOf(workspace, asked.model), async () => {
    const { store, forge } = workspace;
    const history = await store.retrainings.of(forge.repository, asked.model, HISTORY);
    const mine = history.find(({ id }) => id.endsWith(`-${asked.request}`));
    if (mine) return describe(await carriedOn(workspace, mine));
    const open = history.find(({ state }) => state === 'decided' || state === 'open');
    if (open) {
      return `A retraining of \`${asked.model}\` is under way already: ${describe(await carriedOn(workspace, open))}`;
    }
    return decide(workspace, asked);
  });
}

async function decide(workspace: Workspace, { model, by, request }: RetrainingRequest): Promise<string> {
  const { source, forge, store, data } = workspace;
  if (!data) return 'This App has no data stores to take newer rows from: see docs/app.md.';
  const commit = await source.resolve(await forge.defaultBranch());
  const config = commit === undefined ? undefined : await readModel(source, commit, model);
  if (commit === undefined || !config) return `The default branch has no \`${model}\`.`;

  const newest = await data.newest({ config, commit });
  if (newest.status === 'not-due') return `There is no newer data for \`${model}\`: ${newest.reason}.`;
  const { interval } = newest;
  const id = `${model}/${intervalName(interval)}-${request}`;
  const decided = newRetraining(workspace, { id, model, commit, interval, because: [`@${by}`] });
  if (!(await store.retrainings.decide(decided))) return `A retraining of \`${model}\` is under way already.`;
  return describe(await stepRetraining(workspace, decided));
}

/** One that got stuck before its pull request has nothing to be closed: asking again is the way on. */
async function carriedOn(workspace: Workspace, retraining: Retraining): Promise<Retraining> {
  return retraining.state === 'decided' ? stepRetraining(workspace, retraining) : retraining;
}

function describe({ state, pullRequest, model, reason, from, to }: Retraining): string {
  const where = pullRequest > 0 ? `#${pullRequest}` : 'no pull request yet';
  if (state === 'decided' || state === 'open') {
    return `${where}, for \`${model}\` judged on ${intervalText({ from, to })}.`;
  }
  return `${where}; it ended: ${reason.replaceAll('`', "'")}.`;
}
