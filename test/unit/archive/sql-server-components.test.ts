import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { extractBackup } from '#sources/mssql/extract-backup.ts';
import type { MssqlDatabaseDetails } from '#sources/mssql/format.ts';
import { objectsHash } from '#sources/mssql/objects-hash.ts';
import type { ComponentRecord, MemberSink } from '#sources/source.ts';
import { beginArchive, plainManifest, sha256Of } from '../../fakes/archive-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';

const signal = new AbortController().signal;
const BAK = Buffer.from('the pages of a database\n'.repeat(50_000));
const OBJECTS = [
  { schema: 'dbo', name: 'orders', type: 'U', rows: 2 },
  { schema: 'dbo', name: 'items', type: 'V' },
];
const LOGIN = { name: 'app', sid: '0a', type: 'S', disabled: false, roles: [] };

let folder: TemporaryFolder;
let count = 0;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

function detailsOf(form: 'plain' | 'zstd'): MssqlDatabaseDetails {
  return {
    form,
    databaseVersion: 957,
    softwareVersion: '16.0.1000',
    hasBackupChecksums: true,
    compressed: false,
    compatibilityLevel: 160,
    recoveryModel: 'FULL',
    collation: 'Latin1_General_CI_AS',
    files: [{ logicalName: 'AC', physicalName: '/d/AC.mdf', type: 'D', fileId: 1, bytes: 8192 }],
    ownerSid: '01',
    trustworthy: false,
    backupStart: '2026-04-10T23:45:00',
    backupFinish: '2026-04-10T23:45:12',
    backupSetGuid: '6b8d4289-43ec-4dfb-ae9f-4f5581776277',
    objects: { count: 2, sha256: objectsHash(OBJECTS), steady: true },
  };
}

interface Stored {
  form?: 'plain' | 'zstd';
  bak?: Buffer;
  objects?: unknown;
}

async function database(
  sink: MemberSink,
  { form = 'plain', bak = BAK, objects = OBJECTS }: Stored = {},
): Promise<ComponentRecord> {
  const prefix = 'mssql/main/ac';
  const stored = form === 'plain' ? bak : zstdCompressSync(bak);
  const name = `database.bak${form === 'plain' ? '' : '.zst'}`;
  const list = { database: 'AC', objects, users: [] };
  return {
    id: 'mssql/main/AC',
    kind: 'mssql-database',
    name: 'AC',
    importance: 'normal',
    state: 'complete',
    bytes: BAK.length,
    sha256: sha256Of(BAK),
    items: 1,
    notes: [],
    members: [
      await sink.add(`${prefix}/${name}`, stored, { signal }),
      await sink.add(`${prefix}/objects.json`, Buffer.from(JSON.stringify(list)), { signal }),
    ],
    details: { ...detailsOf(form) },
  };
}

async function logins(sink: MemberSink): Promise<ComponentRecord> {
  const content = Buffer.from(JSON.stringify({ logins: [LOGIN] }));
  return {
    id: 'mssql/main',
    kind: 'mssql-logins',
    name: 'main',
    importance: 'normal',
    state: 'complete',
    bytes: content.length,
    sha256: sha256Of(`${sha256Of(JSON.stringify(LOGIN))}  app\n`),
    items: 1,
    notes: [],
    members: [await sink.add('mssql/main/logins.json', content, { signal })],
    details: {},
  };
}

async function archiveOf(
  write: (sink: MemberSink) => Promise<ComponentRecord>,
  change: Partial<ComponentRecord> = {},
): Promise<string> {
  const path = folder.file(`${++count}.zip`);
  const { writer, extras } = await beginArchive(path);
  await using _ = writer;
  const component = { ...(await write(writer)), ...change };
  await writer.seal(plainManifest({ components: [component], extras }), signal);
  return path;
}

/** `ok`, or what verify finds wrong. */
async function verified(path: string, depth: 'members' | 'contents' = 'members'): Promise<string> {
  await using archive = await openArchive(await fileAccess(path), signal);
  const report = await verifyArchive(archive, { signal, depth });
  const item = report.items.find(({ item }) => item.startsWith('mssql/'));
  return item?.result === 'problem' ? (item.detail ?? '') : (item?.result ?? 'absent');
}

describe('[LB-04] what the manifest says about a SQL Server is worked out again', () => {
  it.each(['plain', 'zstd'] as const)('a .bak as it was saved (%s) is ok, at any depth', async (form) => {
    const path = await archiveOf((sink) => database(sink, { form }));
    expect(await verified(path)).toBe('ok');
    expect(await verified(path, 'contents')).toBe('ok');
  });

  it('logins as they were saved are ok; with another hash or count they are a problem', async () => {
    expect(await verified(await archiveOf(logins))).toBe('ok');
    expect(await verified(await archiveOf(logins, { sha256: sha256Of('other') }))).toContain('sha256');
    expect(await verified(await archiveOf(logins, { items: 2 }))).toContain('items 2');
  });

  it('a stored .bak that is not the one of the record is a problem', async () => {
    const other = (sink: MemberSink) => database(sink, { bak: Buffer.from(BAK).fill('x', 0, 9) });
    expect(await verified(await archiveOf(other))).toContain('sha256');
    expect(await verified(await archiveOf(database, { bytes: 12345 }))).toContain('bytes 12345');
  });

  it('a compressed one is found when contents are asked for', async () => {
    const other = (sink: MemberSink) =>
      database(sink, { form: 'zstd', bak: Buffer.from(BAK).fill('x', 0, 9) });
    expect(await verified(await archiveOf(other), 'contents')).toBe(
      'its backup file is not the one that was saved',
    );
  });

  it('a list of objects that is not the one of the details is a problem', async () => {
    const fewer = (sink: MemberSink) => database(sink, { objects: OBJECTS.slice(1) });
    expect(await verified(await archiveOf(fewer))).toContain('objects.json of mssql/main/AC is not the list');
    const none = (sink: MemberSink) => database(sink, { objects: 7 });
    expect(await verified(await archiveOf(none))).toContain('objects.json');
  });

  it.each([
    ['no form', { form: undefined }],
    ['no files', { files: [] }],
    ['a SID that is none', { ownerSid: 'xyz' }],
    ['a recovery model that is none', { recoveryModel: 'SOME' }],
  ])('details with %s are a problem', async (_title, change) => {
    const details = { ...detailsOf('plain'), ...change };
    expect(await verified(await archiveOf(database, { details }))).toMatch(
      /the details of mssql\/main\/AC break the format at/,
    );
  });
});

describe('[FD-27] a database is taken out as its .bak', () => {
  const options = { signal, onBytes: () => undefined };

  it.each(['plain', 'zstd'] as const)('byte by byte, stored as %s', async (form) => {
    await using archive = await openArchive(
      await fileAccess(await archiveOf((sink) => database(sink, { form }))),
      signal,
    );
    const [component] = archive.manifest.components as [ComponentRecord];
    const into = folder.file(`out-${form}`);
    const { result } = await extractBackup(component, archive, into, options);
    expect(result).toBe(`${BAK.length.toLocaleString('en')} bytes, hash equal; in ${join(into, 'AC.bak')}`);
    expect(await readFile(join(into, 'AC.bak'))).toEqual(BAK);
    await expect(extractBackup(component, archive, into, options)).rejects.toMatchObject({
      code: 'target-unsuitable',
    });
  });

  it('one that is not what was saved is not left there', async () => {
    const wrong = (sink: MemberSink) =>
      database(sink, { form: 'zstd', bak: Buffer.from(BAK).fill('x', 0, 9) });
    await using archive = await openArchive(await fileAccess(await archiveOf(wrong)), signal);
    const [component] = archive.manifest.components as [ComponentRecord];
    const into = folder.file('wrong');
    await expect(extractBackup(component, archive, into, options)).rejects.toMatchObject({
      code: 'check-failed',
    });
    expect(await readdir(into)).toEqual([]);
  });

  it('one that unpacks to more than it should is stopped: a bomb fills no disk', async () => {
    const bomb = (sink: MemberSink) => database(sink, { form: 'zstd', bak: Buffer.concat([BAK, BAK, BAK]) });
    await using archive = await openArchive(await fileAccess(await archiveOf(bomb)), signal);
    const [component] = archive.manifest.components as [ComponentRecord];
    const into = folder.file('bomb');
    await expect(extractBackup(component, archive, into, options)).rejects.toMatchObject({
      code: 'archive-damaged',
    });
    expect(await readdir(into)).toEqual([]);
  });
});
