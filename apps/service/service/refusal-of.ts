import { ERRORS, type ErrorCode, LifeboatError } from '#platform/errors.ts';

/** Answers of the service are those of the same program; whatever else comes is shown as it is. */
export function refusalOf(body: string): LifeboatError {
  try {
    const { code, message, hint } = JSON.parse(body) as { code: string; message: string; hint?: string };
    if (code in ERRORS) {
      return new LifeboatError(code as ErrorCode, message, hint === undefined ? {} : { hint });
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return new LifeboatError(
    'internal',
    `the service gave an answer that cannot be read: ${body.slice(0, 200)}`,
  );
}
