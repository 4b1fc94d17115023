import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createArchive } from '#archive/create-archive.ts';
import { beginArchive, MTIME, plainComponent, plainManifest, sha256Of } from '../../fakes/archive-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';

const signal = new AbortController().signal;
let folder: TemporaryFolder;
let count = 0;
const freshPath = () => folder.file(`archive-${++count}.zip`);
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

describe('createArchive', () => {
  it('makes a file that only its owner can read, from its creation on (story 15)', async () => {
    const path = freshPath();
    const umask = process.umask(0);
    try {
      await using _ = await createArchive(path, { mtime: MTIME, signal });
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(umask);
    }
  });

  it('records size and SHA-256 of what was given, however it was given', async () => {
    const { writer } = await beginArchive(freshPath());
    await using _ = writer;
    const content = randomBytes(300_000);
    const expected = { bytes: content.length, sha256: sha256Of(content) };
    async function* stream() {
      yield content.subarray(0, 7);
      yield new Uint8Array();
      yield new Uint8Array(content.subarray(7));
    }
    expect(await writer.add('folder/x/buffer', content, { signal })).toEqual({
      path: 'folder/x/buffer',
      ...expected,
    });
    expect(await writer.add('folder/x/stream', stream, { signal })).toMatchObject(expected);
    expect(await writer.add('folder/x/d1', content, { signal, method: 'deflate' })).toMatchObject(expected);
    expect(await writer.add('folder/x/d2', stream, { signal, method: 'deflate' })).toMatchObject(expected);
    const nothing = { bytes: 0, sha256: sha256Of('') };
    expect(await writer.add('folder/x/e1', Buffer.alloc(0), { signal })).toMatchObject(nothing);
    expect(await writer.add('folder/x/e2', Buffer.alloc(0), { signal, method: 'deflate' })).toMatchObject(
      nothing,
    );
    expect(await writer.add('folder/x/e3', async function* () {}, { signal })).toMatchObject(nothing);
    expect(
      await writer.add('folder/x/e4', async function* () {}, { signal, method: 'deflate' }),
    ).toMatchObject(nothing);
  });

  it('resolves add when the bytes are in the file', async () => {
    const path = freshPath();
    const { writer } = await beginArchive(path);
    await using _ = writer;
    let least = 0;
    for (const bytes of [10, 100_000, 9_000_000]) {
      await writer.add(`folder/x/${bytes}`, randomBytes(bytes), { signal });
      least += bytes;
      expect((await stat(path)).size).toBeGreaterThan(least);
      await writer.add(
        `folder/x/s${bytes}`,
        async function* () {
          yield randomBytes(bytes);
        },
        { signal },
      );
      await writer.add(`folder/x/d${bytes}`, randomBytes(bytes), { signal, method: 'deflate' });
      least += 2 * bytes;
      expect((await stat(path)).size).toBeGreaterThan(least);
    }
  });

  it('takes members from several writers at once', async () => {
    const { writer, extras } = await beginArchive(freshPath());
    await using _ = writer;
    const contents = Array.from({ length: 200 }, (_, index) => randomBytes(1 + ((index * 7919) % 50_000)));
    const members = await Promise.all(
      contents.map((content, index) =>
        writer.add(
          `folder/x/${index}`,
          index % 2 === 0
            ? content
            : async function* () {
                yield content;
              },
          { signal, method: index % 3 === 0 ? 'deflate' : 'store' },
        ),
      ),
    );
    expect(members.map(({ sha256 }) => sha256)).toEqual(contents.map(sha256Of));
    const manifest = plainManifest({ components: [plainComponent('folder/x', members)], extras });
    expect((await writer.seal(manifest, signal)).members).toBe(202);
  });

  it('tells the size of the whole file', async () => {
    const path = freshPath();
    const { writer, extras } = await beginArchive(path);
    await using _ = writer;
    const member = await writer.add('folder/x/a', randomBytes(2_000_000), { signal });
    const manifest = plainManifest({ components: [plainComponent('folder/x', [member])], extras });
    const sealed = await writer.seal(manifest, signal);
    const file = await readFile(path);
    expect(sealed).toEqual({
      path,
      bytes: file.length,
      members: 3,
    });
  });

  it('wants RESTORE.txt first, where a person sees it', async () => {
    await using writer = await createArchive(freshPath(), { mtime: MTIME, signal });
    await expect(writer.add('folder/x/a', Buffer.from('a'), { signal })).rejects.toThrow('RESTORE.txt');
    await writer.add('RESTORE.txt', Buffer.from('how'), { signal });
    await writer.add('folder/x/a', Buffer.from('a'), { signal });
  });

  it.each([
    '../up',
    '/abs',
    'folder/x/con',
    'folder/x/a b',
    'folder/x/A',
    'folder/x/a/b',
    'folder',
    'manifest.json',
    'RESTORE.TXT',
  ])('refuses the path %j beside folder/x/a, and goes on', async (path) => {
    const { writer } = await beginArchive(freshPath());
    await using _ = writer;
    await writer.add('folder/x/a', Buffer.from('a'), { signal });
    await expect(writer.add(path, Buffer.from('b'), { signal })).rejects.toMatchObject({ code: 'internal' });
    await writer.add('folder/x/c', Buffer.from('c'), { signal });
  });

  it('lets a source that cannot be opened fail alone, and its path be used again', async () => {
    const { writer, extras } = await beginArchive(freshPath());
    await using _ = writer;
    const gone = async function* () {
      yield await Promise.reject<Buffer>(new Error('it is gone'));
    };
    await expect(writer.add('folder/x/a', gone, { signal })).rejects.toThrow('it is gone');
    const member = await writer.add('folder/x/a', Buffer.from('a'), { signal });
    const manifest = plainManifest({ components: [plainComponent('folder/x', [member])], extras });
    await writer.seal(manifest, signal);
  });

  it('gives up when a source breaks off in the middle', async () => {
    const { writer, extras } = await beginArchive(freshPath());
    await using _ = writer;
    const breaks = async function* () {
      yield Buffer.from('half');
      throw new Error('it broke off');
    };
    const after = writer.add('folder/x/a', breaks, { signal });
    const waiting = writer.add('folder/x/b', Buffer.from('b'), { signal });
    await expect(after).rejects.toThrow('it broke off');
    await expect(waiting).rejects.toThrow('it broke off');
    await expect(writer.seal(plainManifest({ components: [], extras }), signal)).rejects.toThrow(
      'it broke off',
    );
  });

  it('does not seal with a manifest that describes something else', async () => {
    const { writer, extras } = await beginArchive(freshPath());
    await using _ = writer;
    const member = await writer.add('folder/x/a', Buffer.from('a'), { signal });
    const seal = (members: (typeof member)[]) =>
      writer.seal(plainManifest({ components: [plainComponent('folder/x', members)], extras }), signal);
    await expect(seal([])).rejects.toThrow('folder/x/a');
    await expect(seal([{ ...member, bytes: 2 }])).rejects.toThrow('folder/x/a');
    await expect(seal([{ ...member, sha256: sha256Of('b') }])).rejects.toThrow('folder/x/a');
    await expect(seal([member, member])).rejects.toThrow('twice');
    await expect(seal([member, { ...member, path: 'folder/x/b' }])).rejects.toThrow('folder/x/b');
    await seal([member]);
  });
});
