/**
 * A text as one line that a terminal and an editor show as it is: line breaks and control characters, which
 * may come from a file's name or from an archive, become `\u{a}` and cannot pass for a line of their own.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}
