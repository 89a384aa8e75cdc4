/** Artifacts of workflow runs. Their bytes are strangers': the size is capped by what GitHub says, and again by what arrives. */

import { MergewayError } from '#core/errors.ts';
import type { RunArtifact } from '#core/ports/forge.ts';
import { Artifact } from './answers.ts';
import type { Api } from './api.ts';

/** A download that takes longer is given up. */
const DOWNLOAD_MS = 300_000;

/** Artifacts of the run that have not expired. */
export async function listArtifacts(api: Api, runId: number): Promise<readonly RunArtifact[]> {
  const artifacts = await api.all(Artifact, 'GET /actions/runs/{run_id}/artifacts', {
    run_id: runId,
    per_page: 100,
    under: 'artifacts',
  });
  return artifacts
    .filter(({ expired }) => !expired)
    .map(({ id, name, size_in_bytes: size }) => ({ id, name, size }));
}

/** The artifact's zip. GitHub answers with an address in its storage, which is asked without our token. */
export async function downloadArtifact(
  api: Api,
  id: number,
  maxBytes: number,
  get: typeof fetch,
): Promise<Uint8Array> {
  const { name, size_in_bytes: size } = await api.ask(Artifact, 'GET /actions/artifacts/{artifact_id}', {
    artifact_id: id,
  });
  refuseAbove(maxBytes, size, name);

  const { status, headers } = await api.raw('GET /actions/artifacts/{artifact_id}/{archive_format}', {
    artifact_id: id,
    archive_format: 'zip',
    request: { redirect: 'manual' },
  });
  const address = status === 302 ? storageAddress(headers.location) : undefined;
  if (!address) {
    throw new MergewayError(
      'MW_FORGE_INVALID',
      `${api.repository} answered ${status} to the download of ${name}`,
    );
  }
  return fetchCapped(address, name, maxBytes, get);
}

function storageAddress(location: unknown): URL | undefined {
  if (typeof location !== 'string' || !URL.canParse(location)) return undefined;
  const address = new URL(location);
  return address.protocol === 'https:' || isLoopback(address) ? address : undefined;
}

/** Plain HTTP stays on this machine. */
function isLoopback({ protocol, hostname }: URL): boolean {
  const isHere = hostname === '127.0.0.1' || hostname === 'localhost' || hostname.endsWith('.localhost');
  return protocol === 'http:' && isHere;
}

async function fetchCapped(
  address: URL,
  name: string,
  maxBytes: number,
  get: typeof fetch,
): Promise<Uint8Array> {
  try {
    const response = await get(address, { redirect: 'error', signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    refuseAbove(maxBytes, Number(response.headers.get('content-length') ?? 0), name);
    return await collect(response.body, name, maxBytes);
  } catch (cause) {
    if (cause instanceof MergewayError) throw cause;
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new MergewayError('MW_FORGE_UNREACHABLE', `the artifact ${name} could not be downloaded: ${what}`, {
      cause,
    });
  }
}

async function collect(
  body: ReadableStream<Uint8Array>,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    refuseAbove(maxBytes, size, name);
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

function refuseAbove(maxBytes: number, size: number, name: string): void {
  if (size <= maxBytes) return;
  throw new MergewayError(
    'MW_ARTIFACT_TOO_LARGE',
    `the artifact ${name} has ${size} bytes or more; the limit is ${maxBytes}`,
  );
}
