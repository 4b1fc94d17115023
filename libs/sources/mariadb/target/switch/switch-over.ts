import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import { shellQuoted } from '../../../../platform/shell-quoted.ts';
import { type Connection, connectMariadb } from '../../connect.ts';
import { dropEmptied } from '../drop-databases.ts';
import { bringObjects } from '../objects/bring-objects.ts';
import { markComplete } from './complete-mark.ts';
import { connectForSwitch } from './connect-for-switch.ts';
import { goBack } from './go-back.ts';
import type { SwitchParts } from './switch-parts.ts';
import { switchTables } from './switch-tables.ts';
import { takeSwitchLock } from './take-switch-lock.ts';

/**
 * Puts the staged tables in the place of the live ones by one RENAME and brings along what a rename does not
 * carry. Everything that is dropped is on disk before. On any failure the old state is brought back
 * completely and the first error is thrown; if that fails too, `rollback-failed` says what to do.
 */
export async function switchOver(parts: SwitchParts, signal: AbortSignal): Promise<void> {
  try {
    await using connection = await connectForSwitch(
      parts.server,
      { databases: parts.state.databases.map(({ database }) => database), endSessions: parts.endSessions },
      signal,
    );
    await takeSwitchLock(connection, parts.state.run);
    await switchTables(connection, parts);
    await bringObjects(connection, parts);
    await parts.onStep('finish');
    await markComplete(
      connection,
      parts.state.databases.map(({ old }) => old),
    );
    await dropEmptied(
      connection,
      parts.state.databases.map(({ staging }) => staging),
    );
  } catch (error) {
    await rollBack(parts, error);
    throw switchError(error);
  }
}

async function rollBack(parts: SwitchParts, reason: unknown): Promise<void> {
  const signal = new AbortController().signal;
  try {
    await using connection = await reconnect(parts, signal);
    await goBack(connection, parts.state, parts.note);
    await parts.log.done('rolled back: everything on the server is as it was before');
  } catch (error) {
    throw rollbackFailed(parts, reason, error);
  }
}

/** A server that was killed, or is restarted, may need a moment. */
async function reconnect(parts: SwitchParts, signal: AbortSignal): Promise<Connection> {
  const deadline = performance.now() + parts.reconnectMs;
  for (;;) {
    try {
      return await connectMariadb(parts.server, signal);
    } catch (error) {
      const gone = error instanceof LifeboatError && error.code === 'database-unreachable';
      if (!gone || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function switchError(error: unknown): LifeboatError {
  const reason = messageOf(error);
  const keeps =
    error instanceof LifeboatError && (error.code === 'target-in-use' || error.code === 'interrupted');
  const hint = error instanceof LifeboatError ? error.hint : undefined;
  return new LifeboatError(keeps ? error.code : 'switch-failed', reason, {
    hint: `${hint === undefined ? '' : `${hint}; `}all databases and accounts are back as they were before`,
    cause: error,
  });
}

function rollbackFailed(parts: SwitchParts, reason: unknown, error: unknown): LifeboatError {
  const kept = parts.state.databases.map(({ old }) => old).join(', ');
  return new LifeboatError(
    'rollback-failed',
    `the switch-over failed (${messageOf(reason)}) and the way back too (${messageOf(error)})`,
    {
      hint: `nothing was deleted; if database ${kept} holds tables, run mariadb < ${shellQuoted(parts.files.afterRename)}, else mariadb < ${shellQuoted(parts.files.beforeRename)}`,
      cause: error,
    },
  );
}
