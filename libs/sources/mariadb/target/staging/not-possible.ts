import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';

/** What the server refuses of an archive, in words that say that nothing live was changed; errors of the connection stay as they are. */
export function notPossible(what: string, cause: unknown): LifeboatError {
  if (cause instanceof LifeboatError && cause.code !== 'database-failed') return cause;
  const reason = messageOf(cause);
  return new LifeboatError('target-unsuitable', `${what} cannot be made on this server: ${reason}`, {
    hint: 'nothing live was changed; the server may be older than the one that was backed up, or lack a plugin',
    cause,
  });
}
