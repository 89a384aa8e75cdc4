/** Who signed an artifact and its evidence, when, and in which log. */

import { type Digest, digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { Finding } from '../evidence/finding.ts';
import { signsFile } from '../evidence/model-signature.ts';
import { describeSigner } from '../evidence/signature.ts';
import type { SignedBy, Trust } from '../ports/signatures.ts';
import type { ExplainPorts, Question } from './explain-artifact.ts';
import { readModel } from './policy.ts';
import type { EvidenceAbout } from './stored-evidence.ts';
import { signaturesOf } from './stored-signatures.ts';

interface Bundle {
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** A bundle that the store lists and does not give. */
interface LostBundle {
  readonly where: string;
  readonly reason: string;
}

/** Something that may be signed, and whether a signed payload is about it. */
interface Signable {
  readonly what: string;
  readonly bundles: readonly (Bundle | LostBundle)[];
  readonly isAbout: (payload: Uint8Array, where: string) => boolean;
  /** The policy lets nothing promote that is not signed. */
  readonly required: boolean;
}

export async function explainSignatures(
  ports: ExplainPorts,
  { artifact, bundles, trust }: Question,
  evidence: EvidenceAbout,
): Promise<readonly Finding[]> {
  const signables: Signable[] = [
    {
      what: 'the model file (model.sig)',
      bundles: [...bundles, ...(await storedBundles(ports, artifact))],
      isAbout: (payload, where) => signsFile(payload, artifact, where),
      required: false,
    },
  ];
  const required = await isRequired(ports, evidence);
  for (const name of ['training', 'evaluation', 'profile'] as const) {
    const [newest] = evidence[name];
    if (!newest) continue;
    signables.push({
      what: `${name} evidence ${newest.digest}`,
      bundles: await storedBundles(ports, newest.digest),
      isAbout: (payload) => digestOf(payload) === newest.digest,
      required: required && name === 'evaluation',
    });
  }
  return signables.map((signable) => explainOne(ports, signable, trust));
}

function explainOne({ signatures }: ExplainPorts, signable: Signable, trust: Trust | undefined): Finding {
  const { what, bundles, isAbout, required } = signable;
  const line = (mark: Finding['mark'], reason: string): Finding => ({
    topic: 'signature',
    mark,
    what,
    reason,
  });
  if (bundles.length === 0) {
    return required ? line('no', 'not signed, and promotion.signed asks for it') : line('open', 'not signed');
  }
  if (!trust) {
    return line(
      'open',
      'a signature is there, and nobody says whom to trust: mergeway.yaml (`signing`), --trusted-root and --identity, or --public-key',
    );
  }
  let refused: string | undefined;
  for (const bundle of bundles) {
    const { where } = bundle;
    if ('reason' in bundle) {
      refused ??= `${where}: ${bundle.reason}`;
      continue;
    }
    try {
      const { payload, signer } = signatures.verify(bundle.bytes, trust, where);
      if (isAbout(payload, where)) return line('yes', `signed by ${describe(signer)}`);
      refused ??= `${where} signs something else`;
    } catch (error) {
      if (!(error instanceof MergewayError)) throw error;
      refused ??= `${error.message} (${error.code})`;
    }
  }
  return line('no', refused ?? 'not signed');
}

function describe(signer: SignedBy): string {
  const untimed = signer.by === 'key' ? '; a key does not tell when' : '';
  return `${describeSigner(signer)}${untimed}`;
}

async function storedBundles(
  { artifacts }: ExplainPorts,
  of: Digest,
): Promise<readonly (Bundle | LostBundle)[]> {
  const bundles: (Bundle | LostBundle)[] = [];
  for (const digest of await signaturesOf(artifacts, of)) {
    const where = `signature ${digest}`;
    try {
      bundles.push({ where, bytes: await artifacts.get(digest) });
    } catch (error) {
      if (!(error instanceof MergewayError)) throw error;
      bundles.push({ where, reason: `${error.message} (${error.code})` });
    }
  }
  return bundles;
}

async function isRequired({ repository }: ExplainPorts, { evaluation }: EvidenceAbout): Promise<boolean> {
  const model = evaluation[0]?.statement.predicate.model;
  if (!repository || model === undefined) return false;
  const config = await readModel(repository.source, repository.policyCommit, model);
  return config?.promotion.signed ?? false;
}
