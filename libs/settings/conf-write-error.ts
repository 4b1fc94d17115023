import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

/** What saving a conf file throws for a system error; any other error (an abort among them) stays as it is. */
export function confWriteError(file: string, cause: unknown): unknown {
  const code = systemErrorCode(cause);
  if (code === undefined || code === 'ABORT_ERR') return cause;
  return new LifeboatError('write-failed', `cannot save the conf file ${file}: ${code}`, {
    hint: 'the user that runs lifeboat must own the file and be able to write in its folder',
    cause,
  });
}
