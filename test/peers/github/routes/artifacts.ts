// Artifacts of workflow runs. A download is a redirect to an address that lives for a minute.
import { found, noContent, ok, paged, redirect } from '../http.ts';
import type { Artifact, Repository } from '../model.ts';
import { type RepositoryCall, repositoryRoute } from '../router.ts';
import { signPath } from '../signed-urls.ts';
import { viewArtifact } from '../views/actions.ts';

interface OfArtifact {
  readonly artifact_id: number;
}

interface ListInput {
  readonly name?: string;
}

export const artifactRoutes = [
  repositoryRoute<ListInput>('GET /actions/artifacts', 'actions:read', (call) => list(call, () => true)),

  repositoryRoute<ListInput & { run_id: number }>(
    'GET /actions/runs/{run_id}/artifacts',
    'actions:read',
    (call) => {
      const run = found(call.repository.runs.get(call.input.run_id));
      return list(call, (artifact) => artifact.run === run);
    },
  ),

  repositoryRoute<OfArtifact>('GET /actions/artifacts/{artifact_id}', 'actions:read', (call) =>
    ok(viewArtifact(call.hub, artifactOf(call.repository, call.input.artifact_id))),
  ),

  repositoryRoute<OfArtifact>(
    'DELETE /actions/artifacts/{artifact_id}',
    'actions:write',
    ({ repository, input }) => {
      repository.artifacts.delete(artifactOf(repository, input.artifact_id).id);
      return noContent();
    },
  ),

  repositoryRoute<OfArtifact & { archive_format: string }>(
    'GET /actions/artifacts/{artifact_id}/{archive_format}',
    'actions:read',
    ({ hub, repository, input }) => {
      const { id } = artifactOf(repository, input.artifact_id);
      found(input.archive_format === 'zip' || undefined);
      return redirect(hub.url + signPath(`/_storage/artifacts/${repository.fullName}/${id}.zip`));
    },
  ),
];

export function artifactOf(repository: Repository, id: number): Artifact {
  return found(repository.artifacts.get(id));
}

function list(
  { hub, repository, input, page }: RepositoryCall<ListInput>,
  among: (artifact: Artifact) => boolean,
) {
  const all = [...repository.artifacts.values()].filter(among).reverse();
  const chosen = all.filter(({ name }) => input.name === undefined || name === input.name);
  return paged(page, chosen, (artifacts, total_count) => ({
    total_count,
    artifacts: artifacts.map((artifact) => viewArtifact(hub, artifact)),
  }));
}
