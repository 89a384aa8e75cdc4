/** A process of its own that writes artifacts into a layout: `node writer.ts <folder> <name> <count>`. */

import { ociLayoutStore } from '#adapters/oci/store.ts';

const [folder = '', name = '', count = '0'] = process.argv.slice(2);
const store = ociLayoutStore(folder);
for (let i = 0; i < Number(count); i++) {
  const bytes = new TextEncoder().encode(`${name} ${i}`);
  await store.put(bytes, { mediaType: 'text/plain', annotations: { writer: name, all: 'yes' } });
}
