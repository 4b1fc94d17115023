import { rm } from 'node:fs/promises';
import type { SwitchRecord } from '../../../restore-target.ts';
import { connectMssql } from '../../connect.ts';
import { requireSameServer } from '../server-name.ts';
import { removeLoginsFile } from '../switch/logins-file.ts';
import type { SwitchedMssqlOptions } from '../switch/switched-mssql.ts';
import { dropDatabase } from '../switch/take-exclusively.ts';
import { parseStaging } from './staging-record.ts';

const RETRY_MS = 30_000;

/**
 * Drops what a restore had announced to stage, with its backup files, once nothing of it is live: the restore was killed
 * while it staged, or has gone back. What is not there is passed over; may be repeated.
 */
export async function dropStagedMssql(
  record: SwitchRecord,
  { server, stateFolder, stallMs, retryMs = RETRY_MS }: SwitchedMssqlOptions,
  signal: AbortSignal,
): Promise<void> {
  const { databases, backups, files, ...where } = parseStaging(record);
  await using connection = await connectMssql(server, signal);
  await requireSameServer(connection, { ...where, own: databases }, signal);
  for (const name of databases) await dropDatabase(connection, name, { server, stallMs, retryMs, signal });
  for (const path of backups) await rm(path, { force: true });
  await removeLoginsFile(stateFolder, files);
}
