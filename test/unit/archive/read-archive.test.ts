import { randomBytes } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveReader, RandomAccess } from '#archive/archive.ts';
import { fileAccess } from '#archive/file-access.ts';
import type { Manifest } from '#archive/manifest.ts';
import { openArchive } from '#archive/open-archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import { plainManifest, writeSampleArchive } from '../../fakes/archive-set.ts';
import { bufferAccess } from '../../fakes/buffer-access.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';
import { buildZip, recordOf } from '../../fakes/zip-builder.ts';

const signal = new AbortController().signal;
const large = randomBytes(3_500_000);
const text = Buffer.from('a line of the list\n'.repeat(100_000));
let folder: TemporaryFolder;
let path: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  path = folder.file('sample (größer) 1.zip');
  await writeSampleArchive(path, {
    'folder/x/large': large,
    'folder/x/list': { deflate: text },
    'folder/y/streamed': async function* () {
      yield large;
    },
    'folder/y/empty': Buffer.alloc(0),
  });
});
afterAll(() => folder[Symbol.asyncDispose]());

async function contentOf(archive: ArchiveReader, member: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(archive.open(member, signal)));
}

/** An archive whose manifest is changed, and written again with a right CRC. */
function archiveWith(change: (manifest: Manifest) => object): RandomAccess {
  const restore = { path: 'RESTORE.txt', content: Buffer.from('how') };
  const manifest = change(plainManifest({ extras: [recordOf(restore)], components: [] }));
  const content = Buffer.from(JSON.stringify(manifest));
  return bufferAccess(buildZip([restore, { path: 'manifest.json', content }]));
}

describe('openArchive', () => {
  it('[BS-13] reads what was written, in any order and several at once, from any path', async () => {
    await using archive = await openArchive(await fileAccess(path), signal);
    const read = ['folder/y/empty', 'folder/y/streamed', 'folder/x/list', 'folder/x/large', 'folder/x/list'];
    const contents = await Promise.all(read.map((member) => contentOf(archive, member)));
    const expected = [Buffer.alloc(0), large, text, large, text];
    expect(contents.every((content, index) => content.equals(expected[index]!))).toBe(true);
    expect(archive.manifest.system.name).toBe('Sample');
    expect(archive.members.map(({ path }) => path)).toEqual([
      'RESTORE.txt',
      'folder/x/large',
      'folder/x/list',
      'folder/y/streamed',
      'folder/y/empty',
    ]);
    expect(archive.modified).toBeInstanceOf(Temporal.Instant);
  });

  it('lets a reader stop early without a trace', async () => {
    await using archive = await openArchive(await fileAccess(path), signal);
    for (const member of ['folder/x/large', 'folder/x/list']) {
      for await (const chunk of archive.open(member, signal)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    }
    expect(await contentOf(archive, 'folder/x/list')).toEqual(text);
  });

  it('ends a read when its signal is aborted', async () => {
    await using archive = await openArchive(await fileAccess(path), signal);
    const control = new AbortController();
    const reading = async () => {
      for await (const _ of archive.open('folder/x/large', control.signal))
        control.abort(new Error('enough'));
    };
    await expect(reading()).rejects.toThrow('enough');
  });

  it('refuses to open a member that is not there', async () => {
    await using archive = await openArchive(await fileAccess(path), signal);
    expect(() => archive.open('folder/x/none', signal)).toThrow(LifeboatError);
    expect(() => archive.open('manifest.json', signal)).toThrow(LifeboatError);
  });

  it.each([
    ['nothing at all', Buffer.alloc(0), 'archive-cut'],
    ['a text', Buffer.from('just a text'), 'archive-foreign'],
    ['a long text', Buffer.alloc(200_000, 'text '), 'archive-foreign'],
    ['zeros', Buffer.alloc(200_000), 'archive-foreign'],
    ['the beginning of one', Buffer.from('PK\x03\x04'), 'archive-cut'],
  ])('tells %s from an archive', async (_, content, code) => {
    await expect(openArchive(bufferAccess(content), signal)).rejects.toMatchObject({ code });
  });

  it('tells the ZIP of another program from an archive, also if it holds a manifest.json', async () => {
    const zip = new AdmZip();
    zip.addFile('hello.txt', Buffer.from('hello'));
    await expect(openArchive(bufferAccess(zip.toBuffer()), signal)).rejects.toMatchObject({
      code: 'archive-foreign',
    });
    zip.addFile('manifest.json', Buffer.from('{"manifest_version": 3, "name": "an extension"}'));
    await expect(openArchive(bufferAccess(zip.toBuffer()), signal)).rejects.toMatchObject({
      code: 'archive-foreign',
    });
    const other = { path: 'manifest.json', content: Buffer.from('{"manifest_version": 3}') };
    const restore = { path: 'RESTORE.txt', content: Buffer.from('how') };
    await expect(openArchive(bufferAccess(buildZip([restore, other])), signal)).rejects.toMatchObject({
      code: 'archive-foreign',
    });
  });

  it('names format versions and features it does not know (story 27)', async () => {
    const newer = archiveWith((manifest) => ({ ...manifest, formatVersion: 2, anything: 'else' }));
    await expect(openArchive(newer, signal)).rejects.toMatchObject({ code: 'archive-too-new' });
    const feature = archiveWith((manifest) => ({ ...manifest, requires: ['parity'] }));
    await expect(openArchive(feature, signal)).rejects.toMatchObject({
      code: 'archive-too-new',
      message: expect.stringContaining('"parity"'),
    });
  });

  it('refuses a manifest that breaks the format', async () => {
    const codes = [
      archiveWith((manifest) => ({ ...manifest, number: 'one' })),
      archiveWith((manifest) => ({ ...manifest, components: [{ id: 'x' }] })),
    ].map((access) => expect(openArchive(access, signal)).rejects.toMatchObject({ code: 'archive-damaged' }));
    await Promise.all(codes);
    const restore = { path: 'RESTORE.txt', content: Buffer.from('how') };
    const binary = { path: 'manifest.json', content: Buffer.from([0xff, 0xfe]) };
    await expect(openArchive(bufferAccess(buildZip([restore, binary])), signal)).rejects.toMatchObject({
      code: 'archive-damaged',
    });
  });

  it('closes what it was opened on, also when it refuses it', async () => {
    let closed = 0;
    const access = { ...bufferAccess(Buffer.from('text')), [Symbol.asyncDispose]: async () => void closed++ };
    await expect(openArchive(access, signal)).rejects.toThrow();
    expect(closed).toBe(1);
  });
});

describe('fileAccess', () => {
  it('tells what is wrong with the path', async () => {
    await expect(fileAccess(folder.file('none.zip'))).rejects.toMatchObject({ code: 'archive-missing' });
    await expect(fileAccess(folder.file('none.zip/x'))).rejects.toMatchObject({ code: 'archive-missing' });
    await expect(fileAccess(folder.path)).rejects.toMatchObject({ code: 'archive-missing' });
  });

  it('tells a file that shrinks while it is read', async () => {
    const shrinking = folder.file('shrinking');
    await writeFile(shrinking, 'ten bytes!');
    await using access = await fileAccess(shrinking);
    expect(Buffer.from(await access.read(2, 3)).toString()).toBe('n b');
    await truncate(shrinking, 4);
    await expect(access.read(2, 8)).rejects.toMatchObject({ code: 'archive-cut' });
  });
});
