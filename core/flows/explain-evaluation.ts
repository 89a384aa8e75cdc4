/** What was measured of an artifact, on whose terms, and what the gates say of it now. */

import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { Finding } from '../evidence/finding.ts';
import { configurationDigest, judge } from '../gates/judge.ts';
import type { Trust } from '../ports/signatures.ts';
import { describe, type VerdictStatus } from '../verdict.ts';
import { isRefusal } from './checks.ts';
import type { ExplainPorts, Question } from './explain-artifact.ts';
import { holdoutDigest, readModel } from './policy.ts';
import type { EvidenceAbout, Stored } from './stored-evidence.ts';
import { storedSigner } from './stored-signatures.ts';
import { fitValidation, validationTerms } from './validation-terms.ts';

/** The newest ones; an artifact is evaluated anew when the champion or the policy changes. */
const MOST = 3;

const MARKS: Readonly<Record<VerdictStatus, Finding['mark']>> = {
  pass: 'yes',
  fail: 'no',
  inconclusive: 'open',
  skipped: 'open',
};

export async function explainEvaluations(
  ports: ExplainPorts,
  { trust }: Question,
  evidence: EvidenceAbout,
): Promise<readonly Finding[]> {
  const { evaluation } = evidence;
  if (evaluation.length === 0) {
    return [
      {
        topic: 'evaluation',
        mark: 'open',
        what: 'nothing was measured',
        reason: 'the store has no evaluation of it',
      },
    ];
  }
  const findings: Finding[] = [];
  const [newest] = evaluation;
  for (const one of evaluation.slice(0, MOST)) findings.push(await explainOne(ports, one, trust));
  if (newest) findings.push(...(await explainGates(ports, newest, evidence)));
  return findings;
}

/** That a job measured it and ran no code of the pull request is the evidence's own word, until somebody who is trusted has signed it. */
async function explainOne(
  ports: ExplainPorts,
  { digest, statement }: Stored<EvaluationPredicate>,
  trust: Trust | undefined,
): Promise<Finding> {
  const { candidate, holdout, champion, origin, runner, configuration, mergeway } = statement.predicate;
  const against = champion ? `${champion.version} (${champion.digest})` : 'no champion';
  const what = `${holdout.rows} rows of ${holdout.uri} (${holdout.digest}) against ${against}`;
  const how = `policy ${configuration}, on ${runner}, Mergeway ${mergeway}, evidence ${digest}`;
  const line = (mark: Finding['mark'], reason: string): Finding => ({
    topic: 'evaluation',
    mark,
    what,
    reason,
  });
  const subject = statement.subject[0]?.digest.sha256;
  if (candidate !== `sha256:${subject}`)
    return line('no', `its subject and its candidate ${candidate} differ; ${how}`);
  if (origin !== 'evaluation')
    return line('open', `advisory: the job ran code of the pull request too; ${how}`);
  return (await isSigned(ports, digest, trust))
    ? line('yes', `trusted: a job that ran no code of the pull request, signed by whom you trust; ${how}`)
    : line(
        'open',
        `it says that its job ran no code of the pull request; without a signature that is proven, this is as good as the store; ${how}`,
      );
}

async function isSigned(ports: ExplainPorts, of: Digest, trust: Trust | undefined): Promise<boolean> {
  if (!trust) return false;
  try {
    await storedSigner(ports, { of, trust });
    return true;
  } catch (error) {
    if (error instanceof MergewayError) return false;
    throw error;
  }
}

/** The gates of the policy commit, as far as the newest evaluation was measured by its policy. */
async function explainGates(
  { repository }: ExplainPorts,
  { statement }: Stored<EvaluationPredicate>,
  evidence: EvidenceAbout,
): Promise<readonly Finding[]> {
  const { predicate } = statement;
  const open = (reason: string): readonly Finding[] => [
    { topic: 'gate', mark: 'open', what: 'nothing can be judged', reason },
  ];
  if (!repository) return open('no clone is at hand that has the policy');
  const { source, policyCommit } = repository;
  try {
    const config = await readModel(source, policyCommit, predicate.model);
    if (!config) return open(`commit ${policyCommit} has no model ${predicate.model}`);
    if (configurationDigest(config) !== predicate.configuration) {
      return open(
        `it was measured under another policy than that of commit ${policyCommit}; --policy-ref names another`,
      );
    }
    if ((await holdoutDigest(source, policyCommit, config)) !== predicate.holdout.digest) {
      return open(`it was measured on another holdout than commit ${policyCommit} names`);
    }
    const head = evidence.training[0]?.statement.predicate.commit;
    const known = head !== undefined && (await source.resolve(head)) === head;
    const terms = await validationTerms(source, { config, policyCommit, head: known ? head : policyCommit });
    const fitting = terms ? evidence.validation.map((one) => fitValidation(one.statement, terms)) : [];
    const validation = fitting.find((one) => !('unfit' in one)) ?? fitting[0];
    return judge(predicate, config, validation ? [validation] : []).map(({ gate, name, verdict }) => ({
      topic: 'gate',
      mark: MARKS[verdict.status],
      what: `${gate}: ${name}`,
      reason: describe(verdict),
    }));
  } catch (error) {
    if (isRefusal(error)) return open(`${error.message} (${error.code})`);
    throw error;
  }
}
