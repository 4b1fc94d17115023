import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { SwitchRecord } from '../../restore-target.ts';
import { accountOf } from '../account-of.ts';
import { connectMariadb, type MariadbServer } from '../connect.ts';
import { missingRights } from './missing-rights.ts';

/**
 * Signs in and sees that the account may do what the record asks for: databases that it may not see look as if somebody
 * had dropped them. Throws `database-right-missing` with all that is missing.
 */
export async function reachMariadb(
  record: SwitchRecord,
  server: MariadbServer,
  signal: AbortSignal,
): Promise<void> {
  await using connection = await connectMariadb(server, signal);
  const needed = { accounts: hasAccounts(record), endSessions: false, switchLocalInfile: false };
  const missing = await missingRights(connection, needed);
  if (missing.length === 0) return;
  throw new LifeboatError(
    'database-right-missing',
    `the account ${await accountOf(connection)} on ${connection.place} may not restore: it lacks ${missing.join(', ')} on *.*`,
    { hint: 'sign in as root, or grant it what it lacks' },
  );
}

/** What is only staged has none. */
const accounts = z.object({ createdAccounts: z.array(z.unknown()), replacedAccounts: z.array(z.unknown()) });

function hasAccounts({ state }: SwitchRecord): boolean {
  const { data } = accounts.safeParse(state);
  return data !== undefined && data.createdAccounts.length + data.replacedAccounts.length > 0;
}
