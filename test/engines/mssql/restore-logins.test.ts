import { afterEach, beforeEach, expect, test } from 'vitest';
import { never, restoreOf, type SavedSet, saveSet } from './restore-sets.ts';
import { AWKWARD, makeSmallSystem, SET } from './small-system.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

const APP_SID = '11111111111111111111111111111111';

let server: TestMssql;
let saved: SavedSet;

beforeEach(async () => {
  server = await startMssql({ domainUsers: [{ name: 'EXAMPLE\\clerk', password: 'x' }] });
  await makeSmallSystem(server, { bytes: 0 });
  await server.sql('CREATE USER [EXAMPLE\\clerk] FOR LOGIN [EXAMPLE\\clerk]', 'AC');
  await server.sql(['ALTER LOGIN [app] WITH DEFAULT_DATABASE = [AC]', 'ALTER LOGIN [app] DISABLE']);
  saved = await saveSet(server, SET);
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  await saved[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('[BS-16] a new server has neither databases nor logins: all are made, and users and owner have theirs', async () => {
  await using fresh = await startMssql({
    domainUsers: [{ name: 'EXAMPLE\\clerk', password: 'x', login: false }],
  });
  const empty = fresh.snapshot();
  await using restore = restoreOf(saved, fresh);
  const { findings, components } = await restore.target.inspect(never);
  expect(components.map(({ now }) => now)).toEqual([
    'absent',
    'absent',
    '0 of 3 equal, 0 different, 3 missing',
  ]);
  expect(findings.map(({ message, option }) => ({ message, option }))).toEqual([
    { message: 'login EXAMPLE\\clerk is missing and will be created', option: undefined },
    { message: 'login app is missing and will be created', option: undefined },
    {
      message:
        "login boss's is missing and will be created, but a member of sysadmin, as it was, only if that is agreed",
      option: 'global-accounts',
    },
  ]);
  await restore.prepare();
  await restore.switchOver();
  const now = fresh.snapshot();
  const old = server.snapshot();
  expect(now.logins['app']).toEqual(old.logins['app']);
  expect(now.logins["boss's"], 'not a sysadmin without a word').toEqual({
    ...(old.logins["boss's"] as object),
    roles: [],
  });
  expect(now.logins).toHaveProperty(['EXAMPLE\\clerk', 'type'], 'U');
  expect(now.databases['AC']).toMatchObject({
    owner: "boss's",
    content: old.databases['AC']?.content,
    users: expect.arrayContaining([`app ${APP_SID}`]),
  });
  expect(await restore.switched().kept(never), 'nothing was there before').toEqual([]);
  await restore.undo();
  expect(fresh.snapshot()).toEqual(empty);
});

test('server roles come back if that is agreed; one that the server does not have is told', async () => {
  await using fresh = await startMssql({});
  await using restore = restoreOf(saved, fresh, { globalAccounts: true });
  const { findings } = await restore.target.inspect(never);
  expect(findings.map(({ message }) => message)).toContain(
    "login boss's is missing and will be created, as a member of sysadmin",
  );
  await restore.prepare();
  await restore.switchOver();
  expect(fresh.snapshot().logins).toHaveProperty(["boss's", 'roles'], ['sysadmin']);
  expect(restore.target.notes, 'Windows has no such account there').toContain(
    'login EXAMPLE\\clerk was not created: Windows does not know this account here',
  );
  expect(restore.target.notes).toContain(
    'user EXAMPLE\\clerk of database AC has no login: no login of that name exists here',
  );
});

test('existing logins are never altered: what differs is listed', async () => {
  await server.sql([
    "ALTER LOGIN [app] WITH PASSWORD = 'changed since'",
    'ALTER LOGIN [app] ENABLE',
    "ALTER SERVER ROLE [sysadmin] DROP MEMBER [boss's]",
    "ALTER SERVER ROLE [dbcreator] ADD MEMBER [boss's]",
  ]);
  const before = server.snapshot();
  await using restore = restoreOf(saved, server, { globalAccounts: true });
  const { findings } = await restore.target.inspect(never);
  expect(findings.map(({ message }) => message)).toEqual([
    'login app differs from the archive (password, enabled here): it stays as it is',
    "login boss's differs from the archive (not a member of sysadmin here, a member of dbcreator here): it stays as it is",
  ]);
  await restore.prepare();
  await restore.switchOver();
  expect(server.snapshot().logins).toEqual(before.logins);
});

test('a login of the same name with another SID: orphaned users become its users', async () => {
  for (const name of SET) await server.sql('DROP USER [app]', name);
  const sid = '55555555555555555555555555555555';
  await server.sql([
    'DROP LOGIN [app]',
    `CREATE LOGIN [app] WITH PASSWORD = 'x', SID = 0x${sid}, CHECK_POLICY = OFF`,
  ]);
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  await restore.switchOver();
  for (const name of SET) expect(server.snapshot().databases[name]?.users).toContain(`app ${sid}`);
  expect(restore.target.notes).toContain(
    `user app of database ${AWKWARD} was given the login of that name, whose SID is another`,
  );
});

test("a SID that another login has: no login is made, its users are that login's", async () => {
  for (const name of SET) await server.sql('DROP USER [app]', name);
  await server.sql([
    'DROP LOGIN [app]',
    `CREATE LOGIN [renamed] WITH PASSWORD = 'x', SID = 0x${APP_SID}, CHECK_POLICY = OFF`,
  ]);
  await using restore = restoreOf(saved, server);
  const { findings } = await restore.target.inspect(never);
  expect(findings.map(({ message }) => message)).toContain(
    'login app is called renamed here (the same SID): it stays as it is',
  );
  await restore.prepare();
  await restore.switchOver();
  expect(server.snapshot().logins).not.toHaveProperty('app');
});

test("an owner that is gone leaves the database to the live one's owner, else to the restoring login", async () => {
  const records = saved.records.filter(({ kind }) => kind !== 'mssql-logins');
  await server.sql(['ALTER AUTHORIZATION ON DATABASE::[AC] TO [sa]', "DROP LOGIN [boss's]"]);
  {
    await using restore = restoreOf({ ...saved, records }, server);
    await restore.prepare();
    await restore.switchOver();
    expect(server.snapshot().databases['AC']?.owner).toBe('sa');
    await restore.undo();
  }
  await server.sql('DROP DATABASE [AC]');
  await using restore = restoreOf({ ...saved, records }, server);
  await restore.prepare();
  await restore.switchOver();
  expect(restore.target.notes).toContain(
    "database AC is owned by the login that restored it: login boss's does not exist here",
  );
});

test('a login that somebody uses already is put out and dropped when the restore goes back', async () => {
  await using fresh = await startMssql({});
  const empty = fresh.snapshot();
  {
    await using restore = restoreOf(saved, fresh);
    await restore.prepare();
    const fault = fresh.callNext(/MODIFY NAME = \[AC\]/, () => {
      fresh.occupy('master', { login: "boss's" });
      fresh.failNext(/^ALTER DATABASE \[lb_run70d6_2\] MODIFY NAME/, [5069]);
    });
    await expect(restore.switchOver()).rejects.toMatchObject({ code: 'switch-failed' });
    expect(fault.fired).toBe(1);
  }
  expect(fresh.snapshot()).toEqual(empty);
});

test('no password hash stands in the log, the notes, the findings or an error', async () => {
  await using fresh = await startMssql({});
  const hashes = Object.values(server.snapshot().logins).map(
    (login) => (login as { passwordHash?: string }).passwordHash ?? '-',
  );
  await using restore = restoreOf(saved, fresh);
  const report = await restore.target.inspect(never);
  await restore.prepare();
  const fault = fresh.failNext(/^CREATE LOGIN \[app\]/, [15247]);
  const error = await restore.switchOver().catch((thrown: unknown) => thrown as Error);
  expect(fault.fired).toBe(1);
  const told = JSON.stringify([
    report,
    restore.log,
    restore.target.notes,
    await restore.switched().kept(never),
    error,
    error?.message,
  ]);
  for (const hash of hashes) expect(told.toLowerCase()).not.toContain(hash === '-' ? 'PasswordHash' : hash);
});
