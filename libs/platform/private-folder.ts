import { mkdir } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from './errors.ts';

/** Makes a folder (and its parents) that only its owner can enter; one that exists is left as it is. */
export async function privateFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (cause) {
    throw new LifeboatError(
      'state-unusable',
      `cannot make the folder ${path}: ${systemErrorCode(cause) ?? cause}`,
      {
        hint: 'run as root or Administrator, or name a writable folder with --state or the key "state" in [backup]',
        cause,
      },
    );
  }
}
