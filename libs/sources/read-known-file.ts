import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

/**
 * The text of a state file that a record knows by its hash. `holds`: what is in it, for the message. Throws
 * `state-unusable` if it is gone or another.
 */
export async function readKnownFile(path: string, sha256: string, holds: string): Promise<string> {
  const unusable = (why: string, cause?: unknown): LifeboatError =>
    new LifeboatError('state-unusable', `${path}, which holds ${holds}, ${why}`, {
      hint: 'nothing was changed; bring that file back',
      cause,
    });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw unusable(`cannot be read: ${systemErrorCode(cause) ?? cause}`, cause);
  }
  if (hash('sha256', text) !== sha256) throw unusable('is not the one of this restore');
  return text;
}
