import { stat } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** Another text when another file is there, or the file was changed; its absence is one, too. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeNs, ino, size } = await stat(path, { bigint: true });
    return `${path} ${mtimeNs} ${ino} ${size}`;
  } catch (error) {
    return `${path} ${systemErrorCode(error) ?? 'unknown'}`;
  }
}
