import * as z from 'zod';
import type { Connection } from './connection.ts';
import { hexBytes, parseRows } from './parse-rows.ts';

/** A database of the server as its catalog has it. */
export interface DatabaseFacts {
  /** As the server spells it. */
  name: string;
  /** ONLINE, RESTORING, OFFLINE, SUSPECT ... */
  state: string;
  trustworthy: boolean;
  owner: string | undefined;
  ownerSid: string;
  /** Set for a database with transparent data encryption. */
  tde: { thumbprint: string; certificate: string | undefined } | undefined;
}

const DATABASE = z.object({
  name: z.string(),
  state_desc: z.string(),
  is_trustworthy_on: z.boolean(),
  owner: z.string().nullable(),
  owner_sid: hexBytes,
});

const KEY = z.object({
  database: z.string().nullable(),
  thumbprint: hexBytes.nullable(),
  certificate: z.string().nullable(),
});

/** All databases of the server. */
export async function readDatabases(connection: Connection, signal: AbortSignal): Promise<DatabaseFacts[]> {
  const { place } = connection;
  const rows = await connection.ask(
    'SELECT name, state_desc, is_trustworthy_on, owner_sid, SUSER_SNAME(owner_sid) AS owner FROM sys.databases',
    signal,
  );
  const keys = await connection.ask(
    `SELECT DB_NAME(k.database_id) AS [database], k.encryptor_thumbprint AS thumbprint, c.name AS certificate
       FROM sys.dm_database_encryption_keys AS k LEFT JOIN sys.certificates AS c ON c.thumbprint = k.encryptor_thumbprint`,
    signal,
  );
  const encrypted = new Map(
    parseRows(KEY, keys, { what: 'the list of encrypted databases', place }).map((key) => [
      key.database,
      key,
    ]),
  );
  return parseRows(DATABASE, rows, { what: 'the list of databases', place }).map((row) => {
    const key = encrypted.get(row.name);
    return {
      name: row.name,
      state: row.state_desc,
      trustworthy: row.is_trustworthy_on,
      owner: row.owner ?? undefined,
      ownerSid: row.owner_sid,
      tde: key?.thumbprint
        ? { thumbprint: key.thumbprint, certificate: key.certificate ?? undefined }
        : undefined,
    };
  });
}
