import type { RestoreLog } from '../../../restore-target.ts';
import type { Connection } from '../../connection.ts';
import type { LoginObject } from '../../format.ts';
import { quoteName } from '../../quote-name.ts';
import { serverNumber } from '../../server-number.ts';
import { dropLoginSql } from './go-back-sql.ts';

export interface CreateLoginsParts {
  /** Server roles that this server has; undefined: memberships were not agreed to, so none is given. */
  roles: readonly string[] | undefined;
  log: RestoreLog;
  note: (text: string) => void;
  signal: AbortSignal;
}

const NO_SUCH_WINDOWS_ACCOUNT = 15401;

/** Makes logins that the server lacks as they were: SID, password hash, disabled or not. Resolves with those made. */
export async function createLogins(
  connection: Connection,
  logins: readonly LoginObject[],
  parts: CreateLoginsParts,
): Promise<LoginObject[]> {
  const created: LoginObject[] = [];
  for (const login of logins) {
    const what = `create login ${login.name}`;
    await parts.log.before({ what, goBack: dropLoginSql(login.name) });
    const made = await createLogin(connection, login, parts);
    if (!made) continue;
    created.push(login);
    await parts.log.done(what);
  }
  return created;
}

async function createLogin(
  connection: Connection,
  login: LoginObject,
  { roles, note, signal }: CreateLoginsParts,
): Promise<boolean> {
  try {
    await connection.ask(createSql(login), signal);
  } catch (error) {
    if (serverNumber(error) !== NO_SUCH_WINDOWS_ACCOUNT) throw error;
    note(`login ${login.name} was not created: Windows does not know this account here`);
    return false;
  }
  if (login.disabled) await connection.ask(`ALTER LOGIN ${quoteName(login.name)} DISABLE`, signal);
  for (const role of roles === undefined ? [] : login.roles) {
    if (roles?.includes(role)) {
      await connection.ask(
        `ALTER SERVER ROLE ${quoteName(role)} ADD MEMBER ${quoteName(login.name)}`,
        signal,
      );
    } else note(`login ${login.name} is no member of server role ${role}, which this server does not have`);
  }
  return true;
}

/** The hash stands in the statement and nowhere else: errors do not repeat statements. */
function createSql({ name, type, passwordHash, sid, checkPolicy, checkExpiration }: LoginObject): string {
  if (type !== 'S') return `CREATE LOGIN ${quoteName(name)} FROM WINDOWS`;
  const policy = checkPolicy ?? false;
  const expiration = policy && (checkExpiration ?? false);
  return [
    `CREATE LOGIN ${quoteName(name)} WITH PASSWORD = 0x${passwordHash ?? ''} HASHED`,
    `SID = 0x${sid}`,
    `CHECK_EXPIRATION = ${expiration ? 'ON' : 'OFF'}`,
    `CHECK_POLICY = ${policy ? 'ON' : 'OFF'}`,
  ].join(', ');
}
