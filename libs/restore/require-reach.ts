import { LifeboatError } from '#platform/errors.ts';
import type { SwitchRecord } from '#sources/restore-target.ts';
import type { TransactionParts } from './transaction.ts';

/**
 * Signs in to all that the records need, before anything is changed. Throws what stands in the way, with what to type:
 * `command` of lifeboat-restore once more, as somebody who may.
 */
export async function requireReach(
  records: readonly SwitchRecord[],
  { switching }: TransactionParts,
  { command, meanwhile }: { command: string; meanwhile?: string },
  signal: AbortSignal,
): Promise<void> {
  for (const record of records) {
    try {
      await switching.reach(record, signal);
    } catch (cause) {
      if (!(cause instanceof LifeboatError) || signal.aborted) throw cause;
      throw new LifeboatError(
        cause.code,
        `${record.target}: ${cause.message}; nothing was changed${meanwhile === undefined ? '' : ` ${meanwhile}`}`,
        { hint: hintOf(cause, record, command), cause },
      );
    }
  }
}

/** A server that does not run is no question of who signs in. */
function hintOf({ code, hint }: LifeboatError, { engine }: SwitchRecord, command: string): string {
  const signIn =
    engine === 'mssql'
      ? '--mssql-user LOGIN --mssql-password-file FILE'
      : '--mariadb-user root --password-file FILE';
  const again = `lifeboat-restore ${command} ${signIn}`;
  return code === 'database-unreachable' && hint !== undefined ? `${hint}, then: ${again}` : again;
}
