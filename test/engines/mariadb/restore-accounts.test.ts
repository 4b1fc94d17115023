import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { backupToFolder, type FolderBackup, withMember } from './backup-to-folder.ts';
import { never, restoreOf } from './restore-databases.ts';
import { serverState } from './server-state.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const ACCOUNTS = [
  "CREATE USER app@localhost IDENTIFIED BY 'it''s $1'",
  'GRANT SELECT, INSERT ON ac.* TO app@localhost',
  'CREATE ROLE watch',
  'GRANT SELECT ON `a_`.* TO watch',
  'CREATE ROLE night',
  'GRANT watch TO night',
  "CREATE USER guard@'%' IDENTIFIED BY 'g' REQUIRE SSL PASSWORD EXPIRE INTERVAL 90 DAY",
  "GRANT night TO guard@'%' WITH ADMIN OPTION",
  "SET DEFAULT ROLE night FOR guard@'%'",
  'CREATE USER caller@localhost',
  'GRANT EXECUTE ON PROCEDURE ac.p TO caller@localhost',
  'GRANT SELECT (a), UPDATE (b) ON ac.t TO caller@localhost',
  "CREATE USER boss@localhost IDENTIFIED BY 'b'",
  'GRANT ALL ON *.* TO boss@localhost WITH GRANT OPTION',
  'CREATE USER definer@localhost',
  'CREATE DEFINER = definer@localhost VIEW ac.v AS SELECT a FROM ac.t',
];

let source: TestMariadb;
let server: TestMariadb;
let backup: FolderBackup;
let archived: string[];

beforeAll(async () => {
  source = await startMariadb();
  await source.sql([
    'CREATE DATABASE ac',
    'CREATE TABLE ac.t (a INT PRIMARY KEY, b INT)',
    'CREATE PROCEDURE ac.p() SELECT 1',
    ...ACCOUNTS,
  ]);
  backup = await backupToFolder(source, ['ac']);
  archived = (await serverState(source, ['ac'])).accounts;
  server = await startMariadb();
});

afterAll(async () => {
  await backup[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

beforeEach(async () => {
  const own = await server.sql(
    "SELECT User AS u, Host AS h, is_role AS r FROM mysql.user WHERE User NOT IN ('root', 'mariadb.sys', 'mysql', 'PUBLIC')",
  );
  await server.sql([
    'DO 1',
    ...own.map(({ u, h, r }) => (r === 'Y' ? `DROP ROLE \`${u}\`` : `DROP USER \`${u}\`@\`${h}\``)),
    'DROP DATABASE IF EXISTS ac',
  ]);
});

test('missing accounts and roles are created with their rights; global ones only if agreed; undo removes them', async () => {
  const before = await serverState(server, ['ac']);
  {
    await using restore = await restoreOf(backup, server);
    const { findings } = await restore.target.inspect(never);
    const messages = findings.map((finding) => finding.message);
    expect(messages).toContain('account app@localhost is missing and will be created');
    expect(messages).toContain(
      'account boss@localhost is missing and has rights on everything: it is created only if that is agreed',
    );
    await restore.prepare();
    await restore.switchOver();
    const after = await serverState(server, ['ac']);
    expect(after.accounts).toEqual(archived.filter((line) => !line.includes('`boss`')));
    await restore.undo();
  }
  expect(await serverState(server, ['ac'])).toEqual(before);

  await using restore = await restoreOf(backup, server, { globalAccounts: true });
  await restore.prepare();
  await restore.switchOver();
  expect((await serverState(server, ['ac'])).accounts).toEqual(archived);
});

test('accounts that are there stay as they are, and what differs is listed', async () => {
  await server.sql([
    'CREATE DATABASE ac',
    "CREATE USER app@localhost IDENTIFIED BY 'another'",
    'GRANT SELECT ON ac.* TO app@localhost',
    'CREATE USER definer@localhost',
  ]);
  const before = (await serverState(server, ['ac'])).accounts;
  await using restore = await restoreOf(backup, server);
  const { findings } = await restore.target.inspect(never);
  const about = findings.map((finding) => finding.message).filter((message) => /app@|definer@/.test(message));
  expect(about).toEqual([
    'account app@localhost differs from the archive (password or way to sign in, rights): it stays as it is',
  ]);
  await restore.prepare();
  await restore.switchOver();
  const after = (await serverState(server, ['ac'])).accounts;
  for (const line of before.filter((entry) => !entry.includes('`root`'))) expect(after).toContain(line);
});

test('accounts that differ are replaced if that is agreed, rights elsewhere stay, and undo brings the old ones back', async () => {
  await server.sql([
    'CREATE DATABASE ac',
    'CREATE DATABASE IF NOT EXISTS elsewhere',
    'CREATE ROLE watch',
    'GRANT INSERT ON ac.* TO watch',
    "CREATE USER app@localhost IDENTIFIED BY 'another'",
    'GRANT DELETE ON ac.* TO app@localhost',
    'GRANT SELECT ON elsewhere.* TO app@localhost',
    'GRANT watch TO app@localhost',
    'SET DEFAULT ROLE watch FOR app@localhost',
  ]);
  const before = await serverState(server, ['ac']);
  {
    await using restore = await restoreOf(backup, server, { replaceAccounts: true });
    await restore.prepare();
    await restore.switchOver();
    const after = (await serverState(server, ['ac'])).accounts.filter((line) =>
      /`app`|TO `watch`/.test(line),
    );
    const password = archived.find((line) => line.startsWith('CREATE USER `app`'));
    expect(after).toContain(password);
    expect(after).toContain('GRANT SELECT, INSERT ON `ac`.* TO `app`@`localhost`');
    expect(after).toContain('GRANT SELECT ON `elsewhere`.* TO `app`@`localhost`');
    expect(after).toContain('GRANT SELECT ON `a_`.* TO `watch`');
    expect(after.join('\n')).not.toMatch(/DELETE|INSERT ON `ac`.* TO `watch`/);
    await restore.undo();
  }
  const undone = await serverState(server, ['ac']);
  expect(undone.accounts).toEqual(before.accounts);
});

test('a right on something that this server does not have is left out and said, the account is made', async () => {
  const accounts = backup.records.find((record) => record.kind === 'mariadb-accounts')!;
  const changed = withMember(backup, accounts.members[0]!.path, (text) =>
    text.replace(
      'GRANT SELECT, INSERT ON `ac`.* TO `app`@`localhost`',
      'GRANT SELECT ON `ac`.`since` TO `app`@`localhost`',
    ),
  );
  await using restore = await restoreOf(changed, server);
  await restore.prepare();
  await restore.switchOver();
  expect(restore.target.notes.join('\n')).toContain(
    'account `app`@`localhost` did not get a right that leads to something this server does not have: GRANT SELECT ON `ac`.`since`',
  );
  expect((await serverState(server, ['ac'])).accounts.join('\n')).toContain('CREATE USER `app`');
});

test('no password hash stands in the log, in notes or in what is shown', async () => {
  await using restore = await restoreOf(backup, server, { globalAccounts: true });
  const report = await restore.target.inspect(never);
  await restore.prepare();
  await restore.switchOver();
  const shown = JSON.stringify([
    report,
    restore.log,
    restore.target.notes,
    await restore.switched().kept(never),
  ]);
  expect(shown).not.toMatch(/\*[0-9A-F]{40}/);
});
