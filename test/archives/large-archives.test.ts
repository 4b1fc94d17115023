import { spawnSync } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import type { MemberRecord } from '#sources/source.ts';
import { beginArchive, plainComponent, plainManifest } from '../fakes/archive-set.ts';
import { sparseDisk } from '../fakes/sparse-disk.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

const signal = new AbortController().signal;
const GIB4 = 2 ** 32;
const MIB = 2 ** 20;
const chunk = Buffer.alloc(4 * MIB);

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function* zeros(bytes: number) {
  for (let left = bytes; left > 0; left -= chunk.length)
    yield chunk.subarray(0, Math.min(left, chunk.length));
}

async function verify(path: string): Promise<void> {
  await using archive = await openArchive(await fileAccess(path), signal);
  const report = await verifyArchive(archive, { signal });
  expect(report.items.filter(({ result }) => result !== 'ok')).toEqual([]);
}

/** What a tool that knows nothing of us makes of one member. */
function unzipped(path: string, member: string): string {
  return spawnSync('unzip', ['-p', path, member], { encoding: 'utf8' }).stdout;
}

function pythonFinds(path: string): { members: number; largest: number; last: string } {
  const script = `
import sys, zipfile, json
z = zipfile.ZipFile(sys.argv[1])
print(json.dumps({"members": len(z.namelist()), "largest": max(i.file_size for i in z.infolist()), "last": z.read("folder/x/last").decode()}))`;
  return JSON.parse(spawnSync('python3', ['-c', script, path], { encoding: 'utf8' }).stdout);
}

describe('sizes beyond what 32 and 16 bits can say (story 17)', () => {
  it('a member over 4 GiB, and members that begin beyond 4 GiB', { timeout: 120_000 }, async () => {
    const path = folder.file('large.zip');
    const { writer, extras } = await beginArchive(path, signal, sparseDisk);
    await using _ = writer;
    const bytes = GIB4 + 5 * MIB + 3;
    const add = (
      name: string,
      content: Parameters<typeof writer.add>[1],
      method: 'store' | 'deflate' = 'store',
    ) => writer.add(`folder/x/${name}`, content, { signal, method });
    const members = [
      await add('first', Buffer.from('before')),
      await add('large', () => zeros(bytes)),
      await add('streamed', () => zeros(3 * MIB)),
      await add('deflated', Buffer.from('line\n'.repeat(100)), 'deflate'),
      await add('last', Buffer.from('beyond')),
    ];
    const manifest = plainManifest({ components: [plainComponent('folder/x', members)], extras });
    const sealed = await writer.seal(manifest, signal);
    expect(sealed.bytes).toBeGreaterThan(bytes);
    expect((await stat(path)).size).toBe(sealed.bytes);

    await verify(path);
    expect(unzipped(path, 'folder/x/last')).toBe('beyond');
    expect(unzipped(path, 'folder/x/deflated')).toBe('line\n'.repeat(100));
    expect(pythonFinds(path)).toEqual({ members: 7, largest: bytes, last: 'beyond' });
    await expectFormOfLargeMember(path, bytes);
  });

  it('more than 65,535 members', { timeout: 120_000 }, async () => {
    const path = folder.file('many.zip');
    const { writer, extras } = await beginArchive(path);
    await using _ = writer;
    const members: MemberRecord[] = [];
    const names = Array.from({ length: 65_600 }, (_, index) => `folder/x/${index}`);
    for (let at = 0; at < names.length; at += 100) {
      const some = names.slice(at, at + 100);
      members.push(
        ...(await Promise.all(some.map((name) => writer.add(name, Buffer.from(name), { signal })))),
      );
    }
    members.push(await writer.add('folder/x/last', Buffer.from('the last'), { signal }));
    const manifest = plainManifest({ components: [plainComponent('folder/x', members)], extras });
    expect((await writer.seal(manifest, signal)).members).toBe(65_603);

    await verify(path);
    expect(pythonFinds(path)).toMatchObject({ members: 65_603, last: 'the last' });
    expect(unzipped(path, 'folder/x/65599')).toBe('folder/x/65599');
  });
});

/** Local header version 2.0 without sizes, and a descriptor of 24 bytes: what docs/archive-format.md says. */
async function expectFormOfLargeMember(path: string, bytes: number): Promise<void> {
  await using file = await open(path);
  const offset = 30 + 'RESTORE.txt'.length + 'how to restore\n'.length + 30 + 'folder/x/first'.length + 6;
  const header = Buffer.alloc(30);
  await file.read(header, 0, 30, offset);
  expect(header.toString('hex')).toMatch(/^504b0304140008000000/);
  expect(header.subarray(14, 26)).toEqual(Buffer.alloc(12));
  expect(header.readUInt16LE(28)).toBe(0);
  const descriptor = Buffer.alloc(24);
  await file.read(descriptor, 0, 24, offset + 30 + 'folder/x/large'.length + bytes);
  expect(descriptor.readUInt32LE(0)).toBe(0x08074b50);
  expect(Number(descriptor.readBigUInt64LE(8))).toBe(bytes);
  expect(Number(descriptor.readBigUInt64LE(16))).toBe(bytes);
}
