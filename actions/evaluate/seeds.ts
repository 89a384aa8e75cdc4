/** Models of the candidate's training with other seeds: the very bytes that the training's evidence names, or digests in the store. */

import { dirname, join, resolve } from 'node:path';
import type { Io } from '#actions/command.ts';
import { readBytes } from '#actions/files.ts';
import { seedFile } from '#core/candidate/seed-file.ts';
import { MOST_SEEDS } from '#core/config/seeds.ts';
import { type Digest, parseDigest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { requireFacts } from '#core/evidence/mismatch.ts';
import { MAX_EVIDENCE_BYTES, parseEvidence } from '#core/evidence/statement.ts';
import { trainingEvidence } from '#core/evidence/training.ts';
import type { EvaluateRequest } from '#core/flows/evaluate-request.ts';
import { loadModel } from './artifacts.ts';

export interface WhichSeeds {
  readonly seeds?: string | undefined;
  readonly training?: string | undefined;
  readonly store?: string | undefined;
}

type Models = NonNullable<EvaluateRequest['seeds']>;
type Model = Models[number];

/** In the order of their seeds. MW_USAGE, MW_FILE_MISSING, MW_ARTIFACT_NOT_FOUND, MW_EVIDENCE_INVALID, MW_EVIDENCE_MISMATCH. */
export async function seedsOf({ seeds, training, store }: WhichSeeds, io: Io): Promise<Models> {
  if (seeds !== undefined && training !== undefined) {
    throw new MergewayError('MW_USAGE', '--seeds means nothing with --training, which names them itself');
  }
  const which = seeds ?? training;
  if (which === undefined) return [];
  const digests = digestsOf(which);
  if (!digests) return besideEvidence(which, io);
  const models: Model[] = [];
  for (const digest of digests) models.push(await loadModel(digest, store, io));
  return models;
}

/** Undefined for a file. */
function digestsOf(seeds: string): readonly Digest[] | undefined {
  const digests = seeds.split(',').map((name) => parseDigest(name.trim()));
  const known = digests.filter((digest) => digest !== undefined);
  if (known.length < digests.length) return undefined;
  if (known.length < MOST_SEEDS) return known;
  throw new MergewayError(
    'MW_USAGE',
    `--seeds names ${known.length} models; at most ${MOST_SEEDS - 1} are measured`,
  );
}

async function besideEvidence(path: string, io: Io): Promise<Models> {
  const bytes = await readBytes(resolve(io.cwd, path), MAX_EVIDENCE_BYTES);
  const { seeds = [] } = parseEvidence(trainingEvidence, bytes, path).predicate;
  const models: Model[] = [];
  for (const [index, { digest }] of seeds.entries()) {
    const file = seedFile(index + 1);
    const model = await loadModel(join(dirname(path), file), undefined, io);
    requireFacts(path, { [file]: [digest, model.digest] });
    models.push(model);
  }
  return models;
}
