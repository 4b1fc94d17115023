import { quote } from './quote.ts';
import type { SectionKind } from './section-keys.ts';

/**
 * A name becomes a path segment in archives, where each byte that is not an ASCII letter or digit takes
 * three characters; with this many bytes a segment stays within the 255 that file systems allow.
 */
const MAX_NAME_BYTES = 80;

/**
 * What is wrong with the name of a section, undefined if it will do. A dot is refused: the package ini, and what else
 * reads this file, takes `[folder a.b]` for `b` inside `[folder a]`.
 */
export function nameMistake(kind: SectionKind, name: string): { found: string; allowed: string } | undefined {
  const bytes = Buffer.byteLength(name);
  if (name === '') return { found: 'no name', allowed: `[${kind} NAME]` };
  if (!/^[\p{L}\p{M}\p{N}_ -]+$/u.test(name)) {
    return {
      found: `the name ${quote(name)}`,
      allowed: 'a name of letters, digits, _, - and spaces (no dot)',
    };
  }
  if (bytes <= MAX_NAME_BYTES) return undefined;
  return { found: `a name of ${bytes} bytes in UTF-8`, allowed: `a name of at most ${MAX_NAME_BYTES} bytes` };
}
