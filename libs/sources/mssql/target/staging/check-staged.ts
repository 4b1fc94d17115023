import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import type { ComponentRecord } from '../../../source.ts';
import type { Connection, MssqlServer } from '../../connection.ts';
import { type DatabaseObjects, mssqlDatabaseDetails } from '../../format.ts';
import { lineOf } from '../../objects-hash.ts';
import { quoteText } from '../../quote-name.ts';
import { readObjects } from '../../read-objects.ts';
import { runLong } from '../../run-long.ts';
import { serverNumber } from '../../server-number.ts';

export interface CheckStagedParts {
  record: ComponentRecord;
  staged: string;
  /** The list in the archive; undefined: it was migrated, and no list tells what it should have. */
  objects: DatabaseObjects | undefined;
  depth: 'physical_only' | 'full';
  server: MssqlServer;
  stallMs: number;
  signal: AbortSignal;
}

/**
 * BS-26: DBCC CHECKDB over a restored database, and its objects compared with the list that was made at the backup.
 * Throws `check-failed` with the first thing that is wrong. Resolves with a line for a person. Rows are told, not
 * compared: nobody knows those of the very moment that the backup stands for.
 */
export async function checkStaged(connection: Connection, parts: CheckStagedParts): Promise<string> {
  await checkPages(connection, parts);
  const { objects } = parts;
  const list =
    objects === undefined
      ? 'equal to the archive before the migration'
      : await compareObjects(connection, { ...parts, objects });
  const depth = parts.depth === 'full' ? 'CHECKDB' : 'CHECKDB (PHYSICAL_ONLY)';
  return `DBCC ${depth} found nothing wrong; ${list}`;
}

async function checkPages(connection: Connection, parts: CheckStagedParts): Promise<void> {
  const { record, staged, depth, server, stallMs, signal } = parts;
  const options = ['NO_INFOMSGS', 'ALL_ERRORMSGS', ...(depth === 'full' ? [] : ['PHYSICAL_ONLY'])];
  try {
    await runLong(connection, `DBCC CHECKDB (${quoteText(staged)}) WITH ${options.join(', ')}`, {
      server,
      stallMs,
      signal,
      what: `DBCC CHECKDB of database ${record.name}`,
    });
  } catch (error) {
    if (serverNumber(error) === undefined || signal.aborted) throw error;
    throw differs(record, messageOf(error), error);
  }
}

async function compareObjects(
  connection: Connection,
  parts: CheckStagedParts & { objects: DatabaseObjects },
): Promise<string> {
  const { record, staged, objects, signal } = parts;
  const { steady } = mssqlDatabaseDetails(record).objects;
  const now = await readObjects(connection, staged, signal);
  const there = new Set(now.objects.map(lineOf));
  const wanted = new Set(objects.objects.map(lineOf));
  const missing = [...wanted.difference(there)];
  const more = [...there.difference(wanted)];
  const rows = now.objects.reduce((sum, object) => sum + (object.rows ?? 0), 0);
  const count = `${counted(now.objects.length, 'object')}`;
  const told = counted(rows, 'row');
  if (missing.length + more.length === 0) return `${count} as in the archive, ${told}`;
  if (!steady) {
    const number = missing.length + more.length;
    return `${count}, ${told}; ${counted(number, 'difference')} to the list in the archive, which changed while the backup ran`;
  }
  const first = missing[0] === undefined ? `has ${more[0]}, which` : `lacks ${missing[0]}, which`;
  throw differs(record, `it ${first} the archive ${missing[0] === undefined ? 'does not list' : 'lists'}`);
}

function differs({ name }: ComponentRecord, how: string, cause?: unknown): LifeboatError {
  return new LifeboatError('check-failed', `the restored database ${name} is not right: ${how}`, {
    hint: 'nothing live was changed; choose another archive, and look into the error log of the server',
    cause,
  });
}
