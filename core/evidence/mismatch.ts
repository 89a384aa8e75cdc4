/** Evidence that speaks of something else than what is judged now. Most often nobody did wrong: something changed after it was measured. */

import { MergewayError } from '../errors.ts';

/** What usually lies behind a field that differs. */
const EXPLAINED: Readonly<Record<string, string>> = {
  configuration: 'model.yaml (task, evaluate or gates) has changed since this evaluation',
  holdout: "the holdout's lock has changed since this evaluation, which measured on other rows",
  champion:
    'the champion has changed since this evaluation, which compared with another one (in a clone without tags, `--champion` says which it is)',
  candidate: 'this evaluation measured another candidate',
};

/** Evidence must say this of each field, as [received, expected]. MW_EVIDENCE_MISMATCH, naming the first that differs. */
export function requireFacts(
  file: string,
  facts: Readonly<Record<string, readonly [received: string | undefined, expected: string]>>,
): void {
  for (const [field, [received, expected]] of Object.entries(facts)) {
    if (received === expected) continue;
    const cause = EXPLAINED[field];
    throw new MergewayError(
      'MW_EVIDENCE_MISMATCH',
      `${file}: ${cause ? `${cause}: ` : ''}${field} is ${received?.slice(0, 100)}, expected ${expected}`,
    );
  }
}
