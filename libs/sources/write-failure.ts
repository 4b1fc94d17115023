import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** What the system refused while `place` was written, in our words; any other error as it is. */
export function writeFailure(cause: unknown, place: string): unknown {
  const code = systemErrorCode(cause);
  if (cause instanceof LifeboatError || code === undefined || !/^E[A-Z]+$/.test(code)) return cause;
  if (FULL.includes(code)) {
    return new LifeboatError('space-low', `no space left while writing ${place} (${code})`, {
      hint: 'make room there and try again; what was half-written is removed',
      cause,
    });
  }
  return new LifeboatError('write-failed', `cannot write ${place}: ${code}`, { cause });
}
