/** The useful sentence of a runtime's error: without source paths, control characters and tails that a model file could fill. */

const LONGEST = 300;

/** One line of at most 300 characters. */
export function sentenceOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const line = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(
      /^Non-zero status code returned while running (\S+) node\. Name:'([^']*)' Status Message: /,
      '$1: ',
    )
    .replace(/(?:\/[\w.+-]+)+\/[\w.+-]+:\d+ /g, '')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
