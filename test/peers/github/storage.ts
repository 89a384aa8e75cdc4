// What signed addresses lead to: an artifact's zip, a job's log.
import { readFile } from 'node:fs/promises';
import { ApiError, found, notFound, type Reply } from './http.ts';
import type { Hub } from './hub.ts';
import { jobLog, jobOf } from './routes/actions.ts';
import { artifactOf } from './routes/artifacts.ts';
import { isSigned } from './signed-urls.ts';

export async function serveStorage(hub: Hub, url: URL): Promise<Reply> {
  if (!isSigned(url)) throw new ApiError(403, 'Server failed to authenticate the request.');
  const [, , kind = '', owner = '', name = '', file = ''] = url.pathname.split('/');
  const repository = found(hub.repository(`${owner}/${name}`));
  const id = Number.parseInt(file, 10);
  if (kind === 'logs')
    return { status: 200, text: await jobLog(jobOf(repository, id)), type: 'text/plain; charset=utf-8' };
  if (kind !== 'artifacts') throw notFound();

  const artifact = artifactOf(repository, id);
  const headers = { 'content-disposition': `attachment; filename="${artifact.name}.zip"` };
  return { status: 200, text: await readFile(artifact.file), type: 'application/zip', headers };
}
