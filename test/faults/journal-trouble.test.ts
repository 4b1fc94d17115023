import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openJournal } from '#journal/journal.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { readJournal } from '../fakes/read-journal.ts';
import { type RecordedSite, recordedSite } from '../fakes/recorded-site.ts';
import { smallDisk } from '../fakes/small-disk.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

const FIRST = 'Backup Journal[001].txt';

/** One backup, and what it told standard error. */
async function backUp(site: RecordedSite, number = 1): Promise<{ outcome: Outcome; told: string }> {
  let told = '';
  const stderr = {
    write: (text: string) => {
      told += text;
    },
  };
  return { outcome: await site.run({ ...site.parts, stderr }, number), told };
}

test('[FD-11] wherever the disk of the journal runs full, the run goes on and says so, and no line is lost that was whole', async () => {
  await using folder = await temporaryFolder();
  await using disk = await smallDisk(folder.file('logs'), 1024 * 1024);
  const site = recordedSite(folder.path, 'Door');
  await site.parts.journal.write(['before']);
  // A block of a file system is 4 KiB: the file is brought near the end of one.
  const path = join(disk.path, FIRST);
  let failed = 0;
  for (let room = 0; room < 12; room += 1) {
    await site.parts.journal.append(['x'.repeat(4096 - 150 + room * 13)]);
    await disk.leave(disk.kind === 'file system' ? 0 : 200_000);
    const { outcome, told } = await backUp(site, room + 1);
    await disk.free();
    expect(outcome.state).toBe('done');
    if (told === '') continue;
    failed += 1;
    expect(told).toMatch(
      /^warning: the journal .*Backup Journal\[001\]\.txt could not be written: (ENOSPC|EFBIG)/,
    );
    expect(outcome.lines.at(-1)).toMatch(/the journal .* could not be written/);
    expect(`warning: ${outcome.lines.at(-1)}\n`).toBe(told);
  }
  if (disk.kind === 'file system') expect(failed).toBeGreaterThan(6);
  await site.parts.journal.write(['after']);
  const lines = await readJournal(path);
  for (const line of lines)
    expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}Door {2}|^x+$|\[cut off\]$/);
  expect(lines.filter((line) => line.startsWith('x'))).toHaveLength(12);
  expect(lines.at(-1)).toContain('after');
  // Its end is known all the same.
  expect((await site.parts.history.read())?.backups.at(-1)).toMatchObject({ status: 'done', number: 12 });
});

test('[FD-11] a journal folder that is gone is made again; one that cannot be is said, and ends nothing', async () => {
  await using folder = await temporaryFolder();
  const site = recordedSite(folder.path, 'Door');
  await backUp(site, 1);
  await rm(site.logs, { recursive: true });
  expect(await backUp(site, 2)).toMatchObject({ outcome: { state: 'done' }, told: '' });
  expect(await readJournal(join(site.logs, FIRST))).toHaveLength(3);
  await rm(site.logs, { recursive: true });
  await writeFile(site.logs, 'somebody put a file there');
  const { outcome, told } = await backUp(site, 3);
  expect(outcome).toMatchObject({ state: 'done', lines: ['a detail in Türkisch', expect.any(String)] });
  expect(told).toBe(`warning: ${outcome.lines[1]}\n`);
  expect(told).toContain(site.logs);
});

test('a folder that goes away while the run goes on costs its lines and nothing else', async () => {
  await using folder = await temporaryFolder();
  const site = recordedSite(folder.path, 'Door');
  const outcome = await recordRun('backup', { ...site.parts, signal: NEVER }, async () => {
    await rename(site.logs, folder.file('taken away'));
    await writeFile(site.logs, 'in the way');
    return { state: 'done', message: 'm', lines: [] };
  });
  expect(outcome).toMatchObject({ state: 'done', lines: [expect.stringContaining('could not be written')] });
  expect(await readJournal(folder.file(`taken away/${FIRST}`))).toHaveLength(1);
});

test('a state folder that is full or gone is said; the run is journaled all the same', async () => {
  await using folder = await temporaryFolder();
  const site = recordedSite(folder.path, 'Door');
  await writeFile(folder.file('state'), 'in the way');
  const { outcome, told } = await backUp(site);
  expect(outcome.state).toBe('done');
  expect(told).toMatch(/^warning: the record of this run could not be written: /m);
  expect((await readJournal(join(site.logs, FIRST))).at(-1)).toContain('backup: done (done)');
});

test('[FD-14] a destination that is full or gone is said; the backup that it held stays as it ended', async () => {
  await using folder = await temporaryFolder();
  await using disk = await smallDisk(folder.file('backups'), 1024 * 1024);
  const site = recordedSite(folder.path, 'Door');
  await backUp(site, 1);
  const before = await site.parts.history.read();
  await disk.leave(disk.kind === 'file system' ? 0 : 50);
  const entry = site.parts.history.entryOf((await backUp(site, 1)).outcome, undefined);
  await expect(site.parts.history.add(entry)).rejects.toThrow(/ENOSPC|EFBIG/);
  await disk.free();
  expect(await site.parts.history.read()).toEqual(before);
  expect(await readdir(site.backups)).not.toContainEqual(expect.stringMatching(/tmp$/));
  expect((await backUp(site, 2)).told).toBe('');
  expect((await site.parts.history.read())?.backups).toHaveLength(2);
});

test('[FD-11] several systems in several programs write to one journal and one history, and nothing of them is lost', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('backups'));
  const program = join(import.meta.dirname, '..', 'fakes', 'record-backups.ts');
  const names = ['Door', 'Gate', 'Lift'];
  // Two programs for each system: neither may take the other's living run for one that was cut off.
  const programs = [...names, ...names].map((name) =>
    promisify(execFile)(process.execPath, [program, folder.path, name, '10']),
  );
  for (const { stderr } of await Promise.all(programs)) expect(stderr).toBe('');
  const lines = await readJournal(folder.file(`logs/${FIRST}`));
  expect(lines.filter((line) => line.includes('interrupted'))).toEqual([]);
  for (const name of names) {
    const own = lines.map((line) => line.slice(21)).filter((line) => line.startsWith(`${name}  `));
    expect(own.filter((line) => line === `${name}  backup: started`)).toHaveLength(20);
    expect(own.filter((line) => line.startsWith(`${name}  backup: done (done)`))).toHaveLength(20);
    const site = recordedSite(folder.path, name);
    const entries = (await site.parts.history.read())?.backups ?? [];
    expect(entries.filter(({ system }) => system === name)).toHaveLength(7);
  }
  expect(await readdir(folder.file('state/open-runs'))).toEqual([]);
});

test('[FD-13] a journal that is not verbose has start times and errors, of a good run the start alone', async () => {
  await using folder = await temporaryFolder();
  const site = recordedSite(folder.path, 'Door');
  const { clock } = site.parts;
  const journal = openJournal(site.logs, clock, { verbose: false });
  await backUp({ ...site, parts: { ...site.parts, journal } });
  for (const state of ['incomplete', 'skipped'] as const) {
    await recordRun('backup', { clock, journal, signal: NEVER }, async () => ({
      state,
      message: 'folder/images is missing',
      lines: ['a detail'],
    }));
  }
  await recordRun('verify', { clock, journal, signal: NEVER }, async () => {
    throw new Error('broken');
  });
  expect((await readJournal(journal.path)).map((line) => line.slice(21))).toEqual([
    'backup: started',
    'backup: started',
    expect.stringMatching(/^backup: incomplete .*: folder\/images is missing$/),
    'backup: started',
    'verify: started',
    expect.stringMatching(/^verify: failed \(internal\) .*broken$/),
  ]);
});
