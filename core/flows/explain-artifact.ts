/**
 * What is proven of an artifact and what is not, from what a store, a clone and its tags hold: nobody is asked. Statements of a job about
 * itself stay claims; what can be computed again is computed again.
 */

import { inspectOnnx } from '../candidate/onnx-file.ts';
import { type Digest, digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { type Finding, TOPICS } from '../evidence/finding.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ModelRegistry } from '../ports/model-registry.ts';
import type { SignatureVerifier, Trust } from '../ports/signatures.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { explainEvaluations } from './explain-evaluation.ts';
import { explainPromotions } from './explain-promotion.ts';
import { explainSignatures } from './explain-signatures.ts';
import { explainTraining } from './explain-training.ts';
import { type EvidenceAbout, evidenceAbout } from './stored-evidence.ts';

export interface ExplainPorts {
  readonly artifacts: ArtifactStore;
  readonly signatures: SignatureVerifier;
  /** Absent outside of a clone. */
  readonly repository?: {
    readonly source: SourceTree;
    readonly registry: ModelRegistry;
    readonly ledger: Ledger;
    /** Commit whose policy judges. */
    readonly policyCommit: string;
  };
}

export interface Question {
  readonly artifact: Digest;
  /** The bytes, where they are at hand; else the store's. */
  readonly bytes?: Uint8Array | undefined;
  /** Bundles that were handed over beside those in the store: model.sig. */
  readonly bundles: readonly { readonly where: string; readonly bytes: Uint8Array }[];
  /** Undefined: signatures can't be verified. */
  readonly trust: Trust | undefined;
}

/** Findings in the order of their topics. MW_ARTIFACT_NOT_FOUND when neither bytes nor evidence are known. */
export async function explainArtifact(ports: ExplainPorts, question: Question): Promise<readonly Finding[]> {
  const { artifact } = question;
  const evidence = await evidenceAbout(ports.artifacts, artifact);
  const findings = [
    await explainBytes(ports, question),
    ...explainDamage(evidence),
    ...(await explainTraining(ports, artifact, evidence)),
    ...(await explainEvaluations(ports, question, evidence)),
    ...(await explainSignatures(ports, question, evidence)),
    ...(await explainPromotions(ports, artifact, evidence)),
  ];
  return TOPICS.flatMap((topic) => findings.filter((finding) => finding.topic === topic));
}

/** What is missing may have said the opposite of what is left. */
function explainDamage({ damaged }: EvidenceAbout): readonly Finding[] {
  return damaged.map(({ digest, reason }) => ({
    topic: 'bytes',
    mark: 'no',
    what: `evidence ${digest}`,
    reason: `it was filed for these inputs, and nobody can read it now: ${reason}`,
  }));
}

async function explainBytes({ artifacts }: ExplainPorts, { artifact, bytes }: Question): Promise<Finding> {
  const line = (mark: Finding['mark'], what: string, reason: string): Finding => ({
    topic: 'bytes',
    mark,
    what,
    reason,
  });
  try {
    const found = bytes ?? (await artifacts.get(artifact));
    if (digestOf(found) !== artifact) return line('no', artifact, `the bytes have ${digestOf(found)}`);
    inspectOnnx(found);
    return line(
      'yes',
      artifact,
      `${found.byteLength} bytes with this digest, an ONNX file that Mergeway loads`,
    );
  } catch (error) {
    if (!(error instanceof MergewayError)) throw error;
    if (error.code === 'MW_ARTIFACT_NOT_FOUND') throw error;
    return line('no', artifact, `${error.message} (${error.code})`);
  }
}
