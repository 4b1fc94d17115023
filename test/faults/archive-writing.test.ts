import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createArchive } from '#archive/create-archive.ts';
import {
  beginArchive,
  MTIME,
  plainComponent,
  plainManifest,
  writeSampleArchive,
} from '../fakes/archive-set.ts';
import { failingDisk } from '../fakes/failing-disk.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

const never = new AbortController().signal;
const block = randomBytes(300_000);
const contents = {
  'folder/x/list': { deflate: Buffer.from('line\n'.repeat(1000)) },
  'folder/x/large': block,
  'folder/x/streamed': async function* () {
    for (let at = 0; at < block.length; at += 50_000) yield block.subarray(at, at + 50_000);
  },
};

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Adds everything at once, as concurrent sources do, and seals; what is thrown is the first failure. */
async function writeAtOnce(path: string, openFile: Parameters<typeof createArchive>[2]): Promise<void> {
  await using writer = await createArchive(path, { mtime: MTIME, signal: never }, openFile);
  const adding = [
    writer.add('RESTORE.txt', Buffer.from('how\n'), { signal: never }),
    writer.add('folder/x/list', contents['folder/x/list'].deflate, { signal: never, method: 'deflate' }),
    writer.add('folder/x/large', contents['folder/x/large'], { signal: never }),
    writer.add('folder/x/streamed', contents['folder/x/streamed'], { signal: never }),
  ];
  const settled = await Promise.allSettled(adding);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  const [restore, ...members] = settled.map((result) => (result as PromiseFulfilledResult<never>).value);
  const components = [plainComponent('folder/x', members)];
  await writer.seal(plainManifest({ components, extras: [restore!] }), never);
}

describe('a disk that fills up while an archive is written (story 4)', () => {
  it('ends the writing with space-low at whatever byte it happens', async () => {
    const path = folder.file('whole.zip');
    await writeAtOnce(path, failingDisk({ in: 'write', after: Number.POSITIVE_INFINITY }).openFile);
    const { size } = await stat(path);
    await rm(path);
    const offsets = Array.from({ length: 200 }, (_, index) => Math.floor((index / 200) * size));
    for (const after of [...offsets, 1, size - 98, size - 1]) {
      const disk = failingDisk({ in: 'write', after });
      const part = folder.file(`part-${after}.zip`);
      await expect(writeAtOnce(part, disk.openFile), `after ${after} bytes`).rejects.toMatchObject({
        code: 'space-low',
      });
      expect(disk.fired(), `after ${after} bytes`).toBe(1);
      expect(disk.open(), 'handles left open').toBe(0);
      expect((await stat(part)).size, 'bytes that still take room').toBe(0);
      await rm(part);
    }
  });

  it.each([
    ['EDQUOT', 'space-low'],
    ['EFBIG', 'space-low'],
    ['EIO', 'write-failed'],
    ['EROFS', 'write-failed'],
  ])('tells %s as %s', async (code, expected) => {
    const disk = failingDisk({ in: 'write', after: 1000, code });
    const path = folder.file(`${code}.zip`);
    await expect(writeAtOnce(path, disk.openFile)).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining(path),
    });
    expect(disk.fired()).toBe(1);
  });

  it.each(['sync', 'close'] as const)('does not seal if the %s fails', async (call) => {
    const disk = failingDisk({ in: call, code: 'EIO' });
    await expect(writeAtOnce(folder.file(`${call}.zip`), disk.openFile)).rejects.toMatchObject({
      code: 'write-failed',
    });
    expect(disk.fired()).toBe(1);
    expect(disk.open()).toBe(0);
  });

  it('does not seal if what was sent to the disk early did not arrive there', async () => {
    const disk = failingDisk({ in: 'datasync', code: 'EIO' });
    const { writer, extras } = await beginArchive(folder.file('early.zip'), never, disk.openFile);
    await using _ = writer;
    const zeros = await writer.add('folder/x/zeros', Buffer.alloc(80 * 2 ** 20), { signal: never });
    const manifest = plainManifest({ components: [plainComponent('folder/x', [zeros])], extras });
    await expect(writer.seal(manifest, never)).rejects.toMatchObject({ code: 'write-failed' });
    expect(disk.fired()).toBe(1);
  });

  it('refuses everything that comes after the failure, with the first cause', async () => {
    const disk = failingDisk({ in: 'write', after: 100 });
    const { writer, extras } = await beginArchive(folder.file('after.zip'), never, disk.openFile);
    await using _ = writer;
    const large = writer.add('folder/x/large', block, { signal: never });
    await expect(large).rejects.toMatchObject({ code: 'space-low' });
    await expect(writer.add('folder/x/more', block, { signal: never })).rejects.toMatchObject({
      code: 'space-low',
    });
    await expect(writer.seal(plainManifest({ components: [], extras }), never)).rejects.toMatchObject({
      code: 'space-low',
    });
  });

  it('is met by a real limit of the kernel too', async () => {
    const path = folder.file('limited.zip');
    const script = `
      import { writeSampleArchive } from ${JSON.stringify(import.meta.resolve('../fakes/archive-set.ts'))};
      try {
        await writeSampleArchive(process.argv[1], { 'folder/x/large': Buffer.alloc(3_000_000, 'x') });
        console.log('written');
      } catch (error) { console.log(error.code); }`;
    const run = (limit: string) =>
      spawnSync(
        'sh',
        [
          '-c',
          `ulimit -f ${limit}; exec "$@"`,
          'sh',
          process.execPath,
          '--input-type=module-typescript',
          '-e',
          script,
          path,
        ],
        { encoding: 'utf8' },
      );
    expect(run('2000').stdout.trim()).toBe('space-low');
    await rm(path);
    expect(run('unlimited').stdout.trim()).toBe('written');
  });
});

describe('an archive that is given up', () => {
  it('rejects every pending call at once when aborted, whatever each is waiting for', async () => {
    const disk = failingDisk({ in: 'hang', after: 200_000 });
    const control = new AbortController();
    const { writer, extras } = await beginArchive(folder.file('aborted.zip'), control.signal, disk.openFile);
    await using _ = writer;
    const pending = [
      writer.add('folder/x/stuck-in-write', block, { signal: control.signal }),
      writer.add('folder/x/waiting', contents['folder/x/streamed'], { signal: control.signal }),
      writer.seal(plainManifest({ components: [], extras }), control.signal),
    ].map((promise) => expect(promise).rejects.toThrow('enough'));
    await expect.poll(() => disk.fired()).toBe(1);
    control.abort(new Error('enough'));
    await Promise.all(pending);
  });

  it.each(['before its first byte', 'after it'])('does not wait for a source that hangs %s', async (when) => {
    const control = new AbortController();
    const { writer } = await beginArchive(folder.file(`hung ${when}.zip`), control.signal);
    await using _ = writer;
    const reached = Promise.withResolvers<void>();
    const adding = writer.add(
      'folder/x/hung',
      async function* () {
        if (when === 'after it') yield Buffer.from('first');
        reached.resolve();
        await new Promise(() => {});
      },
      { signal: control.signal },
    );
    const rejected = expect(adding).rejects.toThrow('enough');
    await reached.promise;
    control.abort(new Error('enough'));
    await rejected;
  });

  it('lets a source close what it has open when it wakes up too late', async () => {
    const control = new AbortController();
    const { writer } = await beginArchive(folder.file('late.zip'), control.signal);
    await using _ = writer;
    const reached = Promise.withResolvers<void>();
    const wake = Promise.withResolvers<void>();
    let closed = false;
    async function* slow() {
      try {
        reached.resolve();
        await wake.promise;
        yield Buffer.from('late');
      } finally {
        closed = true;
      }
    }
    const rejected = expect(writer.add('folder/x/slow', slow, { signal: control.signal })).rejects.toThrow(
      'enough',
    );
    await reached.promise;
    control.abort(new Error('enough'));
    await rejected;
    expect(closed).toBe(false);
    wake.resolve();
    await expect.poll(() => closed).toBe(true);
  });

  it('closes the source of a member when the disk fails under it', async () => {
    const disk = failingDisk({ in: 'write', after: 5000 });
    const { writer } = await beginArchive(folder.file('closes.zip'), never, disk.openFile);
    await using _ = writer;
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(100_000);
      } finally {
        closed = true;
      }
    }
    await expect(writer.add('folder/x/endless', endless, { signal: never })).rejects.toMatchObject({
      code: 'space-low',
    });
    await expect.poll(() => closed).toBe(true);
  });

  it('is not begun under a signal that was aborted already', async () => {
    const path = folder.file('never.zip');
    const begun = createArchive(path, { mtime: MTIME, signal: AbortSignal.abort(new Error('enough')) });
    await expect(begun).rejects.toThrow('enough');
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('never replaces a file', async () => {
    const path = folder.file('there.zip');
    await writeSampleArchive(path, contents);
    const { size } = await stat(path);
    await expect(createArchive(path, { mtime: MTIME, signal: never })).rejects.toMatchObject({
      code: 'write-failed',
    });
    expect((await stat(path)).size).toBe(size);
  });
});
