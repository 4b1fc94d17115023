import { hash } from 'node:crypto';
import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import { RESERVED_PREFIX } from './exchange/staging-places.ts';
import { isThere } from './is-there.ts';

/**
 * Where a component is unpacked to below a folder, and the temporary name until it is complete. The name comes
 * from an archive: whatever could lead out of the folder is replaced. Throws `target-unsuitable` if it is taken.
 */
export async function extractPlaces(
  into: string,
  name: string,
): Promise<{ temporary: string; final: string }> {
  const safe = name
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stay
    .replace(/[\x00-\x1f\\/:*?"<>|]/g, '_')
    .replace(/^\.{1,2}$|[ .]$/g, '_');
  const final = join(into, safe === '' ? '_' : safe);
  if (await isThere(final)) {
    throw new LifeboatError('target-unsuitable', `${final} is there already and is not written over`, {
      hint: 'choose another folder, or move it away',
    });
  }
  return { temporary: join(into, `${RESERVED_PREFIX}extract-${hash('sha256', name).slice(0, 12)}`), final };
}
