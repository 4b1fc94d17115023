import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import {
  fillDatabases,
  mssqlSection,
  type StagedServer,
  stagedServer,
} from '../engines/mssql/staged-server.ts';
import { openTerminal, type Terminal } from '../fakes/terminal.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';

const DATABASES = ['AC', "O'Brien [Video] größe"] as const;
const IDS = DATABASES.map((name) => `mssql/main/${name}`);
const MAIN = join(import.meta.dirname, '..', '..', 'apps', 'restore', 'main.ts');

let staged: StagedServer;
let system: RealSystem;
let archive: string;
let archived: string[];

beforeEach(async () => {
  staged = await stagedServer({ logins: [{ name: 'operator', password: 'S3cret of the operator' }] });
  const { server } = staged;
  await fillDatabases(server, DATABASES, 300_000);
  archived = contents();
  const section = mssqlSection(staged, DATABASES);
  system = await realSystem({ conf: { 'mssql main': section } });
  await password(server.password);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  [archive] = (await system.archives()) as [string];
});

afterEach(async () => {
  expect(staged.server.defects).toEqual([]);
  expect(await staged.staged(), 'nothing stays in the staging folder').toEqual([]);
  await system[Symbol.asyncDispose]();
  await staged[Symbol.asyncDispose]();
});

test('[BS-16] [BS-24] [BS-26] lifeboat backup, an accident, lifeboat-restore apply: all of it is back', async () => {
  const { server } = staged;
  await server.sql(['DELETE FROM dbo.orders', 'DROP TABLE dbo.orders'], 'AC');
  await server.sql(`DROP DATABASE [O'Brien [Video]] größe]`);
  await server.sql('DROP LOGIN [app1]');
  await rm(join(system.root, 'image'), { recursive: true });
  using application = server.occupy('AC', { returns: true, name: 'Zutritt' });

  const plan = await system.restore('plan', archive);
  expect(plan).toMatchObject({ status: 0 });
  expect(plan.stdout).toContain(`to database AC on 127.0.0.1:${server.port} (now: online, `);
  expect(plan.stdout).toContain('(now: absent)');
  expect(plan.stdout).toContain(
    `to logins on 127.0.0.1:${server.port} (now: 1 of 2 equal, 0 different, 1 missing)`,
  );
  expect(plan.stdout).toContain('database AC is in use by session 1000 (sa@appserver, program "Zutritt")');
  expect(plan.stdout).toContain('login app1 is missing and will be created');

  const before = server.snapshot();
  const refused = await system.restore('apply', archive);
  expect(refused.status).toBe(ERRORS['not-confirmed'].exit);
  expect(server.snapshot(), '[BS-21] nothing changes before the yes').toEqual(before);

  const restored = await system.restore('apply', archive, '--yes');
  expect(restored).toMatchObject({ status: 0 });
  expect(contents()).toEqual(archived);
  expect(application.ended).toBeGreaterThan(0);
  expect(server.snapshot().logins).toHaveProperty('app1');
  const lines = restored.stdout.trim().split('\n');
  expect(lines.filter((line) => /^restore /.test(line))).toEqual([
    expect.stringMatching(/^restore done after [\d.]+ s: \d+ components of .*\.zip are live$/),
  ]);
  const text = restored.stdout;
  expect(text).toMatch(
    /checked mssql\/main\/AC: DBCC CHECKDB \(PHYSICAL_ONLY\) found nothing wrong; 2 objects as in the archive, 2 rows/,
  );
  expect(text).toMatch(/mssql\/main: database AC: recovery model FULL, compatibility level 160, owner sa/);
  expect(text).toMatch(/kept from before, mssql\/main\/AC: database lb_\w+_old_1 on 127\.0\.0\.1/);
  expect(text + restored.stderr).not.toContain(server.password);
  expect(await readdir(join(system.root, 'image'))).not.toEqual([]);
});

test('[BS-20] a login without sysadmin: plan and apply name role and statement, status 32, nothing is changed', async () => {
  await password('S3cret of the operator');
  const conf = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, conf.replace('user = sa', 'user = operator'));
  const before = staged.server.snapshot();
  for (const command of [['plan'], ['apply', '--yes']]) {
    const { status, stdout, stderr } = await system.restore(command[0] ?? '', archive, ...command.slice(1));
    expect(status).toBe(ERRORS['database-right-missing'].exit);
    const text = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
    expect(text).toContain('login "operator" on 127.0.0.1');
    expect(text).toContain('does not have the server role sysadmin');
    expect(text).toContain('ALTER SERVER ROLE [sysadmin] ADD MEMBER [operator];');
    expect(text).not.toContain('S3cret');
  }
  expect(staged.server.snapshot()).toEqual(before);
});

test('[BS-18] [BS-19] the configured login; its password by option, and never the one for MariaDB', async () => {
  const { server } = staged;
  await rm(join(system.root, '..', 'sql-password'));
  const only = ['--only', ...IDS, '--yes'];
  const lost = await system.restore('apply', archive, ...only);
  expect(lost.status).toBe(ERRORS['secret-unreadable'].exit);
  const file = join(system.root, '..', 'typed');
  await writeFile(file, `${server.password}\n`, { mode: 0o600 });
  const wrongOption = await system.restore('apply', archive, ...only, '--password-file', file);
  expect(wrongOption.status, '--password-file is for MariaDB').toBe(ERRORS['secret-unreadable'].exit);
  const noFile = await system.restore('apply', archive, ...only, '--mssql-user', 'boss');
  expect(noFile.status).toBe(ERRORS.usage.exit);
  expect(noFile.stderr + noFile.stdout).toContain('--mssql-user boss needs --mssql-password-file');
  const right = await system.restore('apply', archive, ...only, '--mssql-password-file', file);
  expect(right).toMatchObject({ status: 0 });
  expect(contents()).toEqual(archived);
});

test.each([
  [
    'a damaged page',
    /^DBCC/,
    [
      [8928, 1, 1, 10],
      [8989, 0, 2, 'x'],
    ],
    'check-failed',
  ],
  ['a disk that is full', /^RESTORE DATABASE/, [[3257, 'C:', 'x', 1, 2], 3119, 3013], 'space-low'],
  ['a switch-over that is refused', /MODIFY NAME/, [5069], 'switch-failed'],
] as const)(
  '[BS-24] %s: one final line with the cause, its status, and the system as it was',
  async (_, statement, messages, code) => {
    await staged.server.sql('DELETE FROM dbo.orders', 'AC');
    const before = staged.server.snapshot();
    const fault = staged.server.failNext(statement, messages);
    const { status, stdout, stderr } = await system.restore('apply', archive, '--yes');
    expect(fault.fired).toBe(1);
    expect(status).toBe(ERRORS[code].exit);
    const finals = `${stdout}${stderr}`.split('\n').filter((line) => /^restore /.test(line));
    expect(finals).toEqual([expect.stringMatching(/^restore failed after /)]);
    expect(finals[0]).not.toContain('3013');
    expect(staged.server.snapshot()).toEqual(before);
  },
);

test('[BS-24] Stop in mid-RESTORE: interrupted, status 130, and nothing half-made on the server', async () => {
  const before = staged.server.snapshot();
  const fault = staged.server.callNext(/^RESTORE DATABASE/, ({ state }) => {
    state.pace.milliseconds = 60_000;
  });
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  const run = runProgram('restore', ['--conf', system.conf, 'apply', archive, '--yes'], {
    onStart: (end) => {
      kill = end;
    },
  });
  await expect.poll(() => fault.fired, { timeout: 30_000 }).toBe(1);
  kill('SIGINT');
  const ended = await run;
  expect(ended.status).toBe(ERRORS.interrupted.exit);
  expect(ended.stdout + ended.stderr).toMatch(/^restore interrupted .*nothing half-made was left$/m);
  expect(staged.server.snapshot()).toEqual(before);
});

test("[BS-18] [BS-19] [BS-21] the wizard asks for the password where the conf's is wrong, hidden, until it is right; No changes nothing", async () => {
  const { server } = staged;
  await password('outdated');
  await server.sql('DELETE FROM dbo.orders', 'AC');
  const before = server.snapshot();
  {
    await using wizard = await openWizard();
    await wizard.answer('Which archive?', '');
    await wizard.answer('Which are to be restored?', '');
    await wizard.shows(/refused login "sa"/);
    await wizard.answer('Password of sa for SQL Server', 'Not-The-Password');
    await wizard.shows(/refused login "sa".*refused login "sa"/);
    await wizard.answer('Password of sa for SQL Server', server.password);
    await wizard.answer('now? (y/N)', 'n');
    const end = await wizard.ended();
    expect(end.status).toBe(ERRORS['not-confirmed'].exit);
    expect(end.text).not.toContain('Not-The');
    expect(end.text).not.toContain(server.password);
  }
  expect(server.snapshot()).toEqual(before);
  await password(server.password);
  await using wizard = await openWizard();
  await wizard.answer('Which archive?', '');
  await wizard.answer('Which are to be restored?', '');
  await wizard.shows('Signed in to SQL Server at 127.0.0.1');
  await wizard.answer('now? (y/N)', 'y');
  const end = await wizard.ended();
  expect(end.last).toMatch(/^restore done after /);
  expect(end.status).toBe(0);
  expect(contents()).toEqual(archived);
});

test("a system without a conf: the archive's is not obeyed, nor its server spoken to, before the name is typed", async () => {
  const other = join(system.root, '..', 'nowhere.conf');
  const from = staged.server.state.log.length;
  const run = (...args: string[]) =>
    runProgram('restore', [
      '--conf',
      other,
      '--state',
      system.state,
      ...args,
      '--installed-version',
      '2.9.8',
    ]);
  const plan = await run('plan', archive);
  expect(plan.stdout.replaceAll(/\s+/g, ' ')).toContain(`(now: not looked at yet)`);
  const apply = await run('apply', archive, '--yes');
  expect(apply.status).toBe(ERRORS['trust-needed'].exit);
  expect(staged.server.state.log.length).toBe(from);
});

function contents(): string[] {
  return DATABASES.map((name) => staged.server.contentOf(name));
}

async function password(text: string): Promise<void> {
  await writeFile(join(system.root, '..', 'sql-password'), `${text}\n`, { mode: 0o600 });
}

function openWizard(): Promise<Terminal> {
  return openTerminal([process.execPath, MAIN, '--conf', system.conf], { rows: 50, columns: 120 });
}
