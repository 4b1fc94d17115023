import { chown, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';
import { never, restoreOf, type SavedSet, saveSet, serverOf } from './restore-sets.ts';
import { AWKWARD, changeSmallSystem, makeSmallSystem, SET } from './small-system.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

const SHARE = '\\\\NAS01\\life boat$';

let server: TestMssql;
let saved: SavedSet;
let local: TemporaryFolder;

beforeEach(async () => {
  local = await temporaryFolder();
  server = await startMssql({ host: 'Windows', views: [{ server: SHARE, local: local.path }] });
  await makeSmallSystem(server, { bytes: 0 });
  saved = await saveSet(server, SET);
  await changeSmallSystem(server);
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  await saved[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await local[Symbol.asyncDispose]();
});

/** By an address that the tool does not take for this machine's. */
function elsewhere(): ReturnType<typeof serverOf> {
  return { ...serverOf(server), address: { host: '0x7f000001', port: server.port } };
}

test('[BS-23] a Windows server on another machine: restored through a share that each sees by its own path', async () => {
  const staging = { serverPath: `${SHARE}\\`, localPath: local.path };
  await using restore = restoreOf(saved, server, { server: elsewhere(), staging });
  const { findings } = await restore.target.inspect(never);
  expect(findings.filter(({ level }) => level === 'problem')).toEqual([]);
  await restore.prepare();
  const [first] = server.state.log.filter(({ sql }) => sql.startsWith('RESTORE DATABASE'));
  expect(first?.sql).toContain(`FROM DISK = N'${SHARE}\\lifeboat-`);
  expect(first?.sql).toContain("MOVE N'AC' TO N'C:\\MSSQL\\data\\AC_run70d6_1.mdf'");
  await restore.switchOver();
  expect(server.database(AWKWARD).content.tables.map(({ rows }) => rows.length)).toEqual([2]);
  expect(await readdir(local.path)).toEqual([]);
});

test('[BS-23] without a staging folder it says why it cannot, and what to set', async () => {
  const from = server.state.log.length;
  await using restore = restoreOf(saved, server, { server: elsewhere(), staging: undefined });
  const { findings } = await restore.target.inspect(never);
  const problem = findings.find(({ level }) => level === 'problem');
  expect(problem).toMatchObject({
    code: 'staging-unusable',
    message:
      'the SQL Server of [mssql main] runs on another machine (0x7f000001), which writes backup files where lifeboat cannot reach them',
    hint: expect.stringMatching(/\[mssql main\] staging_server_path .* staging_local_path/),
  });
  await expect(restore.prepare()).rejects.toMatchObject({ code: 'staging-unusable' });
  expect(server.state.log.slice(from).some(({ sql }) => /^(RESTORE|BACKUP)/.test(sql))).toBe(false);
});

test('[BS-23] two paths that are not one folder are found out before anything is written', async () => {
  const other = local.file('another');
  await mkdir(other);
  await using restore = restoreOf(saved, server, {
    server: elsewhere(),
    staging: { serverPath: SHARE, localPath: other },
  });
  const { findings } = await restore.target.inspect(never);
  expect(findings.find(({ level }) => level === 'problem')).toMatchObject({
    code: 'staging-unusable',
    message: expect.stringContaining('they are not the same folder'),
  });
  expect(await readdir(other)).toEqual([]);
  await expect(restore.prepare()).rejects.toMatchObject({
    code: 'staging-unusable',
    message: expect.stringContaining('they are not the same folder'),
  });
  expect(await readdir(other)).toEqual([]);
});

test('[BS-23] a folder in which the server sees files but may not read them is told by the plan', async () => {
  const fault = server.failNext(/^RESTORE HEADERONLY/, [
    [3201, `${SHARE}\\x.bak`, '5(Access is denied.)'],
    3013,
  ]);
  const staging = { serverPath: SHARE, localPath: local.path };
  await using restore = restoreOf(saved, server, { server: elsewhere(), staging });
  const { findings } = await restore.target.inspect(never);
  expect(fault.fired).toBe(1);
  expect(findings.find(({ level }) => level === 'problem')).toMatchObject({
    code: 'staging-unusable',
    message: expect.stringMatching(
      /^the server sees what lifeboat writes into .*, but cannot read it: .*Operating system error 5\(Access is denied\.\) \(error 3201\)$/,
    ),
    hint: expect.stringContaining('give the folder to the account of the SQL Server service'),
  });
  expect(await readdir(local.path)).toEqual([]);
});

test.runIf(process.getuid?.() === 0)(
  'a backup file in the folder is for its owner and group only, never for others, from its beginning',
  async () => {
    const nobody = 65_534;
    await chown(local.path, nobody, nobody);
    const staging = { serverPath: SHARE, localPath: local.path };
    await using restore = restoreOf(saved, server, { server: elsewhere(), staging });
    const seen: { mode: number; uid: number; gid: number }[] = [];
    const look = async (): Promise<void> => {
      for (const name of await readdir(local.path)) {
        const { mode, uid, gid } = await stat(join(local.path, name));
        seen.push({ mode: mode & 0o777, uid, gid });
      }
    };
    const fault = server.callNext(/^RESTORE DATABASE/, look, { times: 2 });
    const archive = {
      async *open(...from: Parameters<typeof saved.archive.open>) {
        for await (const chunk of saved.archive.open(...from)) {
          await look();
          yield chunk;
        }
      },
    };
    for (const record of saved.records) {
      await restore.target.stage(record, archive, { signal: never, onBytes: () => undefined });
    }
    expect(fault.fired).toBe(2);
    expect(seen.length).toBeGreaterThan(2);
    for (const file of seen) expect(file).toEqual({ mode: 0o640, uid: nobody, gid: nobody });
    expect(await readdir(local.path)).toEqual([]);
  },
);
