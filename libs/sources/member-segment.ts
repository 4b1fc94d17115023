import { hash } from 'node:crypto';

const LONGEST = 64;
const KEPT_OF_LONGER = 48;
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)$/i;

/**
 * One path segment of a member for a name of any kind, at most 64 ASCII characters. Letters, digits, `_` and
 * `-` stay as they are; every other byte of the name's UTF-8 form becomes `%XX`. If that could not stand on
 * every file system beside all others (the name has upper-case letters, so another may differ from it in
 * case alone; it is longer; Windows keeps it for a device; it is empty) it is cut to 48 characters and gets
 * `=` and the first 12 hex digits of the name's SHA-256. So a database called `a/b`, `..` or `con` neither
 * leaves its folder nor hinders unpacking, and two names that differ only in case or Unicode form stay two.
 */
export function memberSegment(name: string): string {
  const segment = percentForm(name);
  const fitsEverywhere =
    segment !== '' && segment.length <= LONGEST && !/[A-Z]/.test(name) && !DEVICE.test(segment);
  if (fitsEverywhere) return segment;
  // Never ends inside a `%XX`.
  const readable = segment.slice(0, KEPT_OF_LONGER).replace(/%.?$/, '');
  return `${readable}=${hash('sha256', name).slice(0, 12)}`;
}

function percentForm(name: string): string {
  let segment = '';
  for (const byte of new TextEncoder().encode(name)) {
    const character = String.fromCharCode(byte);
    segment += /[A-Za-z0-9_-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return segment;
}
