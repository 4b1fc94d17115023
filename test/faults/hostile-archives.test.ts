import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openArchive } from '#archive/open-archive.ts';
import { bufferAccess } from '../fakes/buffer-access.ts';
import { judgeArchive } from '../fakes/judge-archive.ts';
import {
  type BuiltEnd,
  type BuiltEntry,
  buildZip,
  type Fields,
  honestEntries,
  manifestEntry,
} from '../fakes/zip-builder.ts';

const text = (content: string) => Buffer.from(content);
const key: BuiltEntry = { path: 'folder/x/key', content: text('secret') };
const list: BuiltEntry = {
  path: 'folder/x/list',
  content: text('line\n'.repeat(50)),
  deflate: true,
  descriptor: true,
};

async function judge(entries: BuiltEntry[], end: BuiltEnd = {}): Promise<string> {
  return await judgeArchive(bufferAccess(buildZip(entries, end)));
}

/** The honest archive with one of its entries changed. */
function with_(change: Partial<BuiltEntry>, original: BuiltEntry = key): BuiltEntry[] {
  return honestEntries([key, list]).map((entry) => (entry === original ? { ...entry, ...change } : entry));
}

/** A directory record that points to its ZIP64 field for everything. */
function wide(bytes: bigint, packed: bigint, offset: bigint): Partial<Fields> {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(bytes, 4);
  extra.writeBigUInt64LE(packed, 12);
  extra.writeBigUInt64LE(offset, 20);
  return { version: 45, packed: 0xffff_ffff, bytes: 0xffff_ffff, offset: 0xffff_ffff, extra };
}

function directoryBytes(entries: BuiltEntry[]): number {
  return entries.reduce((sum, { path }) => sum + 46 + path.length, 0);
}

describe('an archive built by hand', () => {
  it('is good if everything in it is as the format says', async () => {
    expect(await judge(honestEntries([key, list]))).toBe('good');
    expect(await judge(honestEntries([{ ...key, descriptor: true }]))).toBe('good');
    expect(await judge(honestEntries([]))).toBe('good');
  });
});

describe('paths that leave the folder or cannot be unpacked (story 33)', () => {
  it.each([
    '../evil',
    'folder/../../evil',
    'folder/x/..',
    './key',
    '/etc/passwd',
    '//server/share/key',
    'C:/Windows/key',
    'C:key',
    'folder\\x\\key',
    '..\\evil',
    'folder/x/key\0.txt',
    'folder/x/new\nline',
    'folder//key',
    'folder/x/',
    '',
    'CON',
    'folder/nul/key',
    'folder/x/aux.txt',
    'folder/COM1/key',
    'folder/x/key.',
    'folder/x/key ',
    'folder/x/.bashrc',
    'folder/x/key:stream',
    'folder/x/~key',
    'folder/x/\u00fc',
    'folder/x/k\u202eyek',
    `folder/x/${'a'.repeat(300)}`,
    `${'a/'.repeat(400)}key`,
  ])('refuses %j', async (path) => {
    expect(await judge(honestEntries([{ path, content: text('x') }]))).toBe('archive-hostile');
  });

  it.each([
    ['the same path twice', 'folder/x/key', 'folder/x/key'],
    ['two paths that differ in case alone', 'folder/x/key', 'folder/x/KEY'],
    ['two folders that differ in case, and the same file in them', 'folder/x/a/key', 'folder/x/A/key'],
    ['a file that is the folder of another', 'folder/x/key', 'folder/x/key/inner'],
    ['a folder that is then a file', 'folder/x/key/inner', 'folder/x/KEY'],
  ])('refuses %s', async (_, one, other) => {
    const entries = [
      { path: one, content: text('a') },
      { path: other, content: text('b') },
    ];
    expect(await judge(honestEntries(entries))).toBe('archive-hostile');
  });

  it('refuses two paths that are one in another Unicode form', async () => {
    const entries = ['folder/x/\u00e9', 'folder/x/e\u0301'].map((path) => ({
      path,
      content: text(path),
      local: { flags: 0x800 },
      central: { flags: 0x800 },
    }));
    expect(await judge(honestEntries(entries))).toBe('archive-hostile');
  });

  it('refuses a second path hidden in a Unicode path field', async () => {
    const name = text('../evil');
    const extra = Buffer.concat([Buffer.from([0x75, 0x70, 5 + name.length, 0, 1, 0, 0, 0, 0]), name]);
    expect(await judge(with_({ central: { extra } }))).toBe('archive-damaged');
    expect(await judge(with_({ local: { extra } }))).not.toBe('good');
  });

  it.each([
    ['a symbolic link', 0xa1ff0000],
    ['a folder', 0x41c00010],
    ['a device', 0x61800000],
    ['a file for everyone to write', 0x81b60020],
    ['a program that runs as root', 0x89ed0020],
  ])('refuses %s', async (what, external) => {
    const verdict = what === 'a symbolic link' ? 'archive-hostile' : 'archive-damaged';
    expect(await judge(with_({ content: text('/etc/passwd'), central: { external } }))).toBe(verdict);
  });
});

describe('bombs, overlaps and directories that disagree with the headers (story 34)', () => {
  it('refuses a member that inflates to more than it declares', async () => {
    const bomb = deflateRawSync(Buffer.alloc(50 * 2 ** 20));
    const declared: BuiltEntry = { path: 'folder/x/bomb', content: Buffer.alloc(60_000), deflate: true };
    const zip = buildZip(honestEntries([{ ...declared, packed: bomb }]));
    await using archive = await openArchive(bufferAccess(zip), new AbortController().signal);
    let given = 0;
    const reading = async () => {
      for await (const chunk of archive.open('folder/x/bomb', new AbortController().signal))
        given += chunk.length;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'archive-hostile' });
    expect(given).toBeLessThanOrEqual(60_000);
  });

  it('refuses a member that declares more than deflate can hold', async () => {
    const bytes = 0xf000_0000;
    expect(await judge(with_({ central: { bytes }, local: { bytes } }, list))).toBe('archive-hostile');
  });

  it('refuses a manifest.json that is huge, deflated or not the last', async () => {
    const [restore, manifest] = honestEntries([]) as [BuiltEntry, BuiltEntry];
    const content = Buffer.concat([manifest.content, Buffer.alloc(33 * 2 ** 20, ' ')]);
    expect(await judge([restore, { ...manifest, content }])).toBe('archive-hostile');
    expect(await judge([restore, { ...manifest, deflate: true, descriptor: true }])).toBe('archive-hostile');
    expect(await judge([manifest, restore])).toBe('archive-foreign');
    expect(await judge([restore, manifest, key])).toBe('archive-damaged');
  });

  it('refuses more members than are ever read, before it reads them', async () => {
    const claim = { members: 2 ** 31, bytes: 2 ** 31 * 60 };
    expect(await judge(honestEntries([key]), claim)).toBe('archive-damaged');
    const many = Array.from({ length: 100_001 }, () => ({ path: 'a', content: Buffer.alloc(0) }));
    const [restore, manifest] = honestEntries([]) as [BuiltEntry, BuiltEntry];
    const zip = bufferAccess(buildZip([restore, ...many, manifest]));
    await expect(openArchive(zip, new AbortController().signal)).rejects.toMatchObject({
      code: 'archive-hostile',
      message: expect.stringContaining('claims 100003 members'),
    });
  });

  it('refuses members that overlap', async () => {
    const entries = honestEntries([key, { ...key, path: 'folder/x/ke2' }]);
    const [, first, second] = entries as [BuiltEntry, BuiltEntry, BuiltEntry];
    const at = 30 + 'RESTORE.txt'.length + 'how to restore\n'.length;
    const both = entries.map((entry) => (entry === second ? { ...entry, central: { offset: at } } : entry));
    expect(await judge(both)).toBe('archive-hostile');
    const long = { packed: 200, bytes: 200 };
    const longer = entries.map((entry) =>
      entry === first ? { ...entry, local: long, central: long } : entry,
    );
    expect(await judge(longer)).toBe('archive-hostile');
    const last = honestEntries([]).map((entry) => ({ ...entry, central: {} as Record<string, number> }));
    last[1]!.central = { packed: last[1]!.content.length + 9, bytes: last[1]!.content.length + 9 };
    expect(await judge(last)).toBe('archive-hostile');
  });

  it.each<[string, Partial<BuiltEntry>, string]>([
    ['path', { local: { path: 'folder/x/kez' } }, 'found bad'],
    ['length of the path', { local: { path: 'folder/x/ke' } }, 'archive-hostile'],
    ['method', { local: { method: 8 } }, 'found bad'],
    ['time', { local: { time: 1 } }, 'found bad'],
    ['CRC-32', { local: { crc32: 1 } }, 'found bad'],
    ['packed size', { local: { packed: 5 } }, 'found bad'],
    ['size', { local: { bytes: 5 } }, 'found bad'],
    ['flags', { local: { flags: 8 } }, 'found bad'],
    ['version', { local: { version: 45 } }, 'found bad'],
    ['extra field', { local: { extra: Buffer.from([9, 9, 0, 0]) } }, 'archive-damaged'],
  ])('refuses a local header with another %s than the directory', async (_, change, verdict) => {
    expect(await judge(with_(change))).toBe(verdict);
  });

  it.each<[string, Partial<BuiltEntry>, string]>([
    ['version', { central: { version: 45 } }, 'archive-damaged'],
    ['maker', { central: { madeBy: 20 } }, 'archive-damaged'],
    ['disk', { central: { disk: 1 } }, 'archive-damaged'],
    ['kind of text', { central: { internal: 1 } }, 'archive-damaged'],
    ['comment', { central: { comment: text('hello') } }, 'archive-damaged'],
    ['needless ZIP64 field', { central: { extra: Buffer.from([1, 0, 0, 0]) } }, 'archive-damaged'],
    ['UTF-8 flag', { local: { flags: 0x800 }, central: { flags: 0x800 } }, 'archive-damaged'],
    ['encryption', { local: { flags: 1 }, central: { flags: 1 } }, 'archive-hostile'],
    ['strong encryption', { local: { flags: 0x41 }, central: { flags: 0x41 } }, 'archive-damaged'],
    ['second size', { central: { packed: 5 } }, 'archive-damaged'],
    ['masked headers', { local: { flags: 0x2000 }, central: { flags: 0x2000 } }, 'archive-damaged'],
    ['method of bzip2', { local: { method: 12 }, central: { method: 12 } }, 'archive-damaged'],
    ['method of zstd', { local: { method: 93 }, central: { method: 93 } }, 'archive-damaged'],
  ])('refuses a member with a %s of its own', async (_, change, verdict) => {
    expect(await judge(with_(change))).toBe(verdict);
  });

  it.each([
    ['CRC-32', { crc32: 1 }],
    ['packed size', { packed: 1 }],
    ['size', { bytes: 1 }],
  ])('refuses a descriptor with another %s than the directory', async (_, descriptorFields) => {
    expect(await judge(with_({ descriptorFields }, list))).toBe('found bad');
  });

  it('refuses bytes after the end of a deflate stream', async () => {
    const packed = Buffer.concat([deflateRawSync(list.content), text('hidden')]);
    expect(await judge(with_({ packed }, list))).toBe('found bad');
  });

  it.each<[string, BuiltEntry[], BuiltEnd, string]>([
    [
      'before the first member',
      with_({}).with(0, { ...with_({})[0]!, before: text('MZ') }),
      {},
      'archive-foreign',
    ],
    ['between two members', with_({ before: text('hidden') }), {}, 'archive-damaged'],
    ['before the directory', with_({}), { beforeDirectory: text('hidden') }, 'archive-damaged'],
    ['between directory and end', with_({}), { betweenDirectoryAndEnd: text('hidden') }, 'archive-damaged'],
    ['after the end', with_({}), { after: text('hidden') }, 'archive-damaged'],
  ])('refuses bytes %s', async (_, entries, end, verdict) => {
    expect(await judge(entries, end)).toBe(verdict);
  });

  it.each<[string, Partial<BuiltEntry>]>([
    ['size', { central: wide(2n ** 64n - 1n, 6n, 41n) }],
    ['packed size', { central: wide(6n, 2n ** 64n - 1n, 41n) }],
    ['place', { central: wide(6n, 6n, 2n ** 64n - 1n) }],
    ['size of a sized member', { central: wide(2n ** 33n, 2n ** 33n, 41n) }],
    ['size that needs no ZIP64 field', { central: wide(6n, 6n, 41n) }],
  ])('refuses an impossible %s in a ZIP64 field', async (_, change) => {
    expect(await judge(with_(change))).toBe('archive-damaged');
  });

  it('never stumbles, whatever the bytes are', async () => {
    const zip = buildZip(honestEntries([key, list]));
    const patch = fc.tuple(fc.nat(zip.length - 1), fc.uint8Array({ minLength: 1, maxLength: 12 }));
    const far = fc.tuple(
      fc.nat(400).map((back) => Math.max(0, zip.length - 1 - back)),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(patch, far), { minLength: 1, maxLength: 4 }), async (patches) => {
        const changed = Buffer.from(zip);
        for (const [at, bytes] of patches) changed.set(bytes.subarray(0, zip.length - at), at);
        const verdict = await judgeArchive(bufferAccess(changed));
        if (verdict !== 'good') {
          expect(verdict).toMatch(/^(found bad|archive-.*)$/);
          return;
        }
        // Only the bits after the end of a deflate stream mean nothing.
        const unusedBits = zip.indexOf('PK\x07\x08') - 1;
        changed[unusedBits] = zip[unusedBits]!;
        expect(changed.equals(zip)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses an end record that counts other than the directory', async () => {
    const more = { betweenDirectoryAndEnd: text('hidden'), bytes: directoryBytes(honestEntries([key])) + 6 };
    expect(await judge(honestEntries([key]), more)).toBe('archive-damaged');
    expect(await judge(honestEntries([key]), { members: 2n ** 64n - 1n })).toBe('archive-damaged');
    expect(await judge(honestEntries([key]), { members: 2 })).toBe('archive-damaged');
    expect(await judge(honestEntries([key]), { members: 4 })).toBe('archive-damaged');
    expect(await judge(honestEntries([key]), { offset: 7 })).toBe('archive-damaged');
    expect(await judge(honestEntries([key]), { bytes: 7 })).toBe('archive-damaged');
  });
});

describe('a manifest that does not fit the members', () => {
  const restore: BuiltEntry = { path: 'RESTORE.txt', content: text('how') };

  it('is refused if the archive holds a member it does not know', async () => {
    expect(await judge([restore, key, manifestEntry([restore], [])])).toBe('archive-hostile');
    expect(await judge([restore, manifestEntry([], [])])).toBe('archive-hostile');
  });

  it('is refused if a member is missing', async () => {
    expect(await judge([restore, manifestEntry([restore], [key])])).toBe('archive-damaged');
  });

  it('is refused if a member is another than it says', async () => {
    const grown = { ...key, content: text('longer secret') };
    const other = { ...key, content: text('sEcret') };
    expect(await judge([restore, grown, manifestEntry([restore], [key])])).toBe('archive-damaged');
    expect(await judge([restore, other, manifestEntry([restore], [key])])).toBe('found bad');
  });

  it('is refused if it lists a member twice', async () => {
    expect(await judge([restore, key, manifestEntry([restore], [key, key])])).toBe('archive-damaged');
    expect(await judge([restore, key, manifestEntry([restore, key], [key])])).toBe('archive-damaged');
  });
});
