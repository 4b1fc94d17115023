import type { DatabaseSync } from 'node:sqlite';

/**
 * Makes the tables, or brings those of an earlier version to this one, in one transaction: a name is one person's
 * within a tenant, no longer within the whole service. One-time codes of before, good for half an hour, are dropped.
 */
export function prepareAccessTables(database: DatabaseSync): void {
  if (versionOf(database) === VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another program may have done it meanwhile.
    if (versionOf(database) !== VERSION) database.exec(STEPS);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

const VERSION = 1;

const STEPS = `
CREATE TABLE IF NOT EXISTS account (name TEXT PRIMARY KEY, role TEXT NOT NULL, tenant TEXT, password TEXT) STRICT;
CREATE TABLE person (name TEXT NOT NULL, role TEXT NOT NULL, tenant TEXT, password TEXT) STRICT;
CREATE UNIQUE INDEX person_name ON person (name, ifnull(tenant, ''));
INSERT INTO person SELECT name, role, tenant, password FROM account;
DROP TABLE account;
DROP TABLE IF EXISTS code;
CREATE TABLE code (hash TEXT PRIMARY KEY, account TEXT, tenant TEXT, expiresAt TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS token (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, tenant TEXT,
  secret TEXT NOT NULL UNIQUE, madeBy TEXT NOT NULL, madeAt TEXT NOT NULL, expiresAt TEXT NOT NULL, lastUsedAt TEXT) STRICT;
PRAGMA user_version = ${VERSION};
`;

function versionOf(database: DatabaseSync): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  return row.user_version;
}
