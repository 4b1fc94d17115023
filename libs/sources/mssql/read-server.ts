import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from './connection.ts';

/** What has to be known of a server, and of the login, before anything is done. */
export interface ServerFacts {
  /** As the server names it: `lifeboat`, `EXAMPLE\lifeboat`. */
  login: string;
  sysadmin: boolean;
  /** ProductVersion: `16.0.1000.6`. */
  version: string;
  edition: string;
  /** EngineEdition 4 (Express) cannot compress backups. */
  mayCompress: boolean;
  /** The server's own default folder for backups, as it sees it; undefined where it does not tell. */
  backupFolder: string | undefined;
  /** Are two names that differ in case the same database? */
  ignoresCase: boolean;
}

const QUERY = `SELECT IS_SRVROLEMEMBER(N'sysadmin') AS sysadmin, SUSER_SNAME() AS login,
  CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS version,
  CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS edition,
  CAST(SERVERPROPERTY('EngineEdition') AS int) AS engine,
  CAST(SERVERPROPERTY('Collation') AS nvarchar(128)) AS collation,
  CAST(SERVERPROPERTY('InstanceDefaultBackupPath') AS nvarchar(260)) AS backups`;

const ROW = z.object({
  sysadmin: z.number().nullable(),
  login: z.string().nullable(),
  version: z.string().regex(/^\d+\.\d+/),
  edition: z.string(),
  engine: z.number(),
  collation: z.string().nullable(),
  backups: z.string().nullable(),
});

const EXPRESS = 4;
/** Azure SQL Database, Synapse, Managed Instance, Fabric: none has BACKUP to a file. */
const CLOUD_ENGINES: readonly number[] = [5, 6, 8, 11, 12];
/** SQL Server 2012. */
const OLDEST_MAJOR = 11;

/** Throws `database-unsupported` for a server that lifeboat cannot save. */
export async function readServer(connection: Connection, signal: AbortSignal): Promise<ServerFacts> {
  const parsed = ROW.safeParse((await connection.ask(QUERY, signal))[0]);
  if (!parsed.success) {
    throw new LifeboatError(
      'database-unsupported',
      `${connection.place} does not answer as a SQL Server does: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`,
      { hint: 'check that host and port are those of a Microsoft SQL Server' },
    );
  }
  const row = parsed.data;
  refuseOther(connection.place, row);
  return {
    login: row.login ?? '',
    sysadmin: row.sysadmin === 1,
    version: row.version,
    edition: row.edition,
    mayCompress: row.engine !== EXPRESS,
    backupFolder: row.backups ?? (await askRegistry(connection, signal)),
    ignoresCase: /_CI_/i.test(row.collation ?? ''),
  };
}

function refuseOther(place: string, { engine, edition, version }: z.infer<typeof ROW>): void {
  if (CLOUD_ENGINES.includes(engine)) {
    throw new LifeboatError('database-unsupported', `${place} is ${edition}, which has no BACKUP to a file`, {
      hint: "use the service's own backups; lifeboat saves SQL Server 2012 and later",
    });
  }
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new LifeboatError('database-unsupported', `${place} is SQL Server ${version}, before 2012`, {
      hint: 'update the server to SQL Server 2012 (version 11) or later',
    });
  }
}

/** Before SQL Server 2019 the default folder is only there; a server that refuses this tells nothing. */
async function askRegistry(connection: Connection, signal: AbortSignal): Promise<string | undefined> {
  try {
    const [row] = await connection.ask<{ Data?: unknown }>(
      `EXEC master.dbo.xp_instance_regread N'HKEY_LOCAL_MACHINE', N'Software\\Microsoft\\MSSQLServer\\MSSQLServer', N'BackupDirectory'`,
      signal,
    );
    return typeof row?.Data === 'string' ? row.Data : undefined;
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return undefined;
  }
}
