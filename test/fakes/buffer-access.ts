import type { RandomAccess } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';

/** An archive that is a buffer, for tests with thousands of damaged copies. */
export function bufferAccess(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    name: 'test.zip',
    async read(position, length) {
      if (position < 0 || position + length > bytes.length) {
        throw new LifeboatError('archive-cut', `test.zip ends at byte ${bytes.length}`);
      }
      return bytes.slice(position, position + length);
    },
    async [Symbol.asyncDispose]() {},
  };
}
