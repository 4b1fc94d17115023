import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderDestination } from '#destinations/folder-destination.ts';
import { LifeboatError } from '#platform/errors.ts';
import { noHardLinks } from '../fakes/no-hard-links.ts';
import { readOnlyMount, smallDisk } from '../fakes/small-disk.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { withoutRights } from '../fakes/without-rights.ts';
import { destinationContract, severalNames } from './destination.ts';

const NEVER = new AbortController().signal;
const AWKWARD = "Sicherung (Büro) für  O'Neil & 株式会社 $HOME %d";

destinationContract('a folder', () => emptyFolder('backups'));
destinationContract('a folder with an awkward name', () => emptyFolder(AWKWARD));

describe('where files have one name only', () => {
  let links: Disposable & { fired(): number };
  beforeAll(() => {
    links = noHardLinks();
  });
  afterAll(() => {
    expect(links.fired()).toBeGreaterThan(5);
    links[Symbol.dispose]();
  });
  severalNames(() => emptyFolder('backups'));

  test('[BT-04] a copy that cannot be read back as written: no name changes and nothing is left', async () => {
    await using place = await emptyFolder('backups');
    await writeFile(join(place.destination.place, 'day.zip'), 'old');
    await using draft = await place.destination.draft('draft.zip', 'owner');
    await writeFile(draft.path, 'new', { mode: 0o600 });
    const proven: string[] = [];
    const prove = async (path: string): Promise<void> => {
      proven.push(await readFile(path, 'utf8'));
      throw new LifeboatError('archive-damaged', 'the copy differs');
    };
    const names = ['day.zip', 'month.zip'].map((name) => ({ name, replace: true }));
    await expect(draft.publishAs(names, { prove, signal: NEVER })).rejects.toThrow('the copy differs');
    expect(proven).toEqual(['new']);
    expect(await readFile(join(place.destination.place, 'day.zip'), 'utf8')).toBe('old');
    await draft[Symbol.asyncDispose]();
    expect(await place.destination.sweep('owner')).toEqual([]);
  });
});

async function emptyFolder(name: string) {
  const folder = await temporaryFolder();
  const path = folder.file(name);
  await mkdir(path);
  return {
    destination: folderDestination(path),
    putForeign: (file: string, bytes: Uint8Array) => writeFile(join(path, file), bytes),
    again: () => folderDestination(path),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test('[BS-12] a backup path that does not exist is refused by name and not created', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('absent/backups');
  await expect(folderDestination(path).check(0, NEVER)).rejects.toMatchObject({
    code: 'destination-missing',
    message: `the backup path ${path} does not exist`,
    hint: expect.stringContaining('"path" in [backup]'),
  });
  expect(await readdir(folder.path)).toEqual([]);
});

test('[BS-12] a backup path that is a file, or lies under one, is refused by name', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('file');
  await writeFile(path, 'content');
  await expect(folderDestination(path).check(0, NEVER)).rejects.toMatchObject({
    code: 'destination-not-a-folder',
    message: `the backup path ${path} is a file, not a folder`,
  });
  await expect(folderDestination(join(path, 'under')).check(0, NEVER)).rejects.toMatchObject({
    code: 'destination-missing',
  });
  await symlink(folder.file('nowhere'), folder.file('link'));
  await expect(folderDestination(folder.file('link')).check(0, NEVER)).rejects.toMatchObject({
    code: 'destination-missing',
  });
  expect((await readdir(folder.path)).sort()).toEqual(['file', 'link']);
});

test('[BS-12] a backup path without the right to write is refused by name, and nothing is left there', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('backups');
  await mkdir(path);
  await chmod(folder.path, 0o755);
  await withoutRights([path], async () => {
    await expect(folderDestination(path).check(0, NEVER)).rejects.toMatchObject({
      code: 'destination-not-writable',
      message: `cannot write to the backup path ${path}: EACCES`,
      hint: expect.stringContaining('right to write'),
    });
  });
  expect(await readdir(path)).toEqual([]);
});

test('[BS-12] a backup path that nobody may look into is refused by name', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('closed/backups'), { recursive: true });
  await chmod(folder.path, 0o755);
  await chmod(folder.file('closed'), 0o000);
  await withoutRights([], async () => {
    await expect(folderDestination(folder.file('closed/backups')).check(0, NEVER)).rejects.toMatchObject({
      code: 'destination-not-writable',
      message: expect.stringContaining(folder.file('closed/backups')),
    });
  });
  await chmod(folder.file('closed'), 0o700);
});

test('[BS-12] a backup path on a disk that may only be read is refused, for root too', async () => {
  await using folder = await temporaryFolder();
  await chmod(folder.path, 0o755);
  const path = folder.file('read only');
  await using mounted = await readOnlyMount(path);
  const check = () =>
    expect(folderDestination(path).check(0, NEVER)).rejects.toMatchObject({
      code: 'destination-not-writable',
      message: `cannot write to the backup path ${path}: ${mounted === undefined ? 'EACCES' : 'EROFS'}`,
    });
  // Where nothing can be mounted there is no root either, and mode bits do the same.
  if (mounted === undefined) await withoutRights([path], check);
  else await check();
});

test('[BS-13] a path with spaces, quotes, parentheses and letters of every script is checked like any other', async () => {
  await using place = await emptyFolder(AWKWARD);
  expect(place.destination.place).toContain(AWKWARD);
  await expect(place.destination.check(0, NEVER)).resolves.toMatchObject({ used: 0 });
});

test('[TN-10] too little space is told with the folder, what is needed and what is there', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('backups'));
  const { free } = await folderDestination(folder.file('backups')).check(0, NEVER);
  const needed = free * 4;
  const error = await folderDestination(folder.file('backups'))
    .check(needed, NEVER)
    .then(
      () => undefined,
      (caught) => caught,
    );
  expect(error).toMatchObject({ code: 'space-low', hint: expect.stringContaining('make room') });
  expect(error.message).toContain(`the backup path ${folder.file('backups')} has too little space`);
  expect(error.message).toMatch(new RegExp(`${needed} bytes needed, \\d+ bytes free`));
});

test('[TN-10] a disk that is full to the last byte is told as full, with the folder', async () => {
  await using folder = await temporaryFolder();
  await using disk = await smallDisk(folder.file('backups'), 64 * 1024);
  await disk.leave(0);
  const destination = folderDestination(disk.path);
  if (disk.kind === 'limit of file sizes') {
    await using draft = await destination.draft('a.zip', 'door');
    await expect(writeFile(draft.path, 'x')).rejects.toMatchObject({ code: 'EFBIG' });
    return;
  }
  // An empty probe still fits where no byte does; asking for one byte does not.
  await expect(destination.check(1, NEVER)).rejects.toMatchObject({
    code: 'space-low',
    message: expect.stringContaining(`the backup path ${disk.path}`),
  });
});

test('everything lifeboat puts into the folder is private, the folder itself stays as it is', async () => {
  await using place = await emptyFolder('backups');
  const path = place.destination.place;
  await chmod(path, 0o755);
  await using _draft = await place.destination.draft('a.zip', 'door');
  await place.destination.writeNote('a.zip', '{}');
  const mode = async (name: string): Promise<number> => (await stat(join(path, name))).mode & 0o777;
  expect([await mode('.'), await mode('.lifeboat'), await mode('.lifeboat/a.zip.json')]).toEqual([
    0o755, 0o700, 0o600,
  ]);
});

test('an archive that vanishes while the folder is read, and a name of 255 bytes, hide no other', async () => {
  await using place = await emptyFolder('backups');
  await place.putForeign('a.zip', Buffer.alloc(1));
  await place.putForeign(`${'n'.repeat(251)}.zip`, Buffer.alloc(2));
  // A name that is not UTF-8 cannot be looked at by the name that readdir gives.
  await writeFile(
    Buffer.concat([Buffer.from(`${place.destination.place}/f`), Buffer.from([0xff]), Buffer.from('.zip')]),
    '',
  );
  const files = await place.destination.list(NEVER);
  expect(files.map(({ bytes }) => bytes).sort()).toEqual([1, 2]);
  expect(await place.destination.readNote(`${'n'.repeat(251)}.zip`)).toBeUndefined();
});
