import { notFound, type Reply } from '../http.ts';
import type { Hub } from '../hub.ts';
export async function servePage(_hub: Hub, _url: URL): Promise<Reply> {
  throw notFound();
}
