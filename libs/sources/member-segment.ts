/**
 * One path segment of a member for a name of any kind: ASCII letters, digits, `_` and `-` stay, every
 * other byte of its UTF-8 form becomes `%XX`. So a database called `a/b` or `..` cannot leave its folder
 * and two names that differ only in case or Unicode form stay two names.
 */
export function memberSegment(name: string): string {
  let segment = '';
  for (const byte of new TextEncoder().encode(name)) {
    const character = String.fromCharCode(byte);
    segment += /[A-Za-z0-9_-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return segment;
}
