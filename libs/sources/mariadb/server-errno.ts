import { LifeboatError } from '#platform/errors.ts';

/** The server's error number behind an error of this folder, or undefined. */
export function serverErrno(error: unknown): number | undefined {
  const cause = error instanceof LifeboatError ? error.cause : error;
  if (cause instanceof Error && 'errno' in cause && typeof cause.errno === 'number') return cause.errno;
  return undefined;
}
