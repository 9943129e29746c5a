/** As many known words as a message lists. */
const listed = 20;

/** `; did you mean "x"?` when a known word is a near miss, else the list of known words. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearMiss(word, known);
  if (near !== undefined) return `; did you mean "${near}"?`;
  if (known.length === 0) return "; none is defined";
  const rest = known.length > listed ? ` and ${known.length - listed} more` : "";
  return `; allowed: ${known.slice(0, listed).join(", ")}${rest}`;
}

/** The known word that this one is probably a typo of: at most one edit per five letters, but at least one. */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const written = word.toLowerCase();
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of known) {
    const longest = Math.max(written.length, candidate.length);
    const most = Math.min(
      Math.max(1, Math.floor(longest / 5)),
      (best?.edits ?? Number.POSITIVE_INFINITY) - 1,
    );
    // The difference in length is the least number of edits, and costs nothing to know.
    if (Math.abs(written.length - candidate.length) > most) continue;
    const edits = editDistance(written, candidate.toLowerCase(), most);
    if (edits <= most) best = { candidate, edits };
  }
  return best?.candidate;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment).
 * @returns a number above `most` as soon as it can't be fewer
 */
function editDistance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          (row[j - 1] ?? 0) + (isSame ? 0 : 1),
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          isSwap ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    if (Math.min(...next) > most && Math.min(...row) > most) return most + 1;
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
