import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { digestFile } from '../digest-file.ts';
import { damageIn, databaseFacts, uncheckedIn } from './database-facts.ts';
import { sqliteDetails } from './sqlite-details.ts';

/**
 * Reads a staged database back: hash, integrity, rows of each table. Damage that the archive tells of is said,
 * not refused. An abort makes the staged file empty. Throws `check-failed`.
 */
export async function checkDatabase(
  path: string,
  component: ComponentRecord,
  signal: AbortSignal,
): Promise<CheckedItem> {
  const expected = sqliteDetails(component);
  const sha256 = await digestFile(path, signal);
  if (sha256 !== component.sha256) throw differs(component, `SHA-256 ${sha256}, not ${component.sha256}`);
  const found = await databaseFacts(path, signal);
  const damage = damageIn(found.integrity);
  if (damage.length > 0 && damageIn(expected.integrity).length === 0) {
    throw differs(component, `the integrity check says ${damage.join('; ')}`);
  }
  refuseOtherTables(component, found.tables, expected.tables);
  return { component: component.id, result: describe(found, damage) };
}

type Tables = readonly { name: string; rows: number }[];

function refuseOtherTables(component: ComponentRecord, found: Tables, expected: Tables): void {
  if (found.length !== expected.length) {
    throw differs(component, `it has ${found.length} tables, not ${expected.length}`);
  }
  for (const [index, { name, rows }] of expected.entries()) {
    const same = found[index];
    if (same?.name !== name || same.rows !== rows) {
      throw differs(
        component,
        `table ${name} has ${same?.name === name ? same.rows : 'no'} rows, not ${rows}`,
      );
    }
  }
}

function describe({ tables, integrity }: { tables: Tables; integrity: string[] }, damage: string[]): string {
  const rows = tables.reduce((sum, table) => sum + Math.max(0, table.rows), 0);
  const equal = `${counted(tables.length, 'table')}, ${counted(rows, 'row')}: equal to the archive`;
  if (damage.length > 0) return `${equal}, but damaged already when it was saved: ${damage.join('; ')}`;
  return [`${equal}; integrity check ok`, ...uncheckedIn(integrity)].join('; ');
}

function differs(component: ComponentRecord, how: string): LifeboatError {
  return new LifeboatError(
    'check-failed',
    `what was staged of ${component.id} differs from the archive: ${how}`,
    { hint: 'nothing live was changed; check the disk and the memory of this machine, then try again' },
  );
}
