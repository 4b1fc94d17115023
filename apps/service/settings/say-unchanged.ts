import { LifeboatError } from '#platform/errors.ts';
import { ConfMistakes } from '#settings/conf-mistakes.ts';

/** Whoever changes settings wants to know first that the old ones hold. */
export function sayUnchanged(error: unknown): unknown {
  if (!(error instanceof LifeboatError) || error.code !== 'conf-invalid') return error;
  const { cause } = error;
  if (!(cause instanceof ConfMistakes)) {
    return new LifeboatError('conf-invalid', `nothing was changed: ${error.message}`, { cause });
  }
  return new LifeboatError('conf-invalid', `nothing was changed\n${cause.message}`, {
    hint: 'docs/sysbackup-conf.md describes every key',
    cause,
  });
}
