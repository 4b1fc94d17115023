import { describe, expect, test } from 'vitest';
import { type ErrorCode, LifeboatError } from '#platform/errors.ts';
import { connectError } from '#sources/mssql/connect-error.ts';
import { mssqlError } from '#sources/mssql/mssql-error.ts';
import { serverNumber } from '#sources/mssql/server-number.ts';

/** As the driver gives them: the last error on top, those before it in `precedingErrors`. */
function driverError(...errors: [number, string][]): Error {
  const all = errors.map(([number, message]) =>
    Object.assign(new Error(message), { number, code: 'EREQUEST' }),
  );
  return Object.assign(all.at(-1) as Error, { precedingErrors: all.slice(0, -1) });
}

const GENERAL: [number, string] = [3013, 'BACKUP DATABASE is terminating abnormally.'];

/** Every number that mssql.md lists, with what a script reads and a word of what a person reads. */
const MEANINGS: [number, string, ErrorCode, RegExp][] = [
  [
    262,
    "BACKUP DATABASE permission denied in database 'shop'.",
    'database-right-missing',
    /ALTER SERVER ROLE \[sysadmin\] ADD MEMBER/,
  ],
  [3110, "User does not have permission to RESTORE database 'shop'.", 'database-right-missing', /sysadmin/],
  [15247, 'User does not have permission to perform this action.', 'database-right-missing', /sysadmin/],
  [5011, "User does not have permission to alter database 'shop'.", 'database-right-missing', /not there/],
  [5069, 'ALTER DATABASE statement failed.', 'database-failed', /error log/],
  [911, "Database 'shop' does not exist.", 'database-missing', /correct "databases"/],
  [4060, 'Cannot open database "shop" requested by the login.', 'database-missing', /may open it/],
  [
    927,
    "Database 'shop' cannot be opened. It is in the middle of a restore.",
    'database-busy',
    /WITH RECOVERY/,
  ],
  [
    3101,
    'Exclusive access could not be obtained because the database is in use.',
    'target-in-use',
    /end the sessions/,
  ],
  [
    3102,
    "RESTORE cannot process database 'shop' because it is in use by this session.",
    'target-in-use',
    /end the sessions/,
  ],
  [
    3154,
    "The backup set holds a backup of a database other than the existing 'shop' database.",
    'target-unsuitable',
    /another origin/,
  ],
  [3234, "Logical file 'x' is not part of database 'shop'.", 'target-unsuitable', /FILELISTONLY/],
  [1834, "The file 'x' cannot be overwritten.", 'target-unsuitable', /place of its own/],
  [3156, "File 'x' cannot be restored to 'y'.", 'target-unsuitable', /place of its own/],
  [
    3119,
    'Problems were identified while planning for the RESTORE statement.',
    'target-unsuitable',
    /place of its own/,
  ],
  [
    3169,
    'The database was backed up on a server running version 17.',
    'database-unsupported',
    /newer SQL Server/,
  ],
  [3183, 'RESTORE detected an error on page (1:10).', 'archive-damaged', /damaged/],
  [3189, 'Damage to the backup set was detected.', 'archive-damaged', /damaged/],
  [3241, "The media family on device 'x' is incorrectly formed.", 'archive-damaged', /damaged or is none/],
  [3187, 'RESTORE WITH CHECKSUM cannot be specified.', 'database-unsupported', /without CHECKSUM/],
  [
    1844,
    'BACKUP DATABASE WITH COMPRESSION is not supported on Express Edition.',
    'database-unsupported',
    /COMPRESSION/,
  ],
  [
    33111,
    "Cannot find server certificate with thumbprint '0xAB'.",
    'target-unsuitable',
    /certificate with its private key/,
  ],
  [
    3201,
    "Cannot open backup device '/x.bak'. Operating system error 5(Access is denied.).",
    'staging-unusable',
    /service/,
  ],
  [
    3201,
    "Cannot open backup device '/x.bak'. Operating system error 2(failed).",
    'staging-unusable',
    /must exist/,
  ],
  [
    3201,
    "Cannot open backup device '\\\\nas\\x'. Operating system error 53(network).",
    'staging-unusable',
    /share/,
  ],
  [3202, "Write on 'x.bak' failed: 112(There is not enough space on the disk.)", 'space-low', /make room/],
  [3202, "Write on 'x.bak' failed: 1117(I/O device error.)", 'write-failed', /check the disk/],
];

describe('errors of a SQL Server', () => {
  test.each(MEANINGS)('%i %s: %s', (number, text, code, hint) => {
    const error = mssqlError(driverError([number, text], GENERAL), 'sql:1433');
    expect(error).toBeInstanceOf(LifeboatError);
    expect(error.code).toBe(code);
    expect(error.message).toContain(`(error ${number})`);
    expect(error.message.startsWith(`sql:1433: ${text.slice(0, 20)}`)).toBe(true);
    expect(error.message).not.toContain('3013');
    expect(error.hint).toMatch(hint);
    expect(serverNumber(error)).toBe(number);
  });

  test('an error that stands alone, even the general one, is told as it is', () => {
    const error = mssqlError(driverError(GENERAL), 'sql:1433');
    expect(error.message).toBe('sql:1433: BACKUP DATABASE is terminating abnormally (error 3013)');
    expect(error.code).toBe('database-failed');
  });

  test('a lost connection is no error of the server', () => {
    const lost = Object.assign(new Error('Connection lost - read ECONNRESET'), {
      code: 'EREQUEST',
      precedingErrors: [],
    });
    expect(mssqlError(lost, 'sql:1433').code).toBe('database-unreachable');
  });

  test('what is thrown holds nothing of the driver: neither statement nor password', () => {
    const thrown = Object.assign(new Error('Login failed.'), {
      code: 'ELOGIN',
      config: { password: 'S3cret' },
    });
    const server = {
      address: { host: 'sql', port: 1433 },
      user: 'u',
      tls: undefined,
      password: async () => 'S3cret',
    };
    const error = connectError(thrown, { server, place: 'sql:1433', messages: [] });
    expect(error.code).toBe('database-login-refused');
    expect(JSON.stringify([error, error.cause, Object.entries(error.cause as object)])).not.toContain(
      'S3cret',
    );
  });
});
