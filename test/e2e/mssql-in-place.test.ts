import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { memberSegment } from '#sources/member-segment.ts';
import { crampData } from '../engines/mssql/cramp-data.ts';
import {
  fillDatabases,
  mssqlSection,
  type StagedServer,
  stagedServer,
} from '../engines/mssql/staged-server.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import type { Ended } from './run-program.ts';

const DATABASES = ['AC', "O'Brien [Video] größe"] as const;

let staged: StagedServer;
let system: RealSystem;
let archive: string;
let archived: string[];
let home: string;
let safety: string;

beforeEach(async () => {
  staged = await stagedServer();
  const { server } = staged;
  home = server.state.dataPath;
  await fillDatabases(server, DATABASES, 300_000);
  archived = contents();
  system = await realSystem({ conf: { 'mssql main': mssqlSection(staged, DATABASES) } });
  await writeFile(join(system.root, '..', 'sql-password'), `${server.password}\n`, { mode: 0o600 });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  [archive] = (await system.archives()) as [string];
  await server.sql(['DELETE FROM dbo.orders', 'CREATE TABLE dbo.later (id int)'], 'AC');
  await server.sql('ALTER DATABASE [AC] SET TRUSTWORTHY ON');
  await server.sql(['DROP USER [app1]'], DATABASES[1]);
  await server.sql('DROP LOGIN [app1]');
  // What is new now would go elsewhere.
  server.state.dataPath = join(server.folder, 'elsewhere/');
  await mkdir(server.state.dataPath);
  safety = system.folder.file('safety');
  await mkdir(safety);
  crampData(server, 50_000);
});

afterEach(async () => {
  expect(staged.server.defects).toEqual([]);
  expect(await staged.staged(), 'nothing stays in the staging folder').toEqual([]);
  await system[Symbol.asyncDispose]();
  await staged[Symbol.asyncDispose]();
});

function contents(): string[] {
  return DATABASES.map((name) => staged.server.contentOf(name));
}

/** All of the server, the names of files by their folder alone. */
function state() {
  const { databases, logins } = staged.server.snapshot();
  const seen = Object.entries(databases).map(([name, { files, ...rest }]) => {
    return [name, { ...rest, home: files.every((file) => file.startsWith(home)) }];
  });
  return { logins, databases: Object.fromEntries(seen) };
}

function apply(...more: string[]): Promise<Ended> {
  return system.restore('apply', archive, '--yes', '--in-place', 'Zutritt', '--safety', safety, ...more);
}

test('[BS-16] where the disks of a SQL Server have no room for both, a restore in place brings databases and logins back', async () => {
  using application = staged.server.occupy('AC', { returns: true, name: 'Zutritt' });
  const before = state();
  const planned = await system.restore('plan', archive);
  expect(planned).toMatchObject({ status: ERRORS['space-low'].exit });
  expect(planned.stdout).toContain('unless you agree to a restore in place: --in-place');
  expect(await system.restore('apply', archive, '--yes')).toMatchObject({ status: ERRORS['space-low'].exit });
  expect(state()).toEqual(before);

  const ended = await apply();
  expect(ended, ended.stdout).toMatchObject({ status: 0 });
  expect(ended.stdout).toMatch(/are live, restored in place$/m);
  expect(contents()).toEqual(archived);
  expect(application.ended).toBeGreaterThan(0);
  expect(staged.server.snapshot().logins).toHaveProperty('app1');
  for (const name of DATABASES) expect(state().databases[name]).toMatchObject({ home: true });
  expect(Object.keys(state().databases)).toEqual(expect.not.arrayContaining([expect.stringMatching(/^lb_/)]));

  const [made] = (await readdir(safety)).filter((name) => name.endsWith('.zip'));
  expect(await system.restore('verify', join(safety, made as string))).toMatchObject({ status: 0 });
  const { logs } = await listRestoreLogs(system.state);
  const steps = logs.flatMap((log) => log.steps.map(({ what }) => what));
  const [taken, dropped] = ['put all sessions out of', 'drop'].map((verb) =>
    DATABASES.map((name) => steps.findIndex((step) => step.startsWith(`${verb} database ${name}`))),
  ) as [number[], number[]];
  expect(Math.min(...taken)).toBeGreaterThan(-1);
  expect(Math.max(...taken)).toBeLessThan(Math.min(...dropped));
}, 60_000);

test.each([
  ['RESTORE of the second', /^RESTORE DATABASE \[lb_\w+_2\]/, [[3257, 'C:', 'x', 1, 2], 3119, 3013]],
  ['the check', /^DBCC/, [[8928, 1, 1, 10]]],
  ['the last rename', /MODIFY NAME = \[O'Brien/, [5069]],
] as const)(
  '[BS-16] a restore in place of a SQL Server in which %s fails goes back from its safety archive and says so',
  async (_, statement, messages) => {
    const before = state();
    const fault = staged.server.failNext(statement, messages);
    const ended = await apply();
    expect(fault.fired).toBe(1);
    expect(ended, ended.stdout).toMatchObject({ status: ERRORS['switch-failed'].exit });
    expect(ended.stdout).toMatch(
      /the restore in place failed: .*; what was live before was brought back from the safety archive/,
    );
    expect(state()).toEqual(before);
  },
  60_000,
);

test('[BS-16] a database of the archive that the conf names no longer is in the safety archive too, since it goes as well', async () => {
  const conf = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, conf.replace('databases[] = "AC"\n', ''));
  const before = state();
  const fault = staged.server.failNext(/^RESTORE DATABASE \[lb_\w+_2\]/, [3119, 3013]);
  const ended = await apply('--only', ...DATABASES.map((name) => `mssql/main/${name}`));
  expect(fault.fired).toBe(1);
  expect(ended, ended.stdout).toMatchObject({ status: ERRORS['switch-failed'].exit });
  expect(state()).toEqual(before);
}, 60_000);

test.each([
  [
    'a database that cannot be taken',
    () => {
      staged.server.failNext(/^ALTER DATABASE \[O'Brien.*SINGLE_USER/, [5069]);
    },
    /ALTER DATABASE statement failed/,
  ],
  [
    'replication',
    () => {
      staged.server.database(DATABASES[1]).published = true;
    },
    /größe on .* cannot be dropped: it is published for replication/,
  ],
  [
    'a snapshot',
    () => {
      const { state: here, database } = staged.server;
      const { id } = database(DATABASES[1]);
      here.databases.push({ ...database('model'), name: 'yesterday', id: 99, snapshotOf: id });
    },
    /größe on .* cannot be dropped: database yesterday is a snapshot of it/,
  ],
] as const)(
  '[BS-16] %s in the way before the first database is dropped ends a restore in place with all as it was',
  async (_, order, why) => {
    order();
    const before = state();
    const ended = await apply();
    expect(ended, ended.stdout).toMatchObject({ status: ERRORS['switch-failed'].exit });
    expect(ended.stdout).toMatch(why);
    expect(ended.stdout).toMatch(/nothing was dropped; nothing live was deleted$/m);
    expect(state()).toEqual(before);
    expect(staged.server.state.log.filter(({ sql }) => /^(RESTORE|DROP) DATABASE/.test(sql))).toEqual([]);
  },
  60_000,
);

test('[BS-16] a database that somebody makes while the safety archive is made is in none, so it is not dropped', async () => {
  const { server } = staged;
  await server.sql('DROP DATABASE [AC]');
  server.callNext(/^BACKUP DATABASE \[O'Brien/, () =>
    server.sql('CREATE DATABASE [AC]').then(() => undefined),
  );
  const ended = await apply();
  expect(ended, ended.stdout).toMatchObject({ status: ERRORS['switch-failed'].exit });
  expect(ended.stdout).toMatch(/database AC on .* was made by somebody else while the safety archive was/);
  expect(Object.keys(state().databases)).toContain('AC');
}, 60_000);

test('[BS-16] a restore in place of a SQL Server that is killed: lifeboat-restore recover brings the old state back', async () => {
  const before = state();
  const records = [6, 9, 12, 15];
  for (const record of records) {
    await rm(join(system.state, 'restores'), { recursive: true, force: true });
    process.env['LIFEBOAT_TEST_KILL'] = `after:${record}`;
    const killed = await apply().finally(() => delete process.env['LIFEBOAT_TEST_KILL']);
    expect(killed.status, `record ${record}`).toBeNull();
    const recovered = await system.restore('recover');
    expect(recovered, `record ${record} ${recovered.stdout}`).toMatchObject({ status: 0 });
    expect(recovered.stdout).toContain('what was live before is live');
    expect(state(), `record ${record}`).toEqual(before);
  }
}, 120_000);

/** As on the server's own machine: its folder has one name. */
function sameNameHere(): string {
  const { state, folder } = staged.server;
  home = join(folder, 'data/');
  for (const { files } of state.databases) {
    for (const file of files) file.physical = join(home, basename(file.physical));
  }
  return home;
}

test('[BS-16] a live database too damaged for BACKUP: its files are copied before it goes, and all is restored', async () => {
  const folder = sameNameHere();
  staged.server.database('AC').state = 'SUSPECT';
  const files = await Promise.all(FILES.map((name) => readFile(join(folder, name))));
  const ended = await apply();
  expect(ended, ended.stdout).toMatchObject({ status: 0 });
  expect(contents()).toEqual(archived);
  expect(ended.stdout).toMatch(/raw files of mssql\/main\/AC, which could not be read, are in /);
  const names = await readdir(safety);
  const raw = join(safety, names.find((name) => name.startsWith('raw-')) as string, memberSegment('AC'));
  expect(await Promise.all(FILES.map((name) => readFile(join(raw, name))))).toEqual(files);
  expect(await readdir(folder), 'the proof is gone').not.toContainEqual(expect.stringMatching(/proof/));
  const made = join(safety, names.find((name) => name.endsWith('.zip')) as string);
  const { stdout } = await system.restore('inspect', made);
  expect(stdout).toContain("mssql/main/O'Brien");
  expect(stdout).not.toContain('mssql/main/AC');
}, 60_000);

const FILES = ['AC.mdf', 'AC_log.ldf'];

test.each([
  [
    'of a server whose folders are others for us',
    () => {
      staged.server.database('AC').state = 'SUSPECT';
    },
    /cannot write into .*data to prove that it is the server's \(ENOENT\)/,
  ],
  [
    "in folders of that name that are not the server's",
    () => {
      sameNameHere();
      const { database, state, callNext } = staged.server;
      database('AC').state = 'RECOVERY_PENDING';
      const proof = /xp_fileexist .*data.lifeboat-proof/;
      callNext(proof, () => void state.disk.forbidden.add(home));
      callNext(proof, () => void state.disk.forbidden.delete(home), { at: 'after' });
    },
    /data here is another one than the server's/,
  ],
  [
    'that runs, though BACKUP cannot read it',
    () => {
      sameNameHere();
      const how = { times: Number.POSITIVE_INFINITY };
      staged.server.failNext(/^BACKUP DATABASE \[AC\]/, [[3043, 'AC', 1, 8, 'AC.mdf'], 3013], how);
    },
    /it is ONLINE, so the server may write to them/,
  ],
  [
    'of which no file is there',
    async () => {
      sameNameHere();
      staged.server.database('AC').state = 'RECOVERY_PENDING';
      for (const name of FILES) await rm(join(home, name));
    },
    /none of them is there/,
  ],
] as const)(
  '[BS-16] a damaged live database %s is not dropped, and the restore says what to do by hand',
  async (_, damage, why) => {
    await damage();
    const before = state();
    const ended = await apply();
    expect(ended, ended.stdout).toMatchObject({ status: ERRORS['target-unsuitable'].exit });
    expect(ended.stdout).toMatch(why);
    expect(ended.stdout).toMatch(/what to do: .*copy .*AC\.mdf.* yourself, then DROP DATABASE \[AC\]/);
    expect(ended.stdout.match(/nothing was changed/g)).toHaveLength(1);
    expect(state()).toEqual(before);
  },
  60_000,
);
