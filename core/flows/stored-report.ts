/** A judged evaluation as a report, from what the App stored of it: evidence by digest, and the verdicts. */

import { evaluationEvidence } from '../evidence/evaluation.ts';
import { parseEvidence } from '../evidence/statement.ts';
import { trainingEvidence } from '../evidence/training.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { Candidate, Evaluation } from '../ports/store.ts';
import { buildReport, type Report } from '../report/report.ts';

/** Undefined while there is no verdict. MW_ARTIFACT_NOT_FOUND, MW_ARTIFACT_CORRUPT, MW_EVIDENCE_INVALID. */
export async function storedReport(
  artifacts: ArtifactStore,
  { candidate, evaluation }: { readonly candidate: Candidate; readonly evaluation: Evaluation },
): Promise<Report | undefined> {
  const { outcome, state } = evaluation;
  if (state !== 'judged' || !outcome?.evidence) return undefined;

  const evidence = await artifacts.get(outcome.evidence);
  const { predicate } = parseEvidence(evaluationEvidence, evidence, 'evaluation.json');
  const training = parseEvidence(trainingEvidence, await artifacts.get(candidate.training), 'training.json');
  return buildReport({
    results: outcome.results,
    evaluation: predicate,
    training: training.predicate,
    context: {
      head: candidate.headSha,
      policyFrom: outcome.policyFrom,
      // Advisory evidence is judged only where the policy lets it promote; else it was refused.
      promotion: predicate.origin === 'advisory' ? 'advisory' : 'trusted',
      evidence: {
        evaluation: outcome.evidence,
        training: candidate.training,
        ...(candidate.validation && { validation: candidate.validation }),
      },
    },
  });
}
