/** Suggestions for misspelt words: the known word with the least Levenshtein distance, when it is near enough. */

/** The known word nearest to `word`, at most a third of its letters away (one at least); undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .filter((candidate) => Math.abs(candidate.length - word.length) <= limit)
    .map((candidate) => ({ candidate, distance: levenshtein(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** That there is no such model at `where`, with the nearest that is, and all of them. */
export function noSuchModel(model: string, known: readonly string[], where: string): string {
  const guess = nearest(model, known);
  const listed = known.length === 0 ? 'none' : known.slice(0, 20).join(', ');
  const hint = guess ? `; did you mean \`${guess}\`?` : ';';
  return `there is no model \`${model}\`: models/${model}/model.yaml is not in ${where}${hint} models here: ${listed}`;
}

function levenshtein(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
