/**
 * A text as one line that a terminal and an editor show as it is: line breaks and control characters, which
 * may come from a file's name or from an archive, become `\u{a}` and cannot pass for a line of their own. So
 * do the overrides of the direction of writing, by which a command could read as another one.
 */
export function oneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`,
  );
}
