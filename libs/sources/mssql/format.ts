import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord } from '#sources/source.ts';

/**
 * What a SQL Server component looks like inside an archive (format version 1); docs/archive-format.md is the
 * specification. The backup writes it, the restore reads it, neither knows the other.
 *
 * Members of `mssql/<server>/<database>/`:
 *   database.bak or database.bak.zst   the server's own backup, as it is or as independent zstd frames;
 *                                      bytes and SHA-256 of the record are those of the .bak
 *   objects.json                       DatabaseObjects; deflated
 * and of `mssql/<server>/`:
 *   logins.json                        LoginObjects; deflated
 *
 * SIDs, hashes and thumbprints are lower-case hex without 0x. Times are ISO 8601 without zone: those of the
 * server's clock.
 */

const name = z.string().min(1).max(128);
const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const count = z.number().int().nonnegative();

const databaseFile = z.object({
  logicalName: name,
  /** Where it lay on the source. */
  physicalName: z.string().min(1),
  /** D rows, L log, S FILESTREAM or memory-optimized, F full text. */
  type: z.enum(['D', 'L', 'S', 'F']),
  filegroup: z.string().optional(),
  fileId: count,
  /** Size of the file once restored. */
  bytes: count,
});

/** `details` of an `mssql-database` in the manifest: what RESTORE HEADERONLY and FILELISTONLY said, and sys.databases. */
const databaseDetails = z.object({
  form: z.enum(['plain', 'zstd']),
  /** Internal version of the files, as HEADERONLY tells it: 957 is SQL Server 2022. A server restores no higher one than its own. */
  databaseVersion: count,
  /** ProductVersion of the server that made it: `16.0.1000.6`. */
  softwareVersion: z.string(),
  hasBackupChecksums: z.boolean(),
  /** The server's own compression (WITH COMPRESSION). */
  compressed: z.boolean(),
  compatibilityLevel: count,
  recoveryModel: z.enum(['FULL', 'SIMPLE', 'BULK-LOGGED']),
  collation: z.string(),
  files: z.array(databaseFile).min(1),
  /** Login that owned it; undefined if its login is gone. `ownerSid` always. */
  owner: name.optional(),
  ownerSid: hex,
  trustworthy: z.boolean(),
  /** Transparent data encryption: the certificate with this thumbprint is needed to restore. */
  tde: z.object({ thumbprint: hex, certificate: z.string().optional() }).optional(),
  /** The end of the BACKUP is the moment it stands for. */
  backupStart: z.string(),
  backupFinish: z.string(),
  backupSetGuid: z.string(),
  /** Of the list in objects.json; see objectsHash. */
  objects: z.object({
    count,
    sha256: hex,
    /** False: the list was not the same before and after the BACKUP, so the backup may differ from it. */
    steady: z.boolean(),
  }),
});

export type MssqlDatabaseDetails = z.infer<typeof databaseDetails>;
export type MssqlDatabaseFile = z.infer<typeof databaseFile>;

const databaseObject = z.object({
  schema: name,
  name,
  /** sys.objects.type without spaces: U table, V view, P procedure, FN function, TR trigger, PK, F, C, D, UQ ... */
  type: z.string().min(1).max(2),
  /** Of tables, near the time of the backup: information, since nobody knows those of its very moment. */
  rows: count.optional(),
});

const databaseUser = z.object({
  name,
  sid: hex,
  /** S SQL user, U Windows user, G Windows group. */
  type: z.enum(['S', 'U', 'G']),
  /** Login of the same SID on the source; undefined: an orphaned user, or one without login. */
  login: name.optional(),
});

/** objects.json. Objects in the order of schema, name, type by code unit. */
const databaseObjects = z.object({
  database: name,
  objects: z.array(databaseObject),
  users: z.array(databaseUser),
});

export type DatabaseObjects = z.infer<typeof databaseObjects>;
export type DatabaseObject = z.infer<typeof databaseObject>;
export type DatabaseUser = z.infer<typeof databaseUser>;

const login = z.object({
  name,
  sid: hex,
  /** S SQL login, U Windows login, G Windows group. */
  type: z.enum(['S', 'U', 'G']),
  /** password_hash of a SQL login, for CREATE LOGIN .. WITH PASSWORD = 0x.. HASHED. */
  passwordHash: hex.optional(),
  defaultDatabase: z.string().optional(),
  defaultLanguage: z.string().optional(),
  disabled: z.boolean(),
  checkPolicy: z.boolean().optional(),
  checkExpiration: z.boolean().optional(),
  /** Server roles it is a member of, without public. */
  roles: z.array(name),
});

/** logins.json: logins that users or owners of the section's databases stand for; never sa and those of the server itself. */
const loginObjects = z.object({ logins: z.array(login) });

export type LoginObjects = z.infer<typeof loginObjects>;
export type LoginObject = z.infer<typeof login>;

export const DATABASE_OBJECTS_SHAPE: z.ZodType<DatabaseObjects> = databaseObjects;
export const LOGIN_OBJECTS_SHAPE: z.ZodType<LoginObjects> = loginObjects;

/** Throws `archive-incomplete` if nothing of the database is in the archive, `archive-damaged` for a record that is none. */
export function mssqlDatabaseDetails(component: ComponentRecord): MssqlDatabaseDetails {
  if (component.members.length === 0) {
    throw new LifeboatError('archive-incomplete', `the archive holds nothing of ${component.id}`, {
      hint: 'it was missing or unreadable at the backup; choose an older archive for it',
    });
  }
  const parsed = databaseDetails.safeParse(component.details);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LifeboatError(
    'archive-damaged',
    `the details of ${component.id} break the format at ${issue?.path.join('.') || 'their root'}: ${issue?.message}`,
  );
}
