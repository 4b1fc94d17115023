import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderSource } from '#sources/files/folder-source.ts';
import { folderTarget } from '#sources/files/folder-target.ts';
import { switchedFolder } from '#sources/files/switched-folder.ts';
import { removeTree } from '#sources/remove-tree.ts';
import {
  fixedClock,
  goBackTo,
  NEVER,
  rememberingLog,
  restoreTo,
  savedSet,
} from '../../../fakes/saved-set.ts';
import { temporaryFolder } from '../../../fakes/temporary-folder.ts';
import { expectSameTree, treeState } from '../../../fakes/tree-state.ts';

const isRoot = process.getuid?.() === 0;

function source(path: string, more: Partial<Parameters<typeof folderSource>[0]> = {}) {
  return folderSource({
    name: 'conf',
    path,
    importance: 'normal',
    exclude: [],
    neverInside: [],
    workFolder: join(path, '..', 'work'),
    clock: fixedClock,
    ...more,
  });
}

/** A folder with one of everything that a file system of Unix holds. */
function makeOneOfEverything(root: string): void {
  mkdirSync(join(root, 'sub/deeper'), { recursive: true });
  mkdirSync(join(root, 'empty'));
  mkdirSync(join(root, 'closed'));
  writeFileSync(join(root, 'server.conf'), 'port = 4711\n'.repeat(100));
  writeFileSync(join(root, 'empty-file'), '');
  writeFileSync(join(root, 'sub/deeper/key.pem'), randomBytes(3000));
  writeFileSync(join(root, 'sub/text.log'), 'a line of a log\n'.repeat(100_000));
  writeFileSync(join(root, 'sub/picture.jpg'), randomBytes(700_000));
  writeFileSync(join(root, 'closed/in.txt'), 'inside');
  linkSync(join(root, 'server.conf'), join(root, 'sub/second-name'));
  linkSync(join(root, 'server.conf'), join(root, 'a-name-before'));
  symlinkSync('sub/text.log', join(root, 'link'));
  symlinkSync('/nowhere/at/all', join(root, 'dangling'));
  symlinkSync('sub', join(root, 'link-to-folder'));
  writeFileSync(join(root, 'holes'), 'x');
  truncateSync(join(root, 'holes'), 5_000_000);
  chmodSync(join(root, 'sub/deeper/key.pem'), 0o600);
  chmodSync(join(root, 'sub/text.log'), 0o4755);
  chmodSync(join(root, 'closed'), 0o555);
  chmodSync(join(root, 'sub'), 0o2750);
  utimesSync(join(root, 'server.conf'), 1_600_000_000.123456, 1_600_000_000.123456);
  lutimesSync(join(root, 'link'), 1_500_000_000, 1_500_000_000);
  utimesSync(join(root, 'empty-file'), new Date(-5_000_000), new Date(-5_000_000));
  utimesSync(join(root, 'empty'), 1_400_000_000, 1_400_000_000);
  utimesSync(join(root, 'sub'), 1_400_000_001.5, 1_400_000_001.5);
  if (isRoot) {
    chownSync(join(root, 'sub/text.log'), 1, 1);
    chmodSync(join(root, 'sub/text.log'), 0o4755);
    chownSync(join(root, 'empty'), 65534, 65534);
  }
}

test.each(['None', 'Fast', 'Compact'] as const)(
  '[BS-02] a folder comes back with empty folders, modes, owners, times and links (compression %s)',
  async (compression) => {
    await using folder = await temporaryFolder();
    const root = folder.file('conf');
    mkdirSync(root);
    makeOneOfEverything(root);
    const before = treeState(root);
    await using set = await savedSet(folder.path, [source(root)], { compression });
    const [record] = set.records;
    expect(record).toMatchObject({ state: 'complete', notes: [], items: 7 });

    rmSync(root, { recursive: true });
    await using target = folderTarget({ component: record!, path: root, runId: 'r1', neverInside: [] });
    await restoreTo(target, record!, set.archive);

    expectSameTree(treeState(root), before);
    expect(statSync(join(root, 'holes')).blocks * 512).toBeLessThan(1_000_000);
    expect(lstatSync(join(root, 'link-to-folder')).isSymbolicLink()).toBe(true);
  },
);

test('[BS-13] paths with spaces, parentheses, quotes, non-ASCII letters and a line feed', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file("System (x64) Größe 日本 'q'");
  const names = [
    'a (1).txt',
    'ä ö ü.conf',
    '日本語.cert',
    'line\nfeed',
    "it's",
    'back\\slash',
    'con',
    '-rf',
    '.hidden',
    'dot.',
  ];
  for (const name of names) {
    mkdirSync(join(root, `in ${name}`), { recursive: true });
    writeFileSync(join(root, `in ${name}`, name), name);
  }
  // The two normal forms of one letter, and twins but for case: four files, not two.
  for (const name of ['\u00e4', 'a\u0308', 'README', 'readme']) writeFileSync(join(root, name), name);
  writeFileSync(join(root, 'n'.repeat(255)), 'long');
  const before = treeState(root);
  await using set = await savedSet(folder.path, [source(root, { name: 'ä (b)/c' })]);
  const [record] = set.records;

  await using target = folderTarget({ component: record!, path: root, runId: 'r 1/(x)', neverInside: [] });
  const log = rememberingLog();
  await restoreTo(target, record!, set.archive, log);
  expectSameTree(treeState(root), before);
  expect(log.steps).toHaveLength(2);
});

test('a name that is not UTF-8 is reported, and comes back byte for byte', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('conf');
  mkdirSync(root);
  const odd = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from('.txt')]);
  const oddFolder = Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xff])]);
  writeFileSync(odd, 'latin1');
  mkdirSync(oddFolder);
  writeFileSync(Buffer.concat([oddFolder, Buffer.from('/in.txt')]), 'inside');
  symlinkSync(Buffer.from([0x63, 0xe9]), Buffer.from(`${root}/link`));
  const before = treeState(root);
  await using set = await savedSet(folder.path, [source(root)]);
  const [record] = set.records;
  expect(record?.state).toBe('complete');
  expect(record?.notes.map(({ code, what }) => [code, what])).toEqual([
    ['name-not-utf8', `${root}/caf\\xE9.txt`],
    ['name-not-utf8', `${root}/d\\xFF`],
  ]);
  await using target = folderTarget({ component: record!, path: root, runId: 'r1', neverInside: [] });
  const switched = await restoreTo(target, record!, set.archive);
  expectSameTree(treeState(root), before);
  await switchedFolder(switched).forget(NEVER);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('.lifeboat'))).toEqual([]);
  // Node's own recursive removal, which tidies up after the test, cannot do it.
  await removeTree(root);
});

test('sockets and pipes are noted, not waited for', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('conf');
  mkdirSync(root);
  writeFileSync(join(root, 'a'), 'a');
  const server = createServer().listen(join(root, 'socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await using set = await savedSet(folder.path, [source(root)]);
    expect(set.records[0]?.notes).toEqual([
      { code: 'special-file', what: join(root, 'socket'), detail: 'a socket, not saved' },
    ]);
    expect(set.records[0]).toMatchObject({ state: 'complete', items: 1 });
  } finally {
    server.close();
  }
});

test('[BS-04] an optional folder is in the set only if it holds a file, and its absence is no error', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('upload');
  const optional = source(root, { importance: 'optional' });
  await using absent = await savedSet(folder.path, [optional]);
  expect(absent.records[0]).toMatchObject({ state: 'missing', notes: [], members: [] });
  expect((await optional.check(NEVER)).findings).toEqual([]);

  mkdirSync(join(root, 'only/folders'), { recursive: true });
  await using empty = await savedSet(folder.path, [optional]);
  expect(empty.records[0]).toMatchObject({ state: 'missing', notes: [], members: [] });

  writeFileSync(join(root, 'only/folders/file'), 'x');
  await using full = await savedSet(folder.path, [optional]);
  expect(full.records[0]).toMatchObject({ state: 'complete', items: 1 });
});

test('[FD-06] a folder that is missing or is a file is listed by its path, the rest is saved', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(folder.file('file'), 'x');
  mkdirSync(folder.file('there'));
  const sources = [
    source(folder.file('gone'), { name: 'gone' }),
    source(folder.file('file'), { name: 'file' }),
    source(folder.file('there'), { name: 'there' }),
  ];
  await using set = await savedSet(folder.path, sources);
  expect(set.records.map(({ state, notes }) => [state, notes])).toEqual([
    ['missing', [{ code: 'missing', what: folder.file('gone'), detail: 'does not exist' }]],
    ['missing', [{ code: 'unreadable', what: folder.file('file'), detail: 'is not a folder' }]],
    ['complete', []],
  ]);
  expect((await sources[0]!.check(NEVER)).findings[0]?.message).toContain('does not exist');
});

test('excluded globs and places of the backup itself stay out, by whatever path they are named', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('system');
  for (const name of ['logs', 'cache/deep', 'backups', 'data', '.lifeboat-old-1-conf']) {
    mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, name, 'file.txt'), name);
  }
  writeFileSync(join(root, 'logs/a.tmp'), 'x');
  symlinkSync(join(root, 'backups'), folder.file('destination'));
  const excluding = source(root, {
    exclude: ['cache/', '**/*.tmp'],
    neverInside: [folder.file('destination'), folder.file('does-not-exist')],
  });
  await using set = await savedSet(folder.path, [excluding]);
  const out = folder.file('out');
  mkdirSync(out);
  await using target = folderTarget({
    component: set.records[0]!,
    path: join(out, 'x'),
    runId: '1',
    neverInside: [],
  });
  await restoreTo(target, set.records[0]!, set.archive);
  expect(readdirSync(join(out, 'x'), { recursive: true }).sort()).toEqual([
    'data',
    'data/file.txt',
    'logs',
    'logs/file.txt',
  ]);
});

test('a folder that belongs to the backup itself is refused by name', async () => {
  await using folder = await temporaryFolder();
  mkdirSync(folder.file('backups/inner'), { recursive: true });
  const own = source(folder.file('backups/inner'), { neverInside: [folder.file('backups')] });
  expect((await own.check(NEVER)).findings[0]?.message).toContain('belongs to the backup itself');
});

test('many small files share tar packs that tar itself unpacks; large ones are members by their name', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('many');
  for (let number = 0; number < 1200; number += 1) {
    const below = join(root, `d${number % 7}`);
    mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `file ${number}.txt`), `${number} `.repeat(number % 50));
  }
  linkSync(join(root, 'd0/file 0.txt'), join(root, 'd1/second name'));
  writeFileSync(join(root, 'd2/large.bin'), randomBytes(300_000));
  writeFileSync(join(root, 'd2/Large.bin'), randomBytes(300_000));
  const before = treeState(root);
  for (const compression of ['Fast', 'None'] as const) {
    await using set = await savedSet(folder.path, [source(root, { name: 'many' })], { compression });
    const [record] = set.records;
    const paths = record!.members.map(({ path }) => path.replace('folder/many/', ''));
    expect(paths).toContain('data/d2/Large.bin');
    expect(paths.filter((path) => path.startsWith('pack-')).length).toBeGreaterThan(1);
    expect(paths.length).toBeLessThan(10);
    expect(
      paths
        .filter((path) => path.startsWith('pack-'))
        .every((path) => path.endsWith(compression === 'None' ? '.tar' : '.tar.zst')),
    ).toBe(true);
    const packs = record!.members.filter(({ path }) => path.includes('/pack-'));
    const unpacked = folder.file(`by-hand-${compression}`);
    mkdirSync(unpacked);
    for (const { path } of packs) {
      const pack = folder.file(path.slice(path.lastIndexOf('/') + 1));
      await writeFile(pack, set.archive.open(path, NEVER));
      execFileSync('tar', ['-xf', pack, '-C', unpacked]);
    }
    expect(readFileSync(join(unpacked, 'd0/file 49.txt'), 'utf8')).toBe('49 '.repeat(49));
    expect(readdirSync(unpacked, { recursive: true }).length).toBe(1200 + 7);
    await using target = folderTarget({
      component: record!,
      path: root,
      runId: compression,
      neverInside: [],
    });
    const switched = await restoreTo(target, record!, set.archive);
    expectSameTree(treeState(root), before);
    await switchedFolder(switched).forget(NEVER);
  }
});

test('a pack is compressed whatever its first file is', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('half');
  mkdirSync(root);
  for (let number = 0; number < 400; number += 1) {
    const content = number % 2 === 0 ? randomBytes(3000) : 'a line of a log\n'.repeat(190);
    writeFileSync(join(root, `${number + 1000}`), content);
  }
  await using set = await savedSet(folder.path, [source(root)]);
  const members = set.records[0]!.members.filter(({ path }) => path.includes('/pack-'));
  const bytes = members.reduce((sum, member) => sum + member.bytes, 0);
  expect(bytes).toBeGreaterThan(200 * 3000);
  expect(bytes).toBeLessThan(200 * 3000 * 1.1);
});

test('what is removed from the archive folder by hand while the old state is kept does not matter to undo', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('conf');
  mkdirSync(root);
  writeFileSync(join(root, 'a'), 'of the archive');
  await using set = await savedSet(folder.path, [source(root)]);
  writeFileSync(join(root, 'a'), 'of today');
  const today = treeState(root);
  await using target = folderTarget({ component: set.records[0]!, path: root, runId: '7', neverInside: [] });
  const switched = switchedFolder(await restoreTo(target, set.records[0]!, set.archive));
  expect(readFileSync(join(root, 'a'), 'utf8')).toBe('of the archive');
  const [kept] = await switched.kept(NEVER);
  expect(existsSync(kept!.place)).toBe(true);

  await goBackTo(switched);
  expectSameTree(treeState(root), today);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('.lifeboat'))).toEqual([]);
});
