import { expect, test } from 'vitest';
import { backupToFolder } from './backup-to-folder.ts';
import { everyAccount, everyObject, everyType, LONG_DATABASE } from './every-type.ts';
import { restoreOf } from './restore-databases.ts';
import { dumpOf, type ServerState, serverState } from './server-state.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const OTHER = 'zweite';

test.each([
  ['a name of 60 letters', LONG_DATABASE],
  ['a plain name', 'first_db'],
])(
  '[BS-01] [BS-26] every type, object and account arrives on a fresh server as it was: %s',
  async (_, name) => {
    const set = [name, OTHER];
    await using source = await startMariadb();
    await using fresh = await startMariadb();
    await source.sql([...everyType(name), ...everyObject(name, OTHER), ...everyAccount(name)]);
    const before = await serverState(source, set);
    await using backup = await backupToFolder(source, set);
    await using restore = await restoreOf(backup, fresh, { globalAccounts: true });
    expect(await restore.prepare()).toHaveLength(2);

    await restore.switchOver();

    expectEqual(await serverState(fresh, set), before, name, []);
    const impossible = ['DROP VIEW IF EXISTS broken', 'DROP EVENT expired'];
    await source.sql(impossible, name);
    await fresh.sql(impossible, name);
    expect(await dumpOf(fresh, set)).toBe(await dumpOf(source, set));
    expect(restore.target.notes).toContain(
      `view ${name}.broken was invalid when it was backed up and could not be made`,
    );
  },
);

test('a changed live system becomes what it was at the backup, and undo brings the changes back', async () => {
  const name = LONG_DATABASE;
  const set = [name, OTHER];
  await using server = await startMariadb();
  await server.sql([...everyType(name), ...everyObject(name, OTHER), ...everyAccount(name)]);
  const before = await serverState(server, set);
  await using backup = await backupToFolder(server, set);
  await spoil(server, name);
  const spoilt = await serverState(server, set);
  expect(spoilt.objects).not.toEqual(before.objects);
  await using restore = await restoreOf(backup, server);
  await restore.prepare();
  expect(await serverState(server, [name, OTHER]), 'staging changes nothing').toMatchObject({
    objects: spoilt.objects,
    accounts: spoilt.accounts,
  });

  await restore.switchOver();
  const restored = await serverState(server, set);
  expectEqual({ ...restored, accounts: before.accounts }, before, name, ['broken']);
  expect(restored.accounts, 'existing accounts are never altered').toEqual(spoilt.accounts);

  await restore.undo();
  const undone = await serverState(server, set);
  expect(undone).toEqual(spoilt);
});

/** Changes of every kind to what everyType and everyObject made. */
async function spoil(server: TestMariadb, database: string): Promise<void> {
  await server.sql(
    [
      'SET foreign_key_checks = 0',
      'UPDATE integers SET s0 = 1',
      'DROP TABLE labels',
      'CREATE TABLE newer (a INT PRIMARY KEY, t TEXT)',
      "INSERT INTO newer VALUES (1, 'ß')",
      'CREATE VIEW newer_view AS SELECT * FROM newer',
      'CREATE VIEW a_on_newer AS SELECT * FROM newer_view',
      'DROP VIEW a_on_top',
      "CREATE OR REPLACE VIEW z_base AS SELECT 1 AS id, 'x' AS n",
      'DROP TRIGGER z_first',
      'CREATE TRIGGER newer_trigger BEFORE INSERT ON newer FOR EACH ROW SET NEW.a = NEW.a + 1',
      'DROP FUNCTION twice',
      "CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC COMMENT 'newer' RETURN a * 3",
      'GRANT EXECUTE ON FUNCTION twice TO caller@localhost',
      'DROP EVENT every_hour',
      "CREATE EVENT newer_event ON SCHEDULE EVERY 1 WEEK STARTS '2026-02-02 00:00:00' DO SET @a = 2",
      'SELECT NEXTVAL(numbering)',
      'CREATE SEQUENCE newer_sequence',
      'ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_bin',
      'ALTER TABLE parent ADD COLUMN newer_column INT',
      'DELETE FROM versioned',
      "ALTER USER reader@'%' IDENTIFIED BY 'changed since'",
    ],
    database,
  );
}

/**
 * All is equal but what a server does not take: an event in the past is there but disabled, a view on
 * nothing only where it was not gone (`staying`).
 */
function expectEqual(after: ServerState, before: ServerState, database: string, staying: string[]): void {
  const { [`view ${database}.broken`]: broken, ...objects } = before.objects;
  expect(broken).toBeDefined();
  const expired = `event ${database}.expired`;
  const event = objects[expired] as { ddl: string };
  const disabled = { ...event, ddl: event.ddl.replace(' ENABLE ', ' DISABLE ') };
  const stays = staying.includes('broken') ? { [`view ${database}.broken`]: broken } : {};
  // Grants on routines of a database whose name is not ASCII are stored so that the server itself loses them.
  const ascii = /^[\x20-\x7e]*$/.test(database);
  const grants = ascii ? {} : { [`routine grants of ${database}`]: expect.anything() };
  expect(after.objects).toEqual({ ...objects, ...stays, ...grants, [expired]: disabled });
  const known = (account: string) => !/`stranger`/.test(account) && (ascii || !/`caller`/.test(account));
  expect(after.accounts.filter(known)).toEqual(before.accounts.filter(known));
}
