import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { extractFolder } from '#sources/files/extract-folder.ts';
import { folderTarget } from '#sources/files/folder-target.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { fileLine, folderLine, hardLinkLine, linkLine, listArchive, top } from '../fakes/list-archive.ts';
import { NEVER } from '../fakes/saved-set.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { expectSameTree, treeState } from '../fakes/tree-state.ts';

const content = Buffer.from('overwritten');
const members = { 'folder/x/data/content': content };
const how = { signal: NEVER, onBytes: () => undefined };

/** Stages a hostile component beside a live folder; returns the error, after looking that nothing was touched. */
async function stageHostile({ record, archive }: { record: ComponentRecord; archive: MemberReader }) {
  await using folder = await temporaryFolder();
  mkdirSync(folder.file('victim'));
  writeFileSync(folder.file('victim/passwd'), 'untouched', { mode: 0o600 });
  mkdirSync(folder.file('live'));
  writeFileSync(folder.file('live/a'), 'live');
  const before = treeState(folder.path);
  let failure: unknown;
  {
    await using target = folderTarget({
      component: record,
      path: folder.file('live'),
      runId: 'r',
      neverInside: [],
    });
    await target.stage(record, archive, how).catch((error: unknown) => {
      failure = error;
    });
  }
  // The parent's time changes when something is staged and removed again.
  expect(treeState(folder.path).lines).toEqual(before.lines);
  return failure;
}

test.each<[string, (Record<string, unknown> | string)[]]>([
  ['an absolute path', [top, fileLine('/etc/passwd', content)]],
  ['a path that climbs', [top, fileLine('../victim/passwd', content)]],
  ['a path that climbs later', [top, folderLine('a'), fileLine('a/../../victim/passwd', content)]],
  ['an empty segment', [top, fileLine('a//b', content)]],
  ['a NUL', [top, fileLine('a\0b', content)]],
  ['the folder itself as a file', [top, fileLine('.', content)]],
  ['a link and a file through it', [top, linkLine('out', '../victim'), fileLine('out/passwd', content)]],
  ['a link and a folder through it', [top, linkLine('out', '../victim'), folderLine('out/sub')]],
  ['a link where a folder was', [top, folderLine('d'), linkLine('d', '../victim')]],
  ['a file that overwrites one', [top, fileLine('a', content), fileLine('a', content)]],
  ['a file through a link of its own name', [top, linkLine('a', '../victim/passwd'), fileLine('a', content)]],
  ['a folder that was left', [top, folderLine('a'), fileLine('b', content), fileLine('a/late', content)]],
  ['a file below a file', [top, fileLine('a', content), fileLine('a/b', content)]],
  ['a folder that never was', [top, fileLine('a/b', content)]],
  ['a hard link out of the folder', [top, hardLinkLine('h', '../victim/passwd')]],
  ['a hard link through a link', [top, linkLine('out', '../victim'), hardLinkLine('h', 'out/passwd')]],
  ['a hard link to a link', [top, linkLine('out', '../victim/passwd'), hardLinkLine('h', 'out')]],
  ['a hard link to a later file', [top, hardLinkLine('h', 'z'), fileLine('z', content, { linked: true })]],
  ['bytes that climb', [top, { ...fileLine('a', content), pathHex: Buffer.from('../a').toString('hex') }]],
])('a list with %s is refused and nothing is written outside', async (_what, lines) => {
  const failure = await stageHostile(listArchive(lines, members));
  expect(failure).toMatchObject({ code: 'archive-hostile' });
});

test.each<[string, (Record<string, unknown> | string)[], RegExp]>([
  ['no JSON', [top, '{'], /not valid JSON/],
  ['nothing', [], /empty/],
  ['no top folder', [fileLine('a', content)], /begin with the folder itself/],
  ['an unknown type', [top, { ...folderLine('a'), type: 'device' }], /breaks the format/],
  ['a mode with other bits', [top, { ...folderLine('a'), mode: '177777' }], /breaks the format/],
  ['an unknown field', [top, { ...folderLine('a'), acl: 'x' }], /breaks the format/],
  ['a line without end', [top, `{"path":"${'a'.repeat(200_000)}`], /more than/],
  [
    'a member of another component',
    [top, fileLine('a', content, { member: '../../file/y/data/k' })],
    /does not belong/,
  ],
  ['a size too large', [top, fileLine('a', content, { size: 12 })], /short/],
  ['a size too small', [top, fileLine('a', content, { size: 3 })], /more than its/],
  ['another hash', [top, fileLine('a', content, { sha256: '0'.repeat(64) })], /not what its list/],
  ['hex that is none', [top, { ...fileLine('a', content), pathHex: 'zz' }], /hex/],
  ['a pack that is no tar', [top, fileLine('a', content, { form: 'tar' })], /no sound tar|is not in/],
  ['zstd that is none', [top, fileLine('a', content, { form: 'zstd' })], /cannot be decompressed/],
])('a list with %s is damaged, and nothing stays behind', async (_what, lines, message) => {
  const failure = await stageHostile(listArchive(lines, members));
  expect(failure).toMatchObject({ code: 'archive-damaged', message: expect.stringMatching(message) });
});

test('a member that unpacks to far more than its file is stopped at once', async () => {
  const bomb = { 'folder/x/data/content': zstdCompressSync(Buffer.alloc(200 * 2 ** 20)) };
  const before = process.memoryUsage().rss;
  const failure = await stageHostile(listArchive([top, fileLine('a', content, { form: 'zstd' })], bomb));
  expect(failure).toMatchObject({
    code: 'archive-damaged',
    message: expect.stringContaining('more than its 11'),
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
});

test('a link that is already there is not followed when a folder is staged or unpacked', async () => {
  await using folder = await temporaryFolder();
  mkdirSync(folder.file('victim'));
  mkdirSync(folder.file('into'));
  symlinkSync('../victim', folder.file('into/x'));
  symlinkSync('victim', folder.file('.lifeboat-r-x'));
  const { record, archive } = listArchive([top, fileLine('a', content)], members);
  await expect(extractFolder(record, archive, folder.file('into'), how)).rejects.toMatchObject({
    code: 'target-unsuitable',
  });
  await using target = folderTarget({
    component: record,
    path: folder.file('live'),
    runId: 'r',
    neverInside: [],
  });
  await expect(target.stage(record, archive, how)).rejects.toMatchObject({ code: 'write-failed' });
  expect(readdirSync(folder.file('victim'))).toEqual([]);
});

test('somebody who renames the staging folder away and puts a link there gains nothing', async () => {
  await using folder = await temporaryFolder();
  mkdirSync(folder.file('victim'));
  const { renameSync } = await import('node:fs');
  const { record, archive } = listArchive([top, folderLine('d'), fileLine('d/a', content)], members);
  const staged = folder.file('.lifeboat-r-x');
  let fired = false;
  const swapping: MemberReader = {
    open(path, signal) {
      if (path.endsWith('content')) {
        fired = true;
        renameSync(staged, folder.file('moved'));
        symlinkSync('victim', staged);
        mkdirSync(folder.file('victim/d'));
      }
      return archive.open(path, signal);
    },
  };
  await using target = folderTarget({
    component: record,
    path: folder.file('live'),
    runId: 'r',
    neverInside: [],
  });
  await target.stage(record, swapping, how).catch(() => undefined);
  expect(fired).toBe(true);
  expect(readdirSync(folder.file('victim/d'))).toEqual([]);
});

test('names of the archive never lead out of the folder they are unpacked into', async () => {
  await using folder = await temporaryFolder();
  const { record, archive } = listArchive([top, fileLine('a', content)], members);
  for (const name of ['..', '.', '../../evil', '/etc/evil', 'a\\b', '']) {
    const into = folder.file(`into-${Buffer.from(name).toString('hex')}`);
    const renamed = { ...record, name };
    const reader: MemberReader = {
      open: (path, signal) => archive.open(path.replace(/^folder\/[^/]*/, 'folder/x'), signal),
    };
    const listed = renamed.members.map((member) => ({ ...member }));
    const { memberSegment } = await import('#sources/member-segment.ts');
    for (const member of listed)
      member.path = member.path.replace('folder/x', `folder/${memberSegment(name)}`);
    await extractFolder({ ...renamed, members: listed }, reader, into, how);
    const [made] = readdirSync(into);
    expect(statSync(join(into, made!)).isDirectory()).toBe(true);
    expect(readFileSync(join(into, made!, 'a'), 'utf8')).toBe('overwritten');
  }
  expect(readdirSync(folder.path).every((name) => name.startsWith('into-'))).toBe(true);
});

test('two entries that differ in case alone stay two where the file system tells them apart', async () => {
  await using folder = await temporaryFolder();
  const { record, archive } = listArchive([top, fileLine('A', content), fileLine('a', content)], members);
  await using target = folderTarget({
    component: record,
    path: folder.file('live'),
    runId: 'r',
    neverInside: [],
  });
  await target.stage(record, archive, how);
  await target.check(NEVER);
  expectSameTree(treeState(folder.file('.lifeboat-r-x')), treeState(folder.file('.lifeboat-r-x')));
  expect(readdirSync(folder.file('.lifeboat-r-x')).sort()).toEqual(['A', 'a']);
});
