/** Where an artifact comes from: the inputs that it is bound to, and what training says of itself. */

import type { Digest } from '../digest.ts';
import type { Finding } from '../evidence/finding.ts';
import type { TrainingPredicate } from '../evidence/training.ts';
import { inputDigestAt } from './affected-models.ts';
import { isRefusal } from './checks.ts';
import type { ExplainPorts } from './explain-artifact.ts';
import type { EvidenceAbout, Stored } from './stored-evidence.ts';

/** Several runs may have given the same bytes; more than these are not told. */
const MOST = 5;

export async function explainTraining(
  ports: ExplainPorts,
  artifact: Digest,
  { training }: EvidenceAbout,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  if (training.length === 0) {
    findings.push(line('open', 'nobody says how it was trained', 'the store has no training evidence of it'));
  }
  for (const one of training.slice(0, MOST)) {
    findings.push(await explainInputs(ports, artifact, one), explainRun(one));
  }
  return findings;
}

/** The commit's tree is at hand and the binding is in the store: both can be looked at. */
async function explainInputs(
  { artifacts, repository }: ExplainPorts,
  artifact: Digest,
  { statement }: Stored<TrainingPredicate>,
): Promise<Finding> {
  const { model, commit, inputDigest } = statement.predicate;
  const what = `inputs ${inputDigest} of ${model} at commit ${commit}`;
  const bound = await artifacts.find({
    'dev.mergeway.model': model,
    'dev.mergeway.input-digest': inputDigest,
  });
  const first = bound.find(({ mediaType }) => mediaType === 'application/onnx');
  if (first && first.digest !== artifact)
    return line('no', what, `the store binds these inputs to ${first.digest}`);

  const known = (await repository?.source.resolve(commit)) === commit;
  if (!repository || !known) return line('open', what, 'this commit is not at hand to compute them again');
  const computed = await computedInputs(repository.source, commit, model);
  if (computed !== inputDigest)
    return line('no', what, `the commit's tree has ${computed ?? 'no such model'}`);
  return first
    ? line('yes', what, "the commit's tree has these inputs, and the store binds this artifact to them")
    : line('open', what, "the commit's tree has these inputs; the store binds no artifact to them");
}

async function computedInputs(
  source: NonNullable<ExplainPorts['repository']>['source'],
  commit: string,
  model: string,
): Promise<Digest | undefined> {
  try {
    return await inputDigestAt(source, commit, model);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function explainRun({ digest, statement }: Stored<TrainingPredicate>): Finding {
  const { command, run, seconds, mergeway } = statement.predicate;
  const where = run ? `run ${run}` : 'a run that is not named';
  return line(
    'open',
    `\`${command.slice(0, 200)}\` in ${where}`,
    `training's own word (evidence ${digest}, Mergeway ${mergeway}, ${Math.round(seconds)} s): it ran code of the commit, so that nothing rests on it`,
  );
}

function line(mark: Finding['mark'], what: string, reason: string): Finding {
  return { topic: 'training', mark, what, reason };
}
