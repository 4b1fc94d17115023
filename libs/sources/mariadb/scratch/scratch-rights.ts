import { SCRATCH_PREFIX } from '../../scratch/scratch-names.ts';
import type { Finding } from '../../source.ts';
import { accountOf } from '../account-of.ts';
import type { Connection } from '../connect.ts';
import { quoteName } from '../quote-name.ts';
import { readRights } from '../read-rights.ts';

/** What building, checking and dropping a scratch database takes. EXECUTE, so that making routines grants nothing. */
const NEEDED = [
  ...['SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES'],
  ...['CREATE VIEW', 'SHOW VIEW', 'TRIGGER', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EXECUTE', 'EVENT'],
];

/** Stands for any name that a drill may choose. */
const ANY_SCRATCH = `${SCRATCH_PREFIX}0000000000_1`;

/**
 * Which rights the signed-in account lacks for scratch databases, with the GRANT to give: on names that begin as
 * theirs do, and on nothing live. `code`: there are triggers or routines to make.
 */
export async function scratchRights(connection: Connection, { code }: { code: boolean }): Promise<Finding[]> {
  const rights = await readRights(connection);
  const account = await accountOf(connection);
  const missing = NEEDED.filter((right) => !rights.on(ANY_SCRATCH, right));
  const pattern = `${quoteName(SCRATCH_PREFIX.replaceAll('_', '\\_').concat('%'))}.*`;
  const findings: Finding[] = [];
  if (missing.length > 0) {
    findings.push({
      level: 'problem',
      code: 'database-right-missing',
      message: `the account ${account} lacks ${missing.join(', ')} on scratch databases of ${connection.place}`,
      hint: `grant it: GRANT ${NEEDED.join(', ')} ON ${pattern} TO ${account}`,
    });
  }
  if (code && !rights.everywhere('SUPER') && (await distrustsCode(connection))) {
    findings.push({
      level: 'problem',
      code: 'database-right-missing',
      message: `${connection.place} writes a binary log and lets only SUPER make triggers and functions, which the account ${account} lacks`,
      hint: 'SET GLOBAL log_bin_trust_function_creators = 1 (and in the conf of the server)',
    });
  }
  return findings;
}

/** Error 1419 otherwise, after hours of loading rows. */
async function distrustsCode(connection: Connection): Promise<boolean> {
  const [row] = await connection.query<{ log: number; trusts: number }>(
    'SELECT @@GLOBAL.log_bin AS log, @@GLOBAL.log_bin_trust_function_creators AS trusts',
  );
  return Number(row?.log) === 1 && Number(row?.trusts) === 0;
}
