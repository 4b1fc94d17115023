import { LifeboatError } from '#platform/errors.ts';

/** The server's error number behind an error of this folder, or undefined. */
export function serverNumber(error: unknown): number | undefined {
  const cause = error instanceof LifeboatError ? error.cause : error;
  if (cause instanceof Error && 'number' in cause && typeof cause.number === 'number') return cause.number;
  return undefined;
}
