import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connect.ts';
import { databaseOptions } from '../database-options.ts';
import { quoteName, quoteQualified } from '../quote-name.ts';

export interface DamagedTable {
  database: string;
  table: string;
  /** What the server says of it. */
  why: string;
}

/** These open other tables, or other servers, and may fail for a reason of theirs. */
const ELSEWHERE = ['MRG_MyISAM', 'FEDERATED', 'CONNECT', 'SPIDER', 'SPHINX'];

/**
 * Live tables that the server cannot open: file missing or broken. It cannot rename them either, so they can
 * be replaced but not kept.
 */
export async function damagedTables(
  connection: Connection,
  databases: readonly string[],
): Promise<DamagedTable[]> {
  if (databases.length === 0) return [];
  const tables = await connection.query<{ database: string; table: string }>(
    `SELECT TABLE_SCHEMA AS \`database\`, TABLE_NAME AS \`table\` FROM information_schema.TABLES
      WHERE TABLE_SCHEMA IN (?) AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')
        AND (ENGINE IS NULL OR ENGINE NOT IN (?)) ORDER BY TABLE_SCHEMA, TABLE_NAME`,
    [databases, ELSEWHERE],
  );
  const damaged: DamagedTable[] = [];
  for (const { database, table } of tables) {
    try {
      await connection.query(`SHOW CREATE TABLE ${quoteQualified(database, table)}`);
    } catch (error) {
      if (!(error instanceof LifeboatError) || error.code !== 'database-failed') throw error;
      damaged.push({ database, table, why: error.message });
    }
  }
  return damaged;
}

/**
 * Takes damaged tables away, for good. One that the server cannot even drop goes with its database, once the
 * sound ones are out of it.
 */
export async function dropDamaged(
  connection: Connection,
  damaged: readonly Pick<DamagedTable, 'database' | 'table'>[],
): Promise<void> {
  await connection.query('SET SESSION foreign_key_checks = 0');
  for (const { database, table } of damaged) {
    try {
      await connection.query(`DROP TABLE IF EXISTS ${quoteQualified(database, table)}`);
    } catch (error) {
      if (!(error instanceof LifeboatError) || error.code !== 'database-failed') throw error;
    }
  }
}

/** Makes an emptied database anew: what the server's dictionary still holds of damaged tables goes with it. */
export async function renewDatabase(
  connection: Connection,
  database: { name: string; charset: string; collation: string; comment?: string },
  damaged: readonly string[],
): Promise<void> {
  const left = await connection.query<{ name: string }>(
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    [database.name],
  );
  const sound = left.find(({ name }) => !damaged.includes(name) && !/^lb_.+_view_[0-9a-f]+$/.test(name));
  if (sound) {
    throw new LifeboatError(
      'target-in-use',
      `table ${database.name}.${sound.name} was made just now by somebody else`,
      {
        hint: 'stop the programs that use the database, and try again',
      },
    );
  }
  const name = quoteName(database.name);
  await connection.query(`DROP DATABASE ${name}`);
  await connection.query(`CREATE DATABASE ${name} ${databaseOptions(database)}`);
}

export function listDamaged(damaged: readonly Pick<DamagedTable, 'database' | 'table'>[]): string {
  return damaged.map(({ database, table }) => `${database}.${table}`).join(', ');
}

export function damagedError(damaged: readonly DamagedTable[]): LifeboatError {
  const list = listDamaged(damaged);
  return new LifeboatError(
    'target-unsuitable',
    `the server cannot open ${list}, so cannot keep what is there`,
    {
      hint: 'agree to drop damaged tables (they are then not part of the old state), or save their files first',
    },
  );
}
