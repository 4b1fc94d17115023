import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverState } from '../engines/mariadb/server-state.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { treeState } from '../fakes/tree-state.ts';
import { type RealSystem, realSystem } from './real-system.ts';

let mariadb: TestMariadb;

beforeAll(async () => {
  mariadb = await startMariadb();
});

afterAll(async () => {
  await mariadb[Symbol.asyncDispose]();
});

/** What version 3.0 of the product makes of a state of 2.9. */
const MIGRATE = `set -eu
test "$LIFEBOAT_FROM_VERSION $LIFEBOAT_TO_VERSION" = "2.9.1 3.0"
test "$(stat -c %a "$LIFEBOAT_STAGED" "$LIFEBOAT_CONNECTION_MARIADB_MAIN" | sort -u)" = 600
mariadb --defaults-file="$LIFEBOAT_CONNECTION_MARIADB_MAIN" "$LIFEBOAT_STAGED_MARIADB_MAIN_AC" <<'SQL'
  ALTER TABLE person ADD COLUMN badge INT NOT NULL DEFAULT 7, DROP COLUMN photo;
  CREATE SEQUENCE numbers START WITH 100 NOCACHE;
  CREATE TABLE badge (id INT PRIMARY KEY DEFAULT NEXTVAL(numbers), person INT, FOREIGN KEY (person) REFERENCES person(id));
  INSERT INTO badge (person) SELECT id FROM person WHERE id <= 10;
  DROP VIEW names;
  CREATE VIEW names AS SELECT name, badge FROM person;
  CREATE FUNCTION badges() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM badge);
  CREATE TRIGGER badged BEFORE INSERT ON badge FOR EACH ROW SET NEW.person = COALESCE(NEW.person, 1);
SQL
printf 'format = 3\\n' > "$LIFEBOAT_STAGED_FOLDER_CERT/format"
sqlite3 "$LIFEBOAT_STAGED_SQLITE_LOG" 'ALTER TABLE line ADD COLUMN level INT DEFAULT 3'
echo "migrated to $LIFEBOAT_TO_VERSION"
`;

/** A system of 2.9.1 with a backup, in the place of which 3.0 was installed; its databases are not empty either. */
async function upgraded(versions: string[], script: string): Promise<RealSystem & { archive: string }> {
  const system = await realSystem({ mariadb });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  await mariadb.sql(['DELETE FROM ta.punch', 'DELETE FROM ac.person WHERE id > 5']);
  await writeFile(join(system.root, 'VERSION'), '3.0\n');
  const program = join(system.root, 'migrate.sh');
  await writeFile(program, `#!/bin/sh\n${script}`);
  await chmod(program, 0o755);
  const conf = await readFile(system.conf, 'utf8');
  const lines = ['[versions]', ...versions, `migrate = "${program}"`];
  await writeFile(system.conf, `${conf}\n${lines.join('\n')}\n`);
  return { ...system, archive, [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]() };
}

async function liveState(system: RealSystem) {
  return { server: await serverState(mariadb, ['ac', 'ta']), files: treeState(system.root).lines };
}

test('[LB-05] an older version in the declared ranges is migrated between staging and check, and goes live as a whole', async () => {
  await using system = await upgraded(['restores = 2.8 - 2.9.*, 1.5'], MIGRATE);
  const planned = await system.restore('plan', system.archive);
  expect(planned).toMatchObject({ status: 0 });
  expect(planned.stdout).toContain('version 2.9.1 is in the range 2.8 - 2.9.*');
  expect(planned.stdout).toMatch(/- migrate: .*migrate\.sh/);
  expect(planned.stdout).toMatch(/checked for integrity only, since it may change them: .*mariadb\/main\/ac/);
  expect(planned.stdout).toMatch(/compared with the archive after it: mariadb\/main, file\/sysbackup\.conf/);

  const ended = await system.restore('apply', system.archive, '--yes');
  expect(ended, ended.stdout).toMatchObject({ status: 0 });
  expect(ended.stdout).toMatch(/from version 2\.9\.1 to 3\.0: migrated/);
  expect(ended.stdout).toMatch(/checked mariadb\/main\/ac: 3 tables: .*CHECK TABLE after it found no damage/);
  expect(ended.stdout).toMatch(/checked sqlite\/log: .*integrity check after it ok/);

  expect(await mariadb.sql('SELECT COUNT(*) AS n, SUM(badge) AS b FROM ac.names')).toEqual([
    { n: '3000', b: '21000' },
  ]);
  // The default draws from the live sequence, the trigger, the function and the keys are there.
  await mariadb.sql(['INSERT INTO ac.badge (person) VALUES (NULL)']);
  expect(await mariadb.sql('SELECT ac.badges() AS n, MAX(id) AS last FROM ac.badge')).toEqual([
    { n: 11, last: 110 },
  ]);
  await expect(mariadb.sql('INSERT INTO ac.badge (person) VALUES (999999)')).rejects.toThrow(/foreign key/);
  await expect(mariadb.sql('INSERT INTO ta.punch VALUES (4000, 999999, NOW())')).rejects.toThrow(
    /foreign key/,
  );
  // The trigger of the archive came back beside the new one.
  await mariadb.sql(["INSERT INTO ac.person (id, name) VALUES (9001, '  x  ')"]);
  expect(await mariadb.sql('SELECT name FROM ac.person WHERE id = 9001')).toEqual([{ name: 'x' }]);
  const triggers = "SELECT TRIGGER_NAME AS t FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'ac'";
  expect((await mariadb.sql(triggers)).map(({ t }) => t)).toEqual(
    expect.arrayContaining(['badged', 'named']),
  );
  expect(await readFile(join(system.root, 'cert', 'format'), 'utf8')).toBe('format = 3\n');
  using database = new DatabaseSync(join(system.root, 'db', 'log.db'), { readOnly: true });
  expect(database.prepare('SELECT COUNT(*) AS n, SUM(level) AS l FROM line').get()).toEqual({
    n: 500,
    l: 1500,
  });

  const journal = await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
  expect(journal).toContain('hook migrate: | migrated to 3.0');
  expect(await readdir(join(system.state, 'migrate'))).toEqual([]);
}, 90_000);

test('[LB-05] a migration that fails ends the restore with nothing changed and no password left behind', async () => {
  await using system = await upgraded(
    ['restores = 2.9.*'],
    `${MIGRATE}\ncat "$LIFEBOAT_CONNECTION_MARIADB_MAIN"\necho 'no badge printer' >&2\nexit 3\n`,
  );
  const before = await liveState(system);
  const ended = await system.restore('apply', system.archive, '--yes');
  expect(ended).toMatchObject({ status: 69 });
  expect(ended.stdout).toMatch(/migrate\.sh ended with status 3: no badge printer; nothing live was changed/);
  expect(await liveState(system)).toEqual(before);
  expect(await readdir(join(system.state, 'migrate'))).toEqual([]);
  const journal = await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
  expect(journal).toContain('no badge printer');
  expect(journal).not.toContain(mariadb.password.slice(0, 8));
}, 60_000);

test('[LB-05] a migration that takes too long is ended, one that changes what it does not name is found', async () => {
  {
    await using system = await upgraded(['restores = 2.9.*', 'time_limit = 1'], 'sleep 60\n');
    const before = await liveState(system);
    const ended = await system.restore('apply', system.archive, '--yes');
    expect(ended).toMatchObject({ status: 69 });
    expect(ended.stdout).toContain('was ended: it took longer than 1 s');
    expect(await liveState(system)).toEqual(before);
  }
  await using system = await upgraded(['restores = 2.9.*', 'changes = mariadb/main/ac, sqlite/log'], MIGRATE);
  const before = await liveState(system);
  const ended = await system.restore('apply', system.archive, '--yes');
  expect(ended).toMatchObject({ status: 66 });
  expect(ended.stdout).toMatch(/differs from the archive: server\.pem is not there, format is/);
  expect(ended.stdout).toContain('what to do: nothing live was changed; the migration may have changed');
  expect(await liveState(system)).toEqual(before);
}, 90_000);

test('[LB-05] a staged database that the migration leaves damaged does not go live', async () => {
  await using system = await upgraded(
    ['restores = 2.9.*'],
    'dd if=/dev/zero of="$LIFEBOAT_STAGED_SQLITE_LOG" bs=1024 seek=5 count=4 conv=notrunc 2>/dev/null\n',
  );
  const before = await liveState(system);
  const ended = await system.restore('apply', system.archive, '--yes');
  expect(ended, ended.stdout).toMatchObject({ status: 66 });
  expect(ended.stdout).toMatch(/after the migration the staged sqlite\/log is not right: /);
  expect(await liveState(system)).toEqual(before);
}, 60_000);

test('[LB-05] [BS-22] outside of the ranges, or newer, nothing goes on; the manifest tells what that version could restore', async () => {
  await using system = await upgraded(['restores = 1.0 - 2.8.*'], MIGRATE);
  const refused = await system.restore('apply', system.archive, '--yes');
  expect(refused).toMatchObject({ status: 60 });
  expect(refused.stdout).toContain('version 3.0 can restore 1.0 - 2.8.*, and versions equal to it');
  expect((await system.restore('inspect', system.archive)).stdout).not.toContain('could itself restore');

  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const newer = (await system.archives()).at(-1) as string;
  expect((await system.restore('inspect', newer)).stdout).toContain(
    'version 3.0 could itself restore archives of 1.0 - 2.8.*, which it migrates',
  );
  await writeFile(join(system.root, 'VERSION'), '2.8\n');
  const older = await system.restore('apply', newer, '--yes');
  expect(older).toMatchObject({ status: 60 });
  expect(older.stdout).toContain('the archive is of the newer version');
}, 60_000);
