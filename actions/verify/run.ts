/** Explaining an artifact as a command: the store, the clone and its tags around the story in core/flows/explain-artifact.ts. */

import { dirname, join, resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { commitOf } from '#actions/commit.ts';
import { isFile, readBytes } from '#actions/files.ts';
import { repositoryTags } from '#actions/tags.ts';
import { trustHere, trustOfOptions } from '#actions/trust.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { sigstoreVerifier } from '#adapters/sigstore/verifier.ts';
import { digestOf, parseDigest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { exitOf, lineOf } from '#core/evidence/finding.ts';
import { MODEL_SIGNATURE_FILE } from '#core/evidence/model-signature.ts';
import { MAX_BUNDLE_BYTES } from '#core/evidence/signature.ts';
import { type ExplainPorts, explainArtifact, type Question } from '#core/flows/explain-artifact.ts';
import { findTrust } from '#core/flows/trust.ts';
import type { Json } from '#core/json.ts';
import { tagLedger } from '#core/ledger/tag-ledger.ts';
import type { Trust } from '#core/ports/signatures.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import type { VerifyOptions } from './command.ts';

/** What a protobuf message can hold, in bytes. */
const MAX_MODEL_BYTES = 2 * 1024 ** 3 - 1;

/** Runs `mergeway verify`. */
export async function run(options: VerifyOptions, io: Io, files: readonly string[]): Promise<Outcome> {
  const [which, ...others] = files;
  if (which === undefined || others.length > 0) {
    throw new MergewayError('MW_USAGE', '`mergeway verify` takes one digest, or one model file');
  }
  const ports = await portsOf(options, io);
  const question = await questionOf(which, { options, ports }, io);
  const findings = await explainArtifact(ports, question);
  return {
    exit: exitOf(findings),
    json: { artifact: question.artifact, findings: findings as unknown as Json },
    text: [question.artifact, ...findings.map(lineOf)].join('\n'),
  };
}

async function portsOf({ store, policyRef }: VerifyOptions, io: Io): Promise<ExplainPorts> {
  const artifacts = store === undefined ? memoryArtifactStore() : ociLayoutStore(resolve(io.cwd, store));
  const ports = { artifacts, signatures: sigstoreVerifier() };
  const tags = await repositoryTags(io);
  if (!tags) return ports;
  const source = gitSourceTree(io.cwd);
  const policyCommit = await commitOf(source, policyRef);
  return {
    ...ports,
    repository: { source, policyCommit, registry: gtoRegistry(tags), ledger: tagLedger(tags) },
  };
}

async function questionOf(
  which: string,
  { options, ports }: { readonly options: VerifyOptions; readonly ports: ExplainPorts },
  io: Io,
): Promise<Question> {
  const trust = (await trustOfOptions(options, io)) ?? (await trustOfPolicy(ports, io));
  const digest = parseDigest(which);
  if (digest && options.store === undefined) {
    throw new MergewayError('MW_USAGE', `${which} is looked up in a store: give --store <folder>`);
  }
  const beside = digest ? undefined : join(dirname(which), MODEL_SIGNATURE_FILE);
  const bundles = await bundlesOf(options.signature, beside, io);
  if (digest) return { artifact: digest, bundles, trust };
  const bytes = await readBytes(resolve(io.cwd, which), MAX_MODEL_BYTES);
  return { artifact: digestOf(bytes), bytes, bundles, trust };
}

/** The base policy's word; outside of a clone that of the folder. */
async function trustOfPolicy({ repository }: ExplainPorts, io: Io): Promise<Trust | undefined> {
  return repository ? findTrust(repository.source, [repository.policyCommit]) : trustHere(io);
}

async function bundlesOf(
  named: string | undefined,
  beside: string | undefined,
  { cwd }: Io,
): Promise<Question['bundles']> {
  const file = named ?? beside;
  if (file === undefined || (named === undefined && !(await isFile(resolve(cwd, file))))) return [];
  return [{ where: file, bytes: await readBytes(resolve(cwd, file), MAX_BUNDLE_BYTES) }];
}
