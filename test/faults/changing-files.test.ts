import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderSource } from '#sources/files/folder-source.ts';
import { folderTarget } from '#sources/files/folder-target.ts';
import type { ComponentRecord, Importance, Source } from '#sources/source.ts';
import { asNobody } from '../fakes/as-nobody.ts';
import { fixedClock, NEVER, restoreTo, savedSet } from '../fakes/saved-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

const LARGE = 3_000_000;

function source(folder: TemporaryFolder, importance: Importance = 'normal'): Source {
  return folderSource({
    name: 'logs',
    path: folder.file('logs'),
    importance,
    exclude: [],
    neverInside: [],
    workFolder: folder.file('work'),
    clock: fixedClock,
  });
}

/** Files that share packs, and among them one that is streamed. */
function makeFolder(folder: TemporaryFolder, small = 3): string {
  const root = folder.file('logs');
  mkdirSync(root);
  for (let number = 0; number < small; number += 1)
    writeFileSync(join(root, `small-${number}`), 'x'.repeat(1000));
  writeFileSync(join(root, 'large.log'), 'a line of a log\n'.repeat(LARGE / 16));
  return root;
}

/** Changes the folder once, as soon as the first bytes of the large file were read. */
async function savedWhile(folder: TemporaryFolder, change: () => void, importance?: Importance) {
  let fired = false;
  const set = await savedSet(folder.path, [source(folder, importance)], {
    onBytes(_bytes, item) {
      if (fired || !item.endsWith('large.log')) return;
      fired = true;
      change();
    },
  });
  expect(fired).toBe(true);
  return set;
}

async function restoredSizes(
  folder: TemporaryFolder,
  record: ComponentRecord,
  set: Awaited<ReturnType<typeof savedSet>>,
) {
  const path = folder.file('restored');
  await using target = folderTarget({ component: record, path, runId: 'r', neverInside: [] });
  await restoreTo(target, record, set.archive);
  return readdirSync(path).sort();
}

test.each<[string, (file: string) => void, RegExp, number]>([
  ['grows', (file) => appendFileSync(file, 'more'), /^grew from 3000000 to 3000004 bytes/, LARGE],
  ['shrinks', (file) => truncateSync(file, 2_500_000), /^shrank from 3000000 to 2500000/, 2_500_000],
  ['is emptied', (file) => truncateSync(file, 0), /^shrank from 3000000/, 2 ** 20],
  ['is overwritten', (file) => writeFileSync(file, 'b'.repeat(LARGE)), /^was written to/, LARGE],
])(
  '[FD-06] a file that %s while it is read is saved up to its size at open, with a note',
  async (_how, change, detail, bytes) => {
    await using folder = await temporaryFolder();
    const root = makeFolder(folder);
    await using set = await savedWhile(folder, () => change(join(root, 'large.log')));
    const [record] = set.records;
    expect(record).toMatchObject({ state: 'complete', items: 4, bytes: bytes + 3000 });
    expect(record!.notes).toEqual([
      { code: 'changed-while-read', what: join(root, 'large.log'), detail: expect.stringMatching(detail) },
    ]);
    expect(await restoredSizes(folder, record!, set)).toHaveLength(4);
  },
);

test.each<[Importance, string]>([
  ['normal', 'complete'],
  ['required', 'partial'],
])('[BS-27] files that change or vanish in a %s folder make it %s', async (importance, state) => {
  await using folder = await temporaryFolder();
  const root = makeFolder(folder, 100);
  const change = (): void => {
    // Those not yet read ahead: the last names of the folder.
    for (const name of readdirSync(root).sort().slice(-20)) rmSync(join(root, name));
  };
  await using set = await savedWhile(folder, change, importance);
  const [record] = set.records;
  expect(record!.state).toBe(state);
  const vanished = record!.notes.filter(({ code }) => code === 'vanished-while-read');
  expect(vanished.length).toBeGreaterThan(0);
  expect(record!.items).toBe(101 - vanished.length);
  expect(await restoredSizes(folder, record!, set)).toHaveLength(101 - vanished.length);
});

test('a file whose place a link or a pipe takes is not followed and not waited for', async () => {
  await using folder = await temporaryFolder();
  const root = makeFolder(folder, 200);
  writeFileSync(folder.file('secret'), 'not for the archive');
  // Looked at already, but not opened yet when the large file, the first of all, is read.
  const [linked, piped] = readdirSync(root)
    .sort()
    .slice(50, 52)
    .map((name) => join(root, name));
  const change = (): void => {
    rmSync(linked!);
    symlinkSync('../secret', linked!);
    rmSync(piped!);
    execFileSync('mkfifo', [piped!]);
  };
  await using set = await savedWhile(folder, change);
  expect(set.records[0]!.notes.map(({ code, what }) => [code, what])).toEqual([
    ['vanished-while-read', linked],
    ['vanished-while-read', piped],
  ]);
  expect(set.records[0]!.items).toBe(199);
});

test('a file that shrinks inside a tar pack leaves the pack sound and has its real size', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('logs');
  mkdirSync(root);
  // More than 1,000 files of over 256 KiB push the limit for packs up, so that streamed files are packed too.
  for (let number = 0; number < 1100; number += 1)
    writeFileSync(join(root, `f${number}`), Buffer.alloc(300_000, `${number} `));
  writeFileSync(join(root, 'large.log'), 'z'.repeat(400_000));
  writeFileSync(join(root, 'zz-after'), 'after');
  await using set = await savedWhile(folder, () => truncateSync(join(root, 'large.log'), 100));
  const [record] = set.records;
  expect(record!.notes).toMatchObject([{ code: 'changed-while-read', what: join(root, 'large.log') }]);
  expect(record!.members.length).toBeLessThan(40);
  expect(await restoredSizes(folder, record!, set)).toHaveLength(1102);
});

test('[FD-06] what may not be read is listed, the set is partial, the rest is there', async (context) => {
  await using folder = await temporaryFolder();
  const root = makeFolder(folder);
  mkdirSync(join(root, 'closed'));
  writeFileSync(join(root, 'closed/in'), 'x');
  chmodSync(join(root, 'closed'), 0o700);
  chmodSync(join(root, 'small-1'), 0o600);
  chmodSync(join(root, 'large.log'), 0o000);
  chmodSync(folder.path, 0o777);
  await asNobody(context, async () => {
    const findings = (await source(folder).check(NEVER)).findings.map(({ message }) => message);
    expect(findings).toEqual([expect.stringContaining('closed cannot be read: EACCES')]);
    await using set = await savedSet(folder.path, [source(folder)]);
    const [record] = set.records;
    expect(record).toMatchObject({ state: 'partial', items: 2 });
    expect(record!.notes).toEqual(
      ['closed', 'large.log', 'small-1'].map((name) => ({
        code: 'unreadable',
        what: join(root, name),
        detail: 'EACCES',
      })),
    );
    expect(await restoredSizes(folder, record!, set)).toEqual(['closed', 'small-0', 'small-2']);
  });
});

test('a folder that vanishes between freeze and reading is recorded as missing', async () => {
  await using folder = await temporaryFolder();
  const root = makeFolder(folder);
  await using view = await source(folder).freeze(NEVER);
  renameSync(root, folder.file('elsewhere'));
  const record = await view.components[0]!.writeTo(
    { add: async () => Promise.reject(new Error('nothing to add')) },
    { signal: NEVER, compression: 'Fast', onBytes: () => undefined },
  );
  expect(record).toMatchObject({ state: 'missing', notes: [{ code: 'missing', what: root }] });
});

test('a Stop while files are read ends at once and leaves nothing in the work folder', async () => {
  await using folder = await temporaryFolder();
  makeFolder(folder, 1000);
  const stop = new AbortController();
  await using view = await source(folder).freeze(NEVER);
  const sink = {
    async add(path: string, content: Uint8Array | (() => AsyncIterable<Uint8Array>)) {
      if (typeof content === 'function') for await (const _chunk of content()) stop.signal.throwIfAborted();
      return { path, bytes: 0, sha256: '' };
    },
  };
  let read = 0;
  const written = view.components[0]!.writeTo(sink, {
    signal: stop.signal,
    compression: 'Fast',
    onBytes() {
      read += 1;
      if (read === 50) stop.abort(new Error('stopped'));
    },
  });
  await expect(written).rejects.toThrow('stopped');
  expect(readdirSync(folder.file('work'))).toEqual([]);
});
