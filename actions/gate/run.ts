/** Judging as a command. */

import type { Io, Outcome } from '#actions/command.ts';
import { judgeFiles, requireTrusted } from '#actions/evidence.ts';
import { describeSigner } from '#core/evidence/signature.ts';
import { overallStatus } from '#core/gates/judge.ts';
import type { GateResult } from '#core/gates/result.ts';
import type { Json } from '#core/json.ts';
import { tally } from '#core/report/words.ts';
import { describe, exitCode } from '#core/verdict.ts';
import type { GateOptions } from './command.ts';

/** Runs `mergeway gate`. */
export async function run(options: GateOptions, io: Io): Promise<Outcome> {
  const judged = await judgeFiles(options, io);
  if (!options.allowAdvisory) requireTrusted(judged);

  const { results, evaluation, policy, signer } = judged;
  const verdict = overallStatus(results);
  return {
    exit: exitCode(verdict),
    json: {
      verdict,
      model: evaluation.model,
      candidate: evaluation.candidate,
      champion: evaluation.champion,
      origin: evaluation.origin,
      policy: policy.from,
      ...(signer && { signer }),
      gates: results.map(gateJson),
    },
    text: [
      `${evaluation.model}: ${results.length === 0 ? 'no gate is configured' : tally(results)}`,
      ...results.map(lineOf),
      ...(signer ? [`  signed by ${describeSigner(signer)}`] : []),
    ].join('\n'),
    outputs: { verdict, candidate: evaluation.candidate },
  };
}

function gateJson({ gate, name, verdict, estimate, limit }: GateResult): Json {
  return { gate, name, ...verdict, estimate, limit };
}

function lineOf({ gate, name, verdict }: GateResult): string {
  return `  ${gate}: ${name}: ${describe(verdict)}`;
}
