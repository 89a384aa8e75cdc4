// placeholder
import type { IncomingMessage } from 'node:http';
import { notFound, type Reply } from './http.ts';
import type { Hub } from './hub.ts';
export async function serveArtifactService(_hub: Hub, _request: IncomingMessage, _url: URL): Promise<Reply> {
  throw notFound();
}
