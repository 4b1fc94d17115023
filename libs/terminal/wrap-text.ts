import wrapAnsi from 'wrap-ansi';

/** Where less than this is left for text the terminal breaks lines itself: nobody could do it well. */
const NARROWEST = 10;

/**
 * A line as lines that fit a terminal, broken at spaces; the first begins with `lead`, the others are indented
 * to match. A word that is too long, such as a path, is never cut: it can be copied as it stands. `columns`
 * undefined (no terminal) leaves it one line.
 */
export function wrapText(text: string, columns: number | undefined, lead = ''): string {
  const width = (columns ?? 0) - lead.length - 1;
  if (columns === undefined || width < NARROWEST) return `${lead}${text}`;
  return `${lead}${wrapAnsi(text, width).replaceAll('\n', `\n${' '.repeat(lead.length)}`)}`;
}
