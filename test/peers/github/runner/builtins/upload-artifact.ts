// actions/upload-artifact: zips what `path` names, less hidden files, below the folder that all of it shares.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { zipSync } from 'fflate';
import { keepArtifact } from '../../artifacts.ts';
import { htmlUrl } from '../../views/repositories.ts';
import { commonFolder, findFiles } from '../globs.ts';
import type { Builtin } from './builtin.ts';

export const uploadArtifact: Builtin = async ({ session, inputs, log }) => {
  const { services, job, grounds } = session;
  const name = inputs.name || 'artifact';
  const patterns = (inputs.path ?? '').split('\n');
  const files = findFiles(grounds.workspace, patterns, inputs['include-hidden-files'] === 'true');
  if (files.length === 0) {
    const message = `No files were found with the provided path: ${inputs.path}. No artifacts will be uploaded.`;
    if (inputs['if-no-files-found'] === 'error') throw new Error(message);
    if (inputs['if-no-files-found'] !== 'ignore') log.line(`::warning::${message}`);
    return {};
  }
  const root = commonFolder(files);
  const entries = await Promise.all(
    files.map(async (file) => [relative(root, file), new Uint8Array(await readFile(file))] as const),
  );
  const zip = zipSync(Object.fromEntries(entries), { level: 6 });
  const overwrite = inputs.overwrite === 'true';
  const artifact = await keepArtifact(services.hub, { run: job.run, job: job.key, name, zip, overwrite });
  log.write(
    `Artifact ${name} has been uploaded: ${files.length} files, ${artifact.size} bytes, ${artifact.digest}`,
  );
  return {
    'artifact-id': String(artifact.id),
    'artifact-url': `${htmlUrl(services.hub, session.repository)}/actions/runs/${job.run.id}/artifacts/${artifact.id}`,
    'artifact-digest': artifact.digest.replace('sha256:', ''),
  };
};
