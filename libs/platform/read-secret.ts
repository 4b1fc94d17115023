import { readFile } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from './errors.ts';

/** Where a password stands: never in argv, never in the conf itself. */
export type SecretPlace = { from: 'file'; file: string } | { from: 'environment'; variable: string };

/**
 * Reads a password. From a file it is the first line without its line end, so that an editor's final
 * newline, and the mark that some editors put first, do no harm; spaces are part of it. Errors name the place and never the content.
 */
export async function readSecret(place: SecretPlace): Promise<string> {
  if (place.from === 'environment') {
    const value = process.env[place.variable];
    if (value === undefined) {
      throw new LifeboatError('secret-unreadable', `the environment variable ${place.variable} is not set`);
    }
    return value;
  }
  try {
    const text = await readFile(place.file, 'utf8');
    return text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  } catch (cause) {
    throw new LifeboatError(
      'secret-unreadable',
      `cannot read the password file ${place.file}: ${systemErrorCode(cause) ?? 'unknown error'}`,
      { hint: 'the file must exist and be readable by the user that runs lifeboat (mode 0600)', cause },
    );
  }
}
