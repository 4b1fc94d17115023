import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem, ComponentRecord } from '#sources/source.ts';
import { digestFile } from '../digest-file.ts';
import { databaseFacts } from './database-facts.ts';
import { sqliteDetails } from './sqlite-details.ts';

/** Reads a staged database back: hash, integrity, rows of each table. Throws `check-failed`. */
export async function checkDatabase(
  path: string,
  component: ComponentRecord,
  signal: AbortSignal,
): Promise<CheckedItem> {
  const expected = sqliteDetails(component);
  const sha256 = await digestFile(path, signal);
  if (sha256 !== component.sha256) throw differs(component, `SHA-256 ${sha256}, not ${component.sha256}`);
  const found = await databaseFacts(path, signal);
  if (found.integrity.join() !== expected.integrity.join()) {
    throw differs(component, `the integrity check says ${found.integrity.join('; ')}`);
  }
  for (const [index, table] of expected.tables.entries()) {
    const same = found.tables[index];
    if (same?.name !== table.name || same.rows !== table.rows) {
      throw differs(component, `table ${table.name} has ${same?.rows ?? 'no'} rows, not ${table.rows}`);
    }
  }
  const rows = found.tables.reduce((sum, table) => sum + Math.max(0, table.rows), 0);
  const integrity = found.integrity.join('; ');
  const result = `${found.tables.length} tables, ${rows} rows: equal to the archive; integrity ${integrity}`;
  return { component: component.id, result };
}

function differs(component: ComponentRecord, how: string): LifeboatError {
  return new LifeboatError(
    'check-failed',
    `what was staged of ${component.id} differs from the archive: ${how}`,
    {
      hint: 'nothing live was changed; check the disk and the memory of this machine, then try again',
    },
  );
}
