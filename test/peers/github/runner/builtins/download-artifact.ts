// actions/download-artifact: of this run, or with `run-id` and `github-token` of another one.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import picomatch from 'picomatch';
import { mayDo } from '../../access.ts';
import { authenticate } from '../../auth.ts';
import type { Artifact } from '../../model.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';

export const downloadArtifact: Builtin = async (call) => {
  const { session, inputs, log } = call;
  const target = resolve(session.grounds.workspace, (inputs.path || '.').replace(/^~/, session.grounds.home));
  const available = artifactsOf(call);
  const chosen = choose(available, inputs);
  if (inputs.name && chosen.length === 0)
    throw new Error(`Unable to download artifact(s): Artifact not found for name: ${inputs.name}`);

  const flat =
    Boolean(inputs.name) ||
    inputs['merge-multiple'] === 'true' ||
    (Boolean(inputs['artifact-ids']) && chosen.length === 1);
  await mkdir(target, { recursive: true });
  for (const artifact of chosen) {
    await extract(artifact, flat ? target : join(target, artifact.name));
    log.write(`Downloaded ${artifact.name}, ${artifact.size} bytes, ${artifact.digest}`);
  }
  return { 'download-path': target };
};

/** The newest artifact of each name in the run asked for. */
function artifactsOf({ session, inputs }: BuiltinCall): Artifact[] {
  const { job, repository, services } = session;
  const run = Number(inputs['run-id'] || job.run.id);
  if (run !== job.run.id) requireActionsRead(call(inputs, session.token), services.hub, repository);
  const all = [...repository.artifacts.values()].filter((artifact) => artifact.run.id === run);
  return [...new Map(all.map((artifact) => [artifact.name, artifact])).values()];
}

function call(inputs: BuiltinCall['inputs'], token: string): string {
  return inputs['github-token'] || token;
}

function requireActionsRead(
  token: string,
  hub: BuiltinCall['session']['services']['hub'],
  repository: Artifact['run']['repository'],
): void {
  const actor = authenticate(hub, `token ${token}`);
  if (!mayDo(['actions:read'], repository, actor))
    throw new Error('Unable to download artifact(s): Resource not accessible by integration');
}

function choose(artifacts: readonly Artifact[], inputs: BuiltinCall['inputs']): Artifact[] {
  const { name, pattern } = inputs;
  const ids = inputs['artifact-ids']?.split(',').map(Number);
  if (ids) return artifacts.filter(({ id }) => ids.includes(id));
  if (name) return artifacts.filter((artifact) => artifact.name === name);
  return artifacts.filter((artifact) => !pattern || picomatch.isMatch(artifact.name, pattern));
}

async function extract(artifact: Artifact, folder: string): Promise<void> {
  const entries = unzipSync(new Uint8Array(await readFile(artifact.file)));
  for (const [name, bytes] of Object.entries(entries)) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep)) throw new Error(`Malicious entry: ${name}`);
    if (name.endsWith('/')) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}
