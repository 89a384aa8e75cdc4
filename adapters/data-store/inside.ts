/** Paths that configuration names, held to the folder that they belong in: a link that leads outside is refused. */

import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { MergewayError } from '#core/errors.ts';

/** The real path of what is at `relative`, which lies in the folder's. `what` begins the sentence of MW_DATA_MISSING, `called` ends it. */
export async function inside(
  folder: string,
  relative: string,
  what: string,
  called = folder,
): Promise<string> {
  const found = await realpath(join(folder, relative)).catch((cause) => {
    throw new MergewayError('MW_DATA_MISSING', `${what}, which is not in ${called}`, { cause });
  });
  const home = await realpath(folder);
  if (found === home || found.startsWith(home.endsWith(sep) ? home : `${home}${sep}`)) return found;
  throw new MergewayError('MW_DATA_MISSING', `${what}, which leads outside ${called}`);
}
