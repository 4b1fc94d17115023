import { DatabaseSync } from 'node:sqlite';
import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import type { CheckedItem } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { isThere } from '../is-there.ts';
import { syncFile } from '../sync-file.ts';
import { damageIn, databaseFacts } from './database-facts.ts';
import { COMPANIONS } from './database-files.ts';

/**
 * LB-05: what a migration made of a staged database: what lies in its -wal is brought into the file, which alone
 * goes live; SQLite's integrity check must find nothing, and no foreign key may lead nowhere. Throws `check-failed`.
 */
export async function checkMigrated(
  path: string,
  component: ComponentRecord,
  signal: AbortSignal,
): Promise<CheckedItem> {
  if (!(await isThere(path))) throw wrong(component, 'it is gone');
  const orphans = settle(path, component);
  for (const ending of COMPANIONS) {
    if (await isThere(path + ending)) throw wrong(component, `${path}${ending} is there: it is still open`);
  }
  const { integrity, tables } = await databaseFacts(path, signal);
  const damage = damageIn(integrity);
  if (damage.length > 0) throw wrong(component, `the integrity check says ${damage.join('; ')}`);
  if (orphans > 0) throw wrong(component, `${orphans} rows lead nowhere by their foreign keys`);
  await syncFile(path);
  const rows = tables.reduce((sum, table) => sum + Math.max(0, table.rows), 0);
  const result = `${counted(tables.length, 'table')}, ${counted(rows, 'row')}: equal to the archive before the migration; integrity check after it ok`;
  return { component: component.id, result };
}

/** The last one who closes a database removes its -wal. */
function settle(path: string, component: ComponentRecord): number {
  try {
    using database = new DatabaseSync(path);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return database.prepare('PRAGMA foreign_key_check').all().length;
  } catch (cause) {
    throw wrong(component, messageOf(cause), cause);
  }
}

function wrong({ id }: ComponentRecord, how: string, cause?: unknown): LifeboatError {
  return new LifeboatError('check-failed', `after the migration the staged ${id} is not right: ${how}`, {
    hint: 'nothing live was changed; look at the program "migrate" in [versions]',
    cause,
  });
}
