/** Signing as a command. What is no evidence is not signed: a signature says that somebody measured this. */

import { basename, dirname, join, resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { readBytes, writeFileWhole } from '#actions/files.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { type Digest, digestOf, shortDigest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { readAnyEvidence } from '#core/evidence/any.ts';
import { MODEL_SIGNATURE_FILE, modelSignature } from '#core/evidence/model-signature.ts';
import { bundleNameOf } from '#core/evidence/signature.ts';
import { MAX_EVIDENCE_BYTES } from '#core/evidence/statement.ts';
import { keepSignature } from '#core/flows/stored-signatures.ts';
import type { Json } from '#core/json.ts';
import { attest } from './attest.ts';
import type { SignOptions } from './command.ts';
import { signerFor } from './signer.ts';

/** What a protobuf message can hold, in bytes. */
const MAX_MODEL_BYTES = 2 * 1024 ** 3 - 1;

/** Something to be signed: read and checked before anything is signed. */
interface ToSign {
  readonly file: string;
  readonly out: string;
  /** Of the file. */
  readonly digest: Digest;
  readonly statement: Uint8Array;
}

/** Runs `mergeway sign`. */
export async function run(options: SignOptions, io: Io, files: readonly string[]): Promise<Outcome> {
  const jobs = await jobsOf(options, io, files);
  const signer = await signerFor(options, io);
  const written: {
    readonly file: string;
    readonly digest: Digest;
    readonly bundle: string;
    readonly attestation: string | null;
  }[] = [];
  for (const { file, out, digest, statement } of jobs) {
    io.progress.say(`signing ${file}`);
    const bundle = await signer.sign(statement);
    await writeFileWhole(resolve(io.cwd, out), bundle);
    if (options.store) {
      await keepSignature(ociLayoutStore(resolve(io.cwd, options.store)), { of: digest, bundle });
    }
    written.push({
      file,
      digest,
      bundle: out,
      attestation: options.attest ? await attest(bundle, io) : null,
    });
  }
  return {
    exit: 0,
    json: { signed: written as unknown as Json },
    text: written
      .map(({ file, digest, bundle, attestation }) => {
        const where = attestation === null ? '' : `, attestation ${attestation}`;
        return `${file} (${shortDigest(digest)}): signed, ${bundle}${where}`;
      })
      .join('\n'),
    outputs: { bundles: JSON.stringify(written.map(({ bundle }) => bundle)) },
  };
}

async function jobsOf(
  { modelFile }: SignOptions,
  { cwd }: Io,
  files: readonly string[],
): Promise<readonly ToSign[]> {
  if (files.length === 0 && modelFile === undefined) {
    throw new MergewayError('MW_USAGE', '`mergeway sign` needs files of evidence, or --model-file');
  }
  const jobs: ToSign[] = [];
  for (const file of files) {
    const statement = await readBytes(resolve(cwd, file), MAX_EVIDENCE_BYTES);
    readAnyEvidence(statement, file);
    jobs.push({ file, statement, out: bundleNameOf(file), digest: digestOf(statement) });
  }
  if (modelFile === undefined) return jobs;

  const digest = digestOf(await readBytes(resolve(cwd, modelFile), MAX_MODEL_BYTES));
  const out = join(dirname(modelFile), MODEL_SIGNATURE_FILE);
  return [
    ...jobs,
    { file: modelFile, out, digest, statement: modelSignature({ name: basename(modelFile), digest }) },
  ];
}
