/** Deployment records, which people see on the pull request and in the repository's environments. */

import type { DeploymentState, NewDeployment } from '#core/ports/forge.ts';
import { Deployment, Ignored, WithId } from './answers.ts';
import type { Api } from './api.ts';
import { DESCRIPTION_LIMIT, shortenLine } from './limits.ts';

/** Exactly this commit: GitHub would merge the default branch into it, and wait for every check, unless told otherwise. */
export async function createDeployment(
  api: Api,
  { sha, environment, description, payload }: NewDeployment,
): Promise<number> {
  const created = await api.ask(WithId, 'POST /deployments', {
    ref: sha,
    environment,
    description: shortenLine(description, DESCRIPTION_LIMIT),
    payload,
    auto_merge: false,
    required_contexts: [],
  });
  return created.id;
}

/** Other deployments stay as they are: the champion is active while its canary is. */
export async function setDeployment(
  api: Api,
  id: number,
  {
    state,
    description,
    url,
  }: { readonly state: DeploymentState; readonly description: string; readonly url?: string },
): Promise<void> {
  await api.ask(Ignored, 'POST /deployments/{deployment_id}/statuses', {
    deployment_id: id,
    state,
    description: shortenLine(description, DESCRIPTION_LIMIT),
    auto_inactive: false,
    ...(url !== undefined && { log_url: url }),
  });
}

/** By commit, environment, payload and author: anybody with write access may make deployments, and only ours count. */
export async function findDeployment(
  api: Api,
  login: string,
  { sha, environment, payload }: Omit<NewDeployment, 'description'>,
): Promise<number | undefined> {
  const known = await api.all(Deployment, 'GET /deployments', { sha, environment, per_page: 100 });
  return known.find(
    (deployment) => deployment.creator?.login === login && isPayload(deployment.payload, payload),
  )?.id;
}

/** GitHub hands a payload back as an object, or as the text that it was sent as. */
function isPayload(received: unknown, payload: NewDeployment['payload']): boolean {
  const entries = Object.entries(typeof received === 'object' ? (received ?? {}) : parsed(received));
  return (
    entries.length === Object.keys(payload).length && entries.every(([key, value]) => payload[key] === value)
  );
}

function parsed(text: unknown): object {
  try {
    return Object(JSON.parse(String(text)));
  } catch {
    return {};
  }
}
