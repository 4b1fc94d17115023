import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { systemClock } from '#platform/clock.ts';
import { fileSource } from '#sources/files/file-source.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import type { ComponentRecord, MemberContent, MemberSink, Source } from '#sources/source.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { beginArchive, plainManifest, sha256Of } from '../../fakes/archive-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';

const signal = new AbortController().signal;
let folder: TemporaryFolder;
let count = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  const cert = folder.file('cert');
  await mkdir(`${cert}/inner`, { recursive: true });
  await writeFile(`${cert}/inner/größe.txt`, 'letters '.repeat(500));
  await writeFile(`${cert}/key.pem`, 'key');
  await writeFile(`${cert}/large`, Buffer.alloc(3_000_000, 'large '));
  await symlink('key.pem', `${cert}/link`);
  await mkdir(folder.file('many'));
  for (let index = 0; index < 320; index += 1) {
    await writeFile(folder.file(`many/${index}`), `content ${index}`);
  }
  using live = new DatabaseSync(folder.file('live.db'));
  live.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)');
  live.exec("INSERT INTO users (name) VALUES ('one'), ('two')");
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Saves the component with a record that was changed, and says what verify makes of it. */
async function verified(
  write: (sink: MemberSink) => Promise<ComponentRecord>,
  change: Partial<ComponentRecord> = {},
  depth: 'members' | 'contents' = 'members',
): Promise<string> {
  const path = folder.file(`${++count}.zip`);
  const { writer, extras } = await beginArchive(path);
  await using _ = writer;
  const component = { ...(await write(writer)), ...change };
  await writer.seal(plainManifest({ components: [component], extras }), signal);
  await using archive = await openArchive(await fileAccess(path), signal);
  const report = await verifyArchive(archive, { signal, depth });
  expect(report.bytes).toBe(archive.members.reduce((sum, { bytes }) => sum + bytes, 0));
  const item = report.items.find(({ item }) => item === component.id);
  expect(report.good).toBe(item?.result !== 'problem');
  return item?.result === 'problem' ? (item.detail ?? '') : (item?.result ?? 'absent');
}

function saved(source: Source) {
  return async (sink: MemberSink): Promise<ComponentRecord> => {
    await using view = await source.freeze(signal);
    return await view.components[0]!.writeTo(sink, { signal, compression: 'Fast', onBytes: () => {} });
  };
}

const common = { importance: 'normal' as const, clock: systemClock() };
const cert = () =>
  saved(
    folderSource({
      ...common,
      name: 'cert',
      path: folder.file('cert'),
      exclude: [],
      neverInside: [],
      workFolder: folder.file('work'),
    }),
  );
const key = () =>
  saved(
    fileSource({
      ...common,
      name: 'Key',
      path: folder.file('cert/key.pem'),
      workFolder: folder.file('work'),
    }),
  );

const many = () =>
  saved(
    folderSource({
      ...common,
      name: 'many',
      path: folder.file('many'),
      exclude: [],
      neverInside: [],
      workFolder: folder.file('work'),
    }),
  );
const sqlite = () =>
  saved(
    sqliteSource({ ...common, name: 'main', path: folder.file('live.db'), workFolder: folder.file('work') }),
  );

const objects = {
  tables: [
    {
      name: 'users',
      rows: 2,
      bytes: 8,
      sha256: sha256Of('a\t1\nb\t2\n'),
      members: ['mariadb/main/ac/rows/0001/00001.zst'],
    },
    { name: 'empty', rows: 0, bytes: 0, sha256: sha256Of(''), members: [] },
  ],
};
const accounts = { accounts: [{ user: 'ac', host: '%', isRole: false, grants: ['GRANT'] }] };

async function database(
  sink: MemberSink,
  content: unknown = objects,
  rows = 'a\t1\nb\t2\n',
): Promise<ComponentRecord> {
  const folder = 'mariadb/main/ac';
  const frames = [rows.slice(0, 4), rows.slice(4)].map((text) => zstdCompressSync(Buffer.from(text)));
  return {
    id: folder,
    kind: 'mariadb-database',
    name: 'ac',
    importance: 'required',
    state: 'complete',
    bytes: 8,
    sha256: sha256Of(objects.tables.map(({ sha256, name }) => `${sha256}  ${name}\n`).join('')),
    items: 2,
    rows: 2,
    notes: [],
    members: [
      await sink.add(`${folder}/rows/0001/00001.zst`, Buffer.concat(frames), { signal }),
      await sink.add(`${folder}/objects.json`, Buffer.from(JSON.stringify(content)), {
        signal,
        method: 'deflate',
      }),
    ],
    details: {},
  };
}

async function accountList(sink: MemberSink): Promise<ComponentRecord> {
  const bytes = Buffer.from(JSON.stringify(accounts, undefined, 1));
  const [account] = accounts.accounts;
  return {
    id: 'mariadb/main',
    kind: 'mariadb-accounts',
    name: 'main',
    importance: 'normal',
    state: 'complete',
    bytes: bytes.length,
    sha256: sha256Of(`${sha256Of(JSON.stringify(account))}  ac@%\n`),
    items: 1,
    notes: [],
    members: [await sink.add('mariadb/main/accounts.json', bytes, { signal })],
    details: {},
  };
}

describe('[LB-04] what the manifest says about a component is worked out again', () => {
  it.each([
    ['a folder', cert],
    ['a file', key],
    ['a database', () => (sink: MemberSink) => database(sink)],
    ['accounts', () => accountList],
  ])('%s as it was saved is ok', async (_, component) => {
    expect(await verified(component())).toBe('ok');
  });

  it.each([
    ['a folder', cert],
    ['a file', key],
    ['a database', () => (sink: MemberSink) => database(sink)],
    ['accounts', () => accountList],
  ])('%s with another hash, size or count is a problem', async (_, component) => {
    expect(await verified(component(), { sha256: sha256Of('other') })).toContain('sha256');
    expect(await verified(component(), { bytes: 12345 })).toContain('bytes 12345');
    expect(await verified(component(), { items: 77 })).toContain('items 77');
  });

  it('a database with other rows than its tables is a problem', async () => {
    expect(await verified(database, { rows: 3 })).toContain('rows 3');
  });

  it('a list that names a member of something else is a problem', async () => {
    const [users, empty] = objects.tables;
    const stray = { tables: [{ ...users, members: ['RESTORE.txt'] }, empty] };
    expect(await verified((sink) => database(sink, stray))).toContain('RESTORE.txt');
  });

  it.each([
    ['no JSON', 'not json'],
    ['another shape', '{"tables": 7}'],
    ['nothing', ''],
  ])('objects.json with %s is a problem', async (_, text) => {
    const replacing = (sink: MemberSink): MemberSink => ({
      add: (path, content, how) => sink.add(path, path.endsWith('.json') ? Buffer.from(text) : content, how),
    });
    expect(await verified((sink) => database(replacing(sink)))).toContain('objects.json');
  });

  it('a file that is said to be a member of another content is a problem', async () => {
    const swapping = (sink: MemberSink): MemberSink => ({
      add: (path, content, how) => sink.add(path, /key[^/]*$/.test(path) ? Buffer.from('KEY') : content, how),
    });
    expect(await verified((sink) => cert()(swapping(sink)))).toContain('key.pem');
  });
});

describe('[LB-04] contents are unpacked and compared when asked for', () => {
  it.each([
    ['a folder', cert],
    ['a folder with packs', many],
    ['a file', key],
    ['an SQLite database', sqlite],
    ['a database', () => (sink: MemberSink) => database(sink)],
  ])('%s as it was saved is ok', async (_, component) => {
    expect(await verified(component(), {}, 'contents')).toBe('ok');
  });

  it('rows that are not those that were read are found only so', async () => {
    const other = (sink: MemberSink) => database(sink, objects, 'a\t1\nb\t3\n');
    expect(await verified(other)).toBe('ok');
    expect(await verified(other, {}, 'contents')).toContain('users');
    const longer = (sink: MemberSink) => database(sink, objects, 'a\t1\nb\t2\nc\t3\n');
    expect(await verified(longer, {}, 'contents')).toContain('users');
  });

  it('a database file that is not the one that was saved is found only so', async () => {
    const other = { sha256: sha256Of('other') };
    expect(await verified(sqlite(), other)).toBe('ok');
    expect(await verified(sqlite(), other, 'contents')).toContain('database file');
  });

  it.each([
    ['a large file', cert, /large\.zst$/, Buffer.alloc(3_000_000, 'Large ')],
    ['a pack', many, /pack-0001\.tar\.zst$/, undefined],
  ])('%s that was compressed wrongly is found only so', async (_, component, which, other) => {
    const wrong = (sink: MemberSink): MemberSink => ({
      async add(path, content, how) {
        if (!which.test(path)) return await sink.add(path, content, how);
        const right = zstdDecompressSync(await bytesOf(content));
        const changed =
          other ?? Buffer.from(right.toString('latin1').replace('content 7', 'content 8'), 'latin1');
        return await sink.add(path, zstdCompressSync(changed), how);
      },
    });
    expect(await verified((sink) => component()(wrong(sink)))).toBe('ok');
    expect(await verified((sink) => component()(wrong(sink)), {}, 'contents')).toContain(
      'not the one that was saved',
    );
  });
});

async function bytesOf(content: MemberContent): Promise<Uint8Array> {
  return typeof content === 'function' ? Buffer.concat(await Array.fromAsync(content())) : content;
}
