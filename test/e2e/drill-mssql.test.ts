import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memberSegment } from '#sources/member-segment.ts';
import {
  fillDatabases,
  mssqlSection,
  type StagedServer,
  stagedServer,
} from '../engines/mssql/staged-server.ts';
import { damageMember } from '../fakes/damage-archive.ts';
import { newestReport } from './drilled.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';

const DATABASES = ['AC', "O'Brien [Video] größe"] as const;

let staged: StagedServer;
let system: RealSystem;
let archive: string;

beforeEach(async () => {
  staged = await stagedServer({ logins: [{ name: 'operator', password: 'S3cret of the operator' }] });
  const { server } = staged;
  await fillDatabases(server, DATABASES, 300_000);
  const section = mssqlSection(staged, DATABASES);
  const canary = [
    'of = mssql/main/AC',
    'query = SELECT item FROM dbo.orders WHERE id = 1',
    'expect = Schlüssel',
  ];
  system = await realSystem({ conf: { 'mssql main': section, 'canary orders': canary } });
  await password(server.password);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  [archive] = (await system.archives()) as [string];
});

afterEach(async () => {
  expect(staged.server.defects).toEqual([]);
  await system[Symbol.asyncDispose]();
  await staged[Symbol.asyncDispose]();
});

test('[LB-03] SQL Server databases are restored under scratch names, checked by DBCC, asked, and dropped', async () => {
  // The live database has changed since: the canary must be answered by the restored one.
  await staged.server.sql("UPDATE dbo.orders SET item = N'live' WHERE id = 1", 'AC');
  using application = staged.server.occupy('AC', { returns: true, name: 'Zutritt' });
  const before = staged.server.snapshot();
  const from = staged.server.state.log.length;

  const { status, stdout } = await system.lifeboat('drill');

  expect(stdout).toMatch(
    /proven +mssql\/main\/AC: DBCC CHECKDB \(PHYSICAL_ONLY\) found nothing wrong; 2 objects as in/,
  );
  expect(stdout).toMatch(/passed +canary orders of mssql\/main\/AC: answered Schlüssel, wanted Schlüssel/);
  expect(stdout).toMatch(/not proven +mssql\/main: logins: whole in the archive/);
  expect(status).toBe(0);
  expect(staged.server.snapshot()).toEqual(before);
  expect(application.ended, 'sessions of the live database').toBe(0);
  expect(await staged.staged()).toEqual([]);
  const restores = staged.server.state.log.slice(from).filter(({ sql }) => /^RESTORE DATABASE/.test(sql));
  expect(restores).toHaveLength(2);
  for (const { sql } of restores) expect(sql).toMatch(/^RESTORE DATABASE \[lb_drill[0-9a-f]{10}_[12]\]/);
});

test('[LB-12] a damaged backup file, and a page that DBCC finds damaged, make the drill red', async () => {
  const before = staged.server.snapshot();
  const fault = staged.server.failNext(/^DBCC/, [
    [8928, 1, 1, 10],
    [8989, 0, 2, 'x'],
  ]);
  const checked = await system.lifeboat('drill');
  expect(fault.fired).toBe(1);
  expect(checked.status).toBe(66);
  expect(checked.stdout).toMatch(/the drill is red: mssql\/main: the restored database AC is not right/);
  expect(checked.stdout).toMatch(/canary orders: not asked: mssql\/main\/AC was not restored/);
  expect(staged.server.snapshot()).toEqual(before);

  await damageMember(archive, `mssql/main/${memberSegment('AC')}/`);
  const damaged = await system.lifeboat('drill');
  expect(damaged.status).toBe(51);
  expect(damaged.stdout).toMatch(/the drill is red: mssql\/main\/AC: /);
  expect(newestReport(system).parts.find(({ id }) => id.includes('Brien'))?.result).toBe('proven');
  expect(staged.server.snapshot()).toEqual(before);
  expect(await staged.staged()).toEqual([]);
});

test.each([
  ['SIGTERM', 'RESTORE', /^RESTORE DATABASE/],
  ['SIGKILL', 'RESTORE', /^RESTORE DATABASE/],
  ['SIGKILL', 'DBCC', /^DBCC/],
] as const)(
  '[LB-03] %s in the middle of %s: nothing live is touched, and nothing stays for long',
  async (signal, _, statement) => {
    const before = staged.server.snapshot();
    const fault = staged.server.callNext(statement, ({ state }) => {
      state.pace.milliseconds = 60_000;
    });
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    const run = runProgram('service', ['--conf', system.conf, 'drill'], {
      onStart: (end) => {
        kill = end;
      },
    });
    await expect.poll(() => fault.fired, { timeout: 30_000 }).toBe(1);
    kill(signal);
    const { status } = await run;
    staged.server.state.pace.milliseconds = 0;
    expect(status).toBe(signal === 'SIGTERM' ? 130 : null);
    const live = Object.keys(before.databases);
    if (signal === 'SIGTERM') {
      expect(staged.server.snapshot()).toEqual(before);
    } else {
      const now = staged.server.snapshot().databases;
      expect(Object.keys(now).length).toBeGreaterThan(live.length);
      for (const name of live) expect(now[name]).toEqual(before.databases[name]);
    }

    expect(await system.lifeboat('drill')).toMatchObject({ status: 0 });
    expect(staged.server.snapshot()).toEqual(before);
    expect(await staged.staged()).toEqual([]);
  },
);

test('[BS-20] a login without sysadmin makes no drill, and the role is named', async () => {
  await password('S3cret of the operator');
  await writeFile(system.conf, (await readFile(system.conf, 'utf8')).replace('user = sa', 'user = operator'));
  const before = staged.server.snapshot();
  const { status, stdout } = await system.lifeboat('drill');
  expect(status).toBe(32);
  expect(stdout).toMatch(/does not have the server role sysadmin/);
  expect(staged.server.snapshot()).toEqual(before);
});

async function password(text: string): Promise<void> {
  await writeFile(join(system.root, '..', 'sql-password'), `${text}\n`, { mode: 0o600 });
}
