import type { MssqlDatabaseDetails } from '../../format.ts';
import { quoteName } from '../../quote-name.ts';
import type { LiveDatabase } from '../read-live.ts';

/**
 * What a person should know of a database that was switched over: what travels with a backup (recovery model,
 * compatibility level), with what it was before where that differs, and what the server does not bring back.
 */
export function reportDatabase(
  now: LiveDatabase,
  before: LiveDatabase | undefined,
  archived: Pick<MssqlDatabaseDetails, 'trustworthy'>,
): string {
  const was = (then: unknown, present: unknown): string =>
    before === undefined || then === present ? '' : ` (before: ${then})`;
  const facts = [
    `recovery model ${now.recovery}${was(before?.recovery, now.recovery)}`,
    `compatibility level ${now.compatibility}${was(before?.compatibility, now.compatibility)}`,
    `owner ${now.owner ?? 'unknown'}${was(before?.owner, now.owner)}`,
    trustworthy(now, before, archived),
    ...(before?.broker && !now.broker
      ? [`Service Broker off (before: on; ALTER DATABASE ${quoteName(now.name)} SET ENABLE_BROKER)`]
      : []),
  ];
  return `database ${now.name}: ${facts.join(', ')}`;
}

/** A restore always switches it off: to bring it back is for a person to decide. */
function trustworthy(
  now: LiveDatabase,
  before: LiveDatabase | undefined,
  archived: Pick<MssqlDatabaseDetails, 'trustworthy'>,
): string {
  if (now.trustworthy) return 'TRUSTWORTHY on';
  const where = [
    ...(archived.trustworthy ? ['in the archive'] : []),
    ...(before?.trustworthy ? ['before'] : []),
  ];
  if (where.length === 0) return 'TRUSTWORTHY off';
  return `TRUSTWORTHY off (it was on ${where.join(' and ')}, a RESTORE switches it off; ALTER DATABASE ${quoteName(now.name)} SET TRUSTWORTHY ON)`;
}
