/** Where an artifact went: versions and stages in the tags, and what the ledger tells of it. */

import type { Digest } from '../digest.ts';
import type { Finding } from '../evidence/finding.ts';
import { verifyChain } from '../ledger/chain.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { ModelState } from '../ports/model-registry.ts';
import type { ExplainPorts } from './explain-artifact.ts';
import type { EvidenceAbout } from './stored-evidence.ts';

/** The newest entries; a version that goes to and fro has more. */
const MOST_ENTRIES = 10;

export async function explainPromotions(
  { repository }: ExplainPorts,
  artifact: Digest,
  evidence: EvidenceAbout,
): Promise<readonly Finding[]> {
  if (!repository) {
    const reason = 'no clone with tags is at hand';
    return [
      { topic: 'ledger', mark: 'open', what: 'promotions', reason },
      { topic: 'tag', mark: 'open', what: 'versions', reason },
    ];
  }
  const entries = await repository.ledger.entries();
  const states: ModelState[] = [];
  for (const model of await repository.registry.models()) states.push(await repository.registry.state(model));
  return [
    ...explainLedger(entries, artifact, evidence),
    ...states.flatMap((state) => explainTags(state, artifact)),
    ...untagged(states, artifact),
  ];
}

function explainLedger(
  entries: readonly LedgerEntry[],
  artifact: Digest,
  { evaluation }: EvidenceAbout,
): readonly Finding[] {
  const chain = verifyChain(entries);
  const ours = entries.filter(({ digest }) => digest === artifact).slice(-MOST_ENTRIES);
  if (ours.length === 0) {
    const reason = `none of the ${entries.length} entries in the tags is about it`;
    return [{ topic: 'ledger', mark: 'open', what: 'promotions', reason }];
  }
  return ours.map(({ sequence, action, version, actor, at, reason, evidence }): Finding => {
    const what = `entry ${sequence}: ${action} ${version} by ${actor} at ${at}`;
    if (!chain.ok)
      return { topic: 'ledger', mark: 'no', what, reason: `the chain is broken: ${chain.reason}` };
    const kept = evaluation.some(({ digest }) => evidence.includes(digest));
    const rests = kept ? 'rests on an evaluation above' : 'rests on evidence that is not in this store';
    return { topic: 'ledger', mark: 'yes', what, reason: `${reason}; ${rests}; the chain is whole` };
  });
}

function explainTags({ model, versions, stages }: ModelState, artifact: Digest): readonly Finding[] {
  return versions
    .filter(({ digest }) => digest === artifact)
    .map(({ version, commit }): Finding => {
      const held = Object.entries(stages)
        .filter(([, holder]) => holder?.version === version)
        .map(([stage]) => stage);
      const reason = held.length > 0 ? `holds ${held.join(' and ')}` : 'holds no stage now';
      return { topic: 'tag', mark: 'yes', what: `${model} ${version} at commit ${commit}`, reason };
    });
}

function untagged(states: readonly ModelState[], artifact: Digest): readonly Finding[] {
  if (states.some(({ versions }) => versions.some(({ digest }) => digest === artifact))) return [];
  return [{ topic: 'tag', mark: 'open', what: 'versions', reason: 'no active version carries this digest' }];
}
