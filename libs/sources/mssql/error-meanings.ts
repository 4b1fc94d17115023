import type { ErrorCode } from '#platform/errors.ts';

export interface ErrorMeaning {
  code: ErrorCode;
  hint?: string;
  /** What differs for an operating system error named in the message, by its number. */
  system?: Record<number, { code?: ErrorCode; hint: string }>;
}

const SYSADMIN =
  'give the login the server role sysadmin: ALTER SERVER ROLE [sysadmin] ADD MEMBER [LOGIN]; (as a sysadmin)';
const SERVICE_ACCOUNT =
  "the server opens backup files itself: give the account of the SQL Server service read and write rights on the folder (and on the share, for another machine's)";
const NO_FOLDER =
  'the folder must exist where the server looks for it: check staging_server_path, as the server sees it';
const MEDIA = 'the backup file is damaged or is none: use another archive, and check the disk it was on';
const MOVED = 'each file of the database needs a place of its own on the server that no other database uses';
const DAMAGED_LIVE =
  'the live database is damaged: run DBCC CHECKDB on it; a backup of it would bring the damage along';
const OUT_OF_ROOM = 'make room on that disk of the server, or let the files of the database grow';

const SYSTEM: NonNullable<ErrorMeaning['system']> = {
  2: { hint: NO_FOLDER },
  3: { hint: NO_FOLDER },
  // A server on Linux says so for a folder that is not there, too.
  5: { hint: `${SERVICE_ACCOUNT}; the folder must exist` },
  28: { code: 'space-low', hint: 'make room in the staging folder' },
  53: { hint: 'the server cannot reach the share: check the name in staging_server_path and the network' },
  67: { hint: 'the server cannot find the share: check the name in staging_server_path' },
  112: { code: 'space-low', hint: 'make room in the staging folder' },
};

/** Error numbers of the server that mean more than "it failed". */
export const ERROR_MEANINGS: Record<number, ErrorMeaning> = {
  229: { code: 'database-right-missing', hint: SYSADMIN },
  262: { code: 'database-right-missing', hint: SYSADMIN },
  297: { code: 'database-right-missing', hint: SYSADMIN },
  300: { code: 'database-right-missing', hint: SYSADMIN },
  916: { code: 'database-right-missing', hint: SYSADMIN },
  3110: { code: 'database-right-missing', hint: SYSADMIN },
  15247: { code: 'database-right-missing', hint: SYSADMIN },
  5011: {
    code: 'database-right-missing',
    hint: `the database is not there, not in a state for this, or: ${SYSADMIN}`,
  },
  5069: { code: 'database-failed', hint: 'see the error log of the server for what was in the way' },

  911: { code: 'database-missing', hint: 'correct "databases" in sysbackup.conf' },
  4060: { code: 'database-missing', hint: 'check that the database is there and that the login may open it' },
  922: { code: 'database-busy', hint: 'the database is being recovered: try again when it is online' },
  927: {
    code: 'database-busy',
    hint: 'a restore of it was not finished: finish it, or RESTORE DATABASE [NAME] WITH RECOVERY, or drop it',
  },
  942: { code: 'database-busy', hint: 'bring it online: ALTER DATABASE [NAME] SET ONLINE' },
  945: {
    code: 'database-failed',
    hint: 'files of the database cannot be opened: see the error log of the server',
  },
  1205: { code: 'database-busy', hint: 'try again' },
  1222: { code: 'database-busy', hint: 'another session holds a lock for too long: find it with sp_who2' },
  3023: { code: 'database-busy', hint: 'another backup of it, or a change of its files, is running' },
  3101: { code: 'target-in-use', hint: 'end the sessions that use the database' },
  3102: { code: 'target-in-use', hint: 'end the sessions that use the database' },

  823: { code: 'database-failed', hint: DAMAGED_LIVE },
  824: { code: 'database-failed', hint: DAMAGED_LIVE },
  3043: { code: 'database-failed', hint: DAMAGED_LIVE },
  1105: { code: 'space-low', hint: OUT_OF_ROOM },
  3257: { code: 'space-low', hint: OUT_OF_ROOM },
  9002: {
    code: 'space-low',
    hint: 'the transaction log of the database is full: back the log up, or let it grow',
  },

  3201: { code: 'staging-unusable', hint: SERVICE_ACCOUNT, system: SYSTEM },
  3202: { code: 'write-failed', hint: 'see the error log of the server and check the disk', system: SYSTEM },
  3203: { code: 'read-failed', hint: 'see the error log of the server and check the disk', system: SYSTEM },
  18204: { code: 'staging-unusable', hint: SERVICE_ACCOUNT, system: SYSTEM },
  1844: {
    code: 'database-unsupported',
    hint: 'this edition of SQL Server cannot compress backups: leave COMPRESSION out',
  },
  33111: {
    code: 'target-unsuitable',
    hint: 'the database is encrypted (TDE): restore the certificate with its private key in master first (CREATE CERTIFICATE .. FROM FILE .. WITH PRIVATE KEY ..)',
  },

  1834: { code: 'target-unsuitable', hint: MOVED },
  3119: { code: 'target-unsuitable', hint: MOVED },
  3156: { code: 'target-unsuitable', hint: MOVED },
  3234: {
    code: 'target-unsuitable',
    hint: 'the file is not part of this backup: RESTORE FILELISTONLY lists those that are',
  },
  3154: {
    code: 'target-unsuitable',
    hint: 'a database of this name with another origin is there: restore beside it',
  },
  3169: {
    code: 'database-unsupported',
    hint: 'a newer SQL Server made the backup: restore it on a server of that version or a later one',
  },
  3187: {
    code: 'database-unsupported',
    hint: 'the backup was made without CHECKSUM: restore it without that option',
  },
  3183: { code: 'archive-damaged', hint: MEDIA },
  3189: { code: 'archive-damaged', hint: MEDIA },
  3241: { code: 'archive-damaged', hint: MEDIA },
  3242: { code: 'archive-damaged', hint: MEDIA },
};
