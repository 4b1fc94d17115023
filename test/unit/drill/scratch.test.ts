import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeScratchFolder } from '#drill/make-scratch-folder.ts';
import { removeScratchFolder } from '#drill/remove-scratch-folder.ts';
import { scratchFolder } from '#drill/scratch-folder.ts';
import type { ScratchRecord } from '#drill/scratch-record.ts';
import { chooseScratchRun } from '#sources/scratch/choose-scratch-run.ts';
import { isScratchName } from '#sources/scratch/is-scratch-name.ts';
import { scratchNames } from '#sources/scratch/scratch-names.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const RUN = '20260410T214500Z-3f9a1c';

function recordIn(folder: string, run = RUN): ScratchRecord {
  return { run, systemId: 'door', folder: scratchFolder(folder, run), databases: [] };
}

test('[LB-03] scratch names are never among those that are taken, in any case of letters', () => {
  const drawn = ['0000000000', '0000000001', '0000000002'];
  const taken = ['LB_DRILL0000000000_2', 'lb_drill0000000001_1', 'ac'];
  expect(chooseScratchRun(2, taken, () => drawn.shift() ?? '')).toBe('drill0000000002');
});

test('[LB-03] where every name that is tried is taken none is used', () => {
  expect(() => chooseScratchRun(1, ['lb_drillaaaaaaaaaa_1'], () => 'aaaaaaaaaa')).toThrow(/taken/);
});

test('[LB-03] names of drills are known by their form, and no name that a product may have is one', () => {
  const names = scratchNames(chooseScratchRun(3, []), 3);
  expect(names.map(isScratchName)).toEqual([true, true, true]);
  expect(new Set(names).size).toBe(3);
  const notOurs = [
    'ac',
    'lb_drill',
    'lb_drillx_1',
    'lb_70d6_1',
    'lb_drill0123456789_0',
    'lb_drill0123456789_1 ',
  ];
  expect(notOurs.map(isScratchName)).toEqual(notOurs.map(() => false));
  fc.assert(fc.property(fc.string(), (name) => !isScratchName(name) || name.startsWith('lb_drill')));
});

test('[LB-03] a scratch folder is private, and is removed with all that is in it, links not followed', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('live'));
  await writeFile(folder.file('live/precious'), 'x');
  const record = recordIn(folder.path);
  await makeScratchFolder(record);
  await symlink(folder.file('live'), join(record.folder, 'link'));
  await mkdir(join(record.folder, 'shut'));
  await writeFile(join(record.folder, 'shut', 'file'), 'x');
  await chmod(join(record.folder, 'shut'), 0o500);
  expect(await removeScratchFolder(record)).toBe(true);
  expect(readdirSync(folder.path)).toEqual(['live']);
  expect(existsSync(folder.file('live/precious'))).toBe(true);
  expect(await removeScratchFolder(record), 'it is gone').toBe(false);
});

test("[LB-03] a folder that does not say that it is that drill's is left alone", async () => {
  await using folder = await temporaryFolder();
  const record = recordIn(folder.path);
  await mkdir(record.folder);
  await writeFile(join(record.folder, 'precious'), 'x');
  await expect(removeScratchFolder(record)).rejects.toThrow(/does not say that it is a drill's/);
  await rm(join(record.folder, 'precious'));
  await makeMark(record, { ...record, systemId: 'another' });
  await expect(removeScratchFolder(record)).rejects.toThrow(/does not say that it is a drill's/);
  await expect(makeScratchFolder(record), 'nor is it used').rejects.toMatchObject({
    code: 'target-unsuitable',
  });
  expect(readdirSync(record.folder)).toEqual(['.lifeboat-drill']);
  const live = { ...record, folder: folder.path };
  await expect(removeScratchFolder(live)).rejects.toThrow(/does not say that it is a drill's/);
});

test('[LB-03] a folder of a drill that was killed before it could mark it is empty, and goes', async () => {
  await using folder = await temporaryFolder();
  const record = recordIn(folder.path);
  await mkdir(record.folder);
  expect(await removeScratchFolder(record)).toBe(true);
  expect(readdirSync(folder.path)).toEqual([]);
});

/** As another drill would have marked the same folder. */
async function makeMark(record: ScratchRecord, other: ScratchRecord): Promise<void> {
  await rm(record.folder, { recursive: true });
  await makeScratchFolder(other);
}
