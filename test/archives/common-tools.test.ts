import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createArchive } from '#archive/create-archive.ts';
import { restoreText } from '#archive/restore-text.ts';
import { MTIME, plainComponent, plainManifest, writeSampleArchive } from '../fakes/archive-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

const signal = new AbortController().signal;
const key = randomBytes(200_000);
const list = Buffer.from('{"path":"."}\n'.repeat(5000));
const contents = {
  'folder/cert/data/key%2Epem': key,
  'folder/cert/files.ndjson': { deflate: list },
  'folder/cert/data/large': async function* () {
    for (let at = 0; at < key.length; at += 30_000) yield key.subarray(at, at + 30_000);
  },
  'folder/cert/streamed-list': {
    deflate: async function* () {
      yield list;
    },
  },
  'folder/cert/data/empty': Buffer.alloc(0),
};
const expected: Record<string, Buffer> = {
  'RESTORE.txt': Buffer.from('how to restore\n'),
  'folder/cert/data/key%2Epem': key,
  'folder/cert/files.ndjson': list,
  'folder/cert/data/large': key,
  'folder/cert/streamed-list': list,
  'folder/cert/data/empty': Buffer.alloc(0),
};

let folder: TemporaryFolder;
let archive: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  archive = folder.file('sample archive (größer).zip');
  await writeSampleArchive(archive, contents);
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Runs a program; one that grumbles is as bad as one that fails. */
function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  expect({ program, status, stderr }).toEqual({ program, status: 0, stderr: '' });
  return stdout;
}

async function expectUnpacked(place: string): Promise<void> {
  for (const [path, content] of Object.entries(expected)) {
    expect((await readFile(join(place, path))).equals(content), path).toBe(true);
  }
  const manifest = JSON.parse(await readFile(join(place, 'manifest.json'), 'utf8'));
  expect(manifest.format).toBe('lifeboat-archive');
  const names = await readdir(place, { recursive: true, withFileTypes: true });
  expect(names.filter((name) => name.isFile())).toHaveLength(Object.keys(expected).length + 1);
}

describe('[LB-06] an archive is a plain ZIP that common tools open', () => {
  it('unzip tests and unpacks it, files for their owner alone', async () => {
    run('unzip', '-tq', archive);
    const place = folder.file('by-unzip');
    run('unzip', '-q', archive, '-d', place);
    await expectUnpacked(place);
    expect((await stat(join(place, 'manifest.json'))).mode & 0o777).toBe(0o600);
  });

  it('zipinfo shows RESTORE.txt first, manifest.json last, and the time of the backup', () => {
    const lines = execFileSync('zipinfo', ['-T', archive], { encoding: 'utf8' }).trim().split('\n');
    expect(lines[2]).toMatch(/RESTORE\.txt$/);
    expect(lines.at(-2)).toMatch(/20260410\.214500 manifest\.json$/);
  });

  it('7z tests and unpacks it', async () => {
    expect(run('7z', 't', archive)).toContain('Everything is Ok');
    const place = folder.file('by-7z');
    run('7z', 'x', `-o${place}`, archive);
    await expectUnpacked(place);
  });

  it("Python's zipfile tests and unpacks it", async () => {
    const place = folder.file('by-python');
    await mkdir(place);
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
    run('python3', '-c', script, archive, place);
    await expectUnpacked(place);
  });

  it('adm-zip reads it', () => {
    const zip = new AdmZip(archive);
    for (const [path, content] of Object.entries(expected)) {
      expect(zip.readFile(path)?.equals(content) ?? false, path).toBe(true);
    }
  });
});

describe('[LB-06] unzip and RESTORE.txt lead to the data', () => {
  it('names each component, its folder, and commands that bring the contents out', async () => {
    const path = folder.file('guided.zip');
    const photo = Buffer.from('a photo'.repeat(1000));
    const components = [
      { id: 'folder/Image Log', kind: 'folder' as const, name: 'Image Log' },
      { id: 'mariadb/main/ac', kind: 'mariadb-database' as const, name: 'ac' },
    ];
    const text = restoreText(
      { id: '0190-test', name: 'Sample' },
      {
        archiveName: 'sample-1.zip',
        number: 1,
        version: '2.9.8',
        startedAt: Temporal.Instant.from('2026-04-10T21:45:00Z'),
        frozen: { views: [{ view: { components: components as never } }] },
      },
    );
    const place = /"Image Log": (\S+)/.exec(text)?.[1] ?? '';
    await using writer = await createArchive(path, { mtime: MTIME, signal });
    const extras = [await writer.add('RESTORE.txt', Buffer.from(text), { signal })];
    const member = await writer.add(`${place}/data/1%2Ejpg.zst`, zstdCompressSync(photo), { signal });
    await writer.seal(plainManifest({ components: [plainComponent('folder/x', [member])], extras }), signal);

    const unpacked = folder.file('guided');
    run('unzip', '-q', path, '-d', unpacked);
    const read = await readFile(join(unpacked, 'RESTORE.txt'), 'utf8');
    expect(read).toContain('MariaDB database "ac": mariadb/main/ac');
    const command = /^ {2}(zstd -d -r .*) FOLDER\r$/m.exec(read)?.[1] ?? '';
    run(command.split(' ')[0]!, ...command.split(' ').slice(1), '-q', join(unpacked, place));
    expect((await readFile(join(unpacked, place, 'data/1%2Ejpg'))).equals(photo)).toBe(true);
  });
});
