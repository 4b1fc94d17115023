import { dirname } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { unitHint } from '#platform/unit-hint.ts';

/** What saving a conf file throws for a system error; any other error (an abort among them) stays as it is. */
export async function confWriteError(file: string, cause: unknown): Promise<unknown> {
  const code = systemErrorCode(cause);
  if (code === undefined || code === 'ABORT_ERR') return cause;
  return new LifeboatError('write-failed', `cannot save the conf file ${file}: ${code}`, {
    hint:
      (await unitHint(dirname(file), cause)) ??
      'the user that runs lifeboat must own the file and be able to write in its folder',
    cause,
  });
}
