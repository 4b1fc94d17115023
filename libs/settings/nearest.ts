import { closest, distance } from 'fastest-levenshtein';

/** ` (did you mean x?)` with the known word a mistyped one is near to, or nothing. */
export function nearest(word: string, known: readonly string[]): string {
  const candidate = closest(word.toLowerCase(), [...known]);
  const near = distance(word.toLowerCase(), candidate) <= Math.max(1, Math.floor(candidate.length / 3));
  return near ? ` (did you mean ${candidate}?)` : '';
}
