import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parseManifest } from '#archive/manifest.ts';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { beginArchive, plainManifest } from '../../fakes/archive-set.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { withoutRights } from '../../fakes/without-rights.ts';

const NEVER = new AbortController().signal;

interface Facts {
  name: string;
  number: number;
  startedAt: string;
  systemId?: string;
  state?: 'good' | 'incomplete';
}

/** A real archive with nothing in it but its manifest. */
async function archiveFile(folder: string, facts: Facts, fileName = facts.name): Promise<string> {
  const path = join(folder, fileName);
  const { writer, extras } = await beginArchive(path);
  await using _ = writer;
  const manifest = plainManifest({ components: [], extras });
  await writer.seal(
    {
      ...manifest,
      archiveName: facts.name,
      number: facts.number,
      startedAt: facts.startedAt,
      state: facts.state ?? 'good',
      system: { ...manifest.system, id: facts.systemId ?? manifest.system.id },
    },
    NEVER,
  );
  return path;
}

async function list(folder: string): Promise<CatalogEntry[]> {
  return await listArchives(folderDestination(folder), NEVER);
}

const names = (entries: CatalogEntry[]): string[] => entries.map(({ file }) => file.name);

test('archives come oldest first by the start in their manifest, then by number, not by name or file time', async () => {
  await using folder = await temporaryFolder();
  await archiveFile(folder.path, { name: 'a.zip', number: 4, startedAt: '2026-03-03T00:00:00Z' });
  await archiveFile(folder.path, { name: 'b.zip', number: 2, startedAt: '2026-03-01T00:00:00Z' });
  await archiveFile(folder.path, { name: 'c.zip', number: 1, startedAt: '2026-03-01T00:00:00Z' });
  await archiveFile(folder.path, { name: 'd.zip', number: 3, startedAt: '2026-02-01T00:00:00.5Z' });
  await writeFile(folder.file('0.zip'), 'no ZIP');
  expect(names(await list(folder.path))).toEqual(['d.zip', 'c.zip', 'b.zip', 'a.zip', '0.zip']);
});

test('a summary that is lost, broken, or of another size is made again from the manifest', async () => {
  await using folder = await temporaryFolder();
  const path = await archiveFile(folder.path, {
    name: 'a.zip',
    number: 4,
    startedAt: '2026-03-03T00:00:00Z',
  });
  const note = folder.file('.lifeboat/a.zip.json');
  const first = await list(folder.path);
  const whole = await readFile(note, 'utf8');
  const bytes = (await readFile(path)).length;
  const wrong = [
    'not JSON',
    '[]',
    JSON.stringify({ ...JSON.parse(whole), number: 9, bytes: bytes + 1 }),
    JSON.stringify({ ...JSON.parse(whole), number: -9 }),
    JSON.stringify({ ...JSON.parse(whole), startedAt: '2026-03-03T00:00:00.1234567890123Z' }),
  ];
  for (const text of wrong) {
    await writeFile(note, text);
    expect(await list(folder.path)).toEqual(first);
    expect(await readFile(note, 'utf8')).toBe(whole);
  }
  await rm(note);
  expect(await list(folder.path)).toEqual(first);
  expect(first[0]?.summary).toMatchObject({ number: 4, systemId: '0190-test', state: 'good', bytes });
});

test('a summary that fits is believed: the archive itself is not opened', async () => {
  await using folder = await temporaryFolder();
  const path = await archiveFile(folder.path, {
    name: 'a.zip',
    number: 4,
    startedAt: '2026-03-03T00:00:00Z',
  });
  const [entry] = await list(folder.path);
  await writeFile(path, Buffer.alloc(entry?.file.bytes ?? 0));
  expect((await list(folder.path))[0]?.summary).toEqual(entry?.summary);
});

test('[FD-19] a renamed archive and a copy under another name are known as such', async () => {
  await using folder = await temporaryFolder();
  await archiveFile(folder.path, { name: 'a.zip', number: 1, startedAt: '2026-03-01T00:00:00Z' });
  await archiveFile(folder.path, { name: 'b.zip', number: 2, startedAt: '2026-03-02T00:00:00Z' });
  await list(folder.path);
  await rename(folder.file('a.zip'), folder.file('before the update.zip'));
  await copyFile(folder.file('b.zip'), folder.file('b (copy).zip'));
  const entries = await list(folder.path);
  expect(Object.fromEntries(entries.map(({ file, renamed }) => [file.name, renamed]))).toEqual({
    'before the update.zip': true,
    'b.zip': false,
    'b (copy).zip': true,
  });
  // The same again, now that each has a summary of its own.
  expect((await list(folder.path)).filter(({ renamed }) => renamed)).toHaveLength(2);
});

let sample: Buffer;
beforeAll(async () => {
  await using folder = await temporaryFolder();
  sample = await readFile(
    await archiveFile(folder.path, { name: 's.zip', number: 9, startedAt: '2026-03-09T00:00:00Z' }),
  );
});

test('what cannot be read is shown with the reason and hides no other', async () => {
  await using folder = await temporaryFolder();
  await archiveFile(folder.path, { name: 'good.zip', number: 1, startedAt: '2026-03-01T00:00:00Z' });
  await writeFile(folder.file('empty.zip'), '');
  await writeFile(folder.file('text.zip'), 'this is no archive at all');
  await writeFile(folder.file('cut.zip'), sample.subarray(0, sample.length - 30));
  await writeFile(folder.file('twisted.zip'), sample.toReversed());
  await writeFile(folder.file(`${'n'.repeat(251)}.zip`), 'a name for which there can be no summary');
  await mkdir(folder.file('folder.zip'));
  await symlink(folder.file('good.zip'), folder.file('link.zip'));
  const entries = await list(folder.path);
  expect(names(entries.slice(0, 1))).toEqual(['good.zip']);
  expect(entries.slice(1).map(({ summary }) => summary)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(entries.slice(1).every(({ unreadable }) => (unreadable ?? '').length > 10)).toBe(true);
});

test('a time with more digits than any clock has is refused where it is read, not where it is compared', () => {
  const manifest = plainManifest({ components: [], extras: [] });
  const text = JSON.stringify({ ...manifest, startedAt: '2026-03-01T00:00:00.123456789012345Z' });
  expect(() => parseManifest(text)).toThrow(
    expect.objectContaining({ code: 'archive-damaged', message: expect.stringContaining('startedAt') }),
  );
});

test('an archive that became shorter is looked at again', async () => {
  await using folder = await temporaryFolder();
  const path = await archiveFile(folder.path, {
    name: 'a.zip',
    number: 1,
    startedAt: '2026-03-01T00:00:00Z',
  });
  const [before] = await list(folder.path);
  await truncate(path, (before?.file.bytes ?? 0) - 1);
  expect((await list(folder.path))[0]?.summary).toBeUndefined();
});

test('archives in a folder that may only be read are listed all the same, only their summaries are not kept', async () => {
  await using folder = await temporaryFolder();
  const path = await archiveFile(folder.path, {
    name: 'a.zip',
    number: 1,
    startedAt: '2026-03-01T00:00:00Z',
  });
  await chmod(path, 0o644);
  await withoutRights([folder.path], async () => {
    await expect(writeFile(folder.file('probe'), '')).rejects.toThrow('EACCES');
    expect((await list(folder.path)).map(({ summary }) => summary?.number)).toEqual([1]);
  });
  expect(await readdir(folder.path)).toEqual(['a.zip']);
});

test('an archive that this user may not read is shown with the reason and hides no other', async () => {
  await using folder = await temporaryFolder();
  const path = await archiveFile(folder.path, {
    name: 'a.zip',
    number: 1,
    startedAt: '2026-03-01T00:00:00Z',
  });
  await chmod(path, 0o644);
  await chmod(
    await archiveFile(folder.path, { name: 'b.zip', number: 2, startedAt: '2026-03-02T00:00:00Z' }),
    0o000,
  );
  await withoutRights([folder.path], async () => {
    const entries = await list(folder.path);
    expect(entries.map(({ unreadable }) => unreadable)).toEqual([
      undefined,
      `cannot read ${folder.file('b.zip')}: EACCES`,
    ]);
  });
});

test('stop ends the listing', async () => {
  await using folder = await temporaryFolder();
  await archiveFile(folder.path, { name: 'a.zip', number: 1, startedAt: '2026-03-01T00:00:00Z' });
  const stopped = AbortSignal.abort(new Error('somebody said stop'));
  await expect(listArchives(folderDestination(folder.path), stopped)).rejects.toThrow('somebody said stop');
});
