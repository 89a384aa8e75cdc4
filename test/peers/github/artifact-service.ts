// The service behind @actions/artifact: Twirp calls that name, list and sign, and a blob store for the bytes in blocks.
// Fields are spelled as the client's protobuf descriptions spell them; 64-bit numbers travel as texts.
import type { IncomingMessage } from 'node:http';
import { keepArtifact } from './artifacts.ts';
import type { Reply } from './http.ts';
import type { Hub } from './hub.ts';
import type { Artifact, Job, Run } from './model.ts';
import { readRuntimeToken } from './runner/runtime-token.ts';
import { isSigned, signPath } from './signed-urls.ts';

/** The largest body taken: one block of the client has 8 MiB. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const UPLOAD_LIFE_MS = 3_600_000;

interface Upload {
  readonly name: string;
  readonly run: Run;
  readonly job: Job;
  readonly blocks: Map<string, Buffer>;
  bytes: Buffer | undefined;
}

interface TwirpCall {
  readonly hub: Hub;
  readonly run: Run;
  readonly job: Job;
  readonly body: Readonly<Record<string, unknown>>;
}

const uploads = new WeakMap<Hub, Map<string, Upload>>();

const methods: Readonly<Record<string, (call: TwirpCall) => Promise<Reply> | Reply>> = {
  CreateArtifact: createArtifact,
  FinalizeArtifact: finalizeArtifact,
  ListArtifacts: listArtifacts,
  GetSignedArtifactURL: signArtifact,
  DeleteArtifact: deleteArtifact,
};

export async function serveArtifactService(hub: Hub, request: IncomingMessage, url: URL): Promise<Reply> {
  const body = await readAll(request);
  if (url.pathname.startsWith('/_blobs/')) return serveBlob(hub, url, body);

  const ids = readRuntimeToken((request.headers.authorization ?? '').replace('Bearer ', ''));
  const run = [...hub.repositories.values()].map(({ runs }) => runs.get(ids?.run ?? 0)).find(Boolean);
  const job = run?.jobs.find(({ id }) => id === ids?.job);
  if (!run || !job) return twirpError(401, 'unauthenticated', 'the runtime token is not valid');

  const method = methods[url.pathname.split('/').at(-1) ?? ''];
  if (!method) return twirpError(404, 'bad_route', `no method at ${url.pathname}`);
  return method({ hub, run, job, body: JSON.parse(body.toString()) as TwirpCall['body'] });
}

function twirpError(status: number, code: string, msg: string): Reply {
  return { status, body: { code, msg } };
}

function answer(body: unknown): Reply {
  return { status: 200, body };
}

function createArtifact({ hub, run, job, body }: TwirpCall): Reply {
  const name = String(body.name);
  if (body.mime_type !== undefined && body.mime_type !== 'application/zip')
    return twirpError(400, 'invalid_argument', 'the stand-in keeps zipped artifacts only');
  if (newest(run, name))
    return twirpError(409, 'already_exists', `an artifact with this name already exists on the workflow run`);

  uploadsOf(hub).set(keyOf(run, name), { name, run, job, blocks: new Map(), bytes: undefined });
  const path = `/_blobs/artifacts/${run.id}/${encodeURIComponent(name)}.zip`;
  return answer({ ok: true, signed_upload_url: hub.url + signPath(path, UPLOAD_LIFE_MS) });
}

async function finalizeArtifact({ hub, run, job, body }: TwirpCall): Promise<Reply> {
  const name = String(body.name);
  const zip = uploadsOf(hub).get(keyOf(run, name))?.bytes;
  if (!zip) return twirpError(404, 'not_found', `nothing was uploaded for ${name}`);
  uploadsOf(hub).delete(keyOf(run, name));
  const artifact = await keepArtifact(hub, { run, job: job.key, name, zip, overwrite: false });
  if (body.hash !== undefined && body.hash !== artifact.digest) {
    run.repository.artifacts.delete(artifact.id);
    return twirpError(400, 'invalid_argument', `the bytes have ${artifact.digest}, not ${String(body.hash)}`);
  }
  return answer({ ok: true, artifact_id: String(artifact.id) });
}

function listArtifacts({ run, body }: TwirpCall): Reply {
  const all = [...run.repository.artifacts.values()].filter((artifact) => artifact.run === run);
  const chosen = all
    .filter(({ name }) => body.name_filter === undefined || name === body.name_filter)
    .filter(({ id }) => body.id_filter === undefined || String(id) === String(body.id_filter));
  return answer({
    artifacts: chosen.map((artifact) => ({
      workflow_run_backend_id: String(run.id),
      workflow_job_run_backend_id: String(run.jobs.find(({ key }) => key === artifact.job)?.id),
      database_id: String(artifact.id),
      name: artifact.name,
      size: String(artifact.size),
      created_at: artifact.createdAt,
      digest: artifact.digest,
    })),
  });
}

function signArtifact({ hub, run, body }: TwirpCall): Reply {
  const artifact = newest(run, String(body.name));
  if (!artifact) return twirpError(404, 'not_found', 'no such artifact');
  const path = `/_storage/artifacts/${run.repository.fullName}/${artifact.id}.zip`;
  return answer({ signed_url: hub.url + signPath(path) });
}

function deleteArtifact({ run, body }: TwirpCall): Reply {
  const artifact = newest(run, String(body.name));
  if (!artifact) return twirpError(404, 'not_found', 'no such artifact');
  run.repository.artifacts.delete(artifact.id);
  return answer({ ok: true, artifact_id: String(artifact.id) });
}

function newest(run: Run, name: string): Artifact | undefined {
  return [...run.repository.artifacts.values()].findLast(
    (artifact) => artifact.run === run && artifact.name === name,
  );
}

function uploadsOf(hub: Hub): Map<string, Upload> {
  const known = uploads.get(hub) ?? new Map<string, Upload>();
  uploads.set(hub, known);
  return known;
}

function keyOf(run: Run, name: string): string {
  return `${run.id}/${name}`;
}

/** Azure's block blobs: blocks first, in any order, then the list that puts them in order. Or all at once. */
function serveBlob(hub: Hub, url: URL, body: Buffer): Reply {
  const [, , , run = '', file = ''] = url.pathname.split('/');
  const upload = uploadsOf(hub).get(`${run}/${decodeURIComponent(file).replace(/\.zip$/, '')}`);
  if (!(upload && isSigned(url))) return { status: 403, text: 'AuthenticationFailed' };

  const comp = url.searchParams.get('comp');
  if (comp === 'block') upload.blocks.set(url.searchParams.get('blockid') ?? '', body);
  else if (comp === 'blocklist') upload.bytes = assembled(upload, body.toString());
  else upload.bytes = body;
  const headers = { etag: '"1"', 'last-modified': new Date().toUTCString(), 'x-ms-version': '2024-11-04' };
  return { status: 201, headers };
}

function assembled({ blocks }: Upload, list: string): Buffer {
  const ids = [...list.matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]*)</g)].map(([, id = '']) => id);
  return Buffer.concat(ids.map((id) => blocks.get(id) ?? Buffer.alloc(0)));
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`a body of more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
