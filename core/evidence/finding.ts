/** What is proven of an artifact, one line each: it holds, it does not, or nobody can tell, always with a reason. */

/** `yes`: proven; `no`: refuted; `open`: claimed, missing, or nothing to check it by. */
type Mark = 'yes' | 'no' | 'open';

/** What a finding is about, in the order in which they are told. */
export const TOPICS = ['bytes', 'training', 'evaluation', 'gate', 'signature', 'ledger', 'tag'] as const;
type Topic = (typeof TOPICS)[number];

export interface Finding {
  readonly topic: Topic;
  readonly mark: Mark;
  readonly what: string;
  readonly reason: string;
}

const SIGNS: Readonly<Record<Mark, string>> = { yes: '✓', no: '✗', open: '–' };

/** One line for people. Texts of strangers stand in findings: control characters are replaced. */
export function lineOf({ topic, mark, what, reason }: Finding): string {
  return `${SIGNS[mark]} ${topic}: ${what}: ${reason}`.replace(/\p{Cc}/gu, ' ');
}

/** Exit code: 1 where something is refuted, 3 where the bytes or an evaluation are not proven, else 0. */
export function exitOf(findings: readonly Finding[]): 0 | 1 | 3 {
  if (findings.some(({ mark }) => mark === 'no')) return 1;
  const isProven = (topic: Topic) => findings.some((one) => one.topic === topic && one.mark === 'yes');
  return isProven('bytes') && isProven('evaluation') ? 0 : 3;
}
