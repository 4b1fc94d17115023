import { type ErrorCode, LifeboatError } from '#platform/errors.ts';

const HINTS: Partial<Record<ErrorCode, string>> = {
  'archive-damaged':
    'copy it again from where it came from, or choose another archive; lifeboat-restore verify names all that is damaged, what is whole can be restored with --only',
};

/** The error of a restore that ended before anything live was touched, saying so and what to do. Others stay as they are. */
export function sayUntouched(error: unknown): unknown {
  if (!(error instanceof LifeboatError) || ['interrupted', 'usage'].includes(error.code)) return error;
  const { code, message } = error;
  const hint = error.hint ?? HINTS[code];
  const said = /nothing (live )?was changed/.test(`${message} ${hint}`);
  return new LifeboatError(code, said ? message : `${message}; nothing was changed`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error.cause ?? error,
  });
}
