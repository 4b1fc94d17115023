import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { runInPlace } from '#restore/in-place/run-in-place.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { restoreSite, withPrograms } from '../fakes/restore-parts.ts';

/** No file of this program grows beyond that: as on a disk that is full. */
function limitFiles(soft: string): void {
  const done = spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${soft}:`]);
  if (done.status !== 0) throw new Error('prlimit cannot make a full disk here');
}

test('[BS-16] where the safety archive takes the room of the log, nothing is deleted and the system is started again', async () => {
  await using here = await restoreSite();
  const before = await here.live();
  const started = here.file('started');
  const manifest = { ...here.parts.archive.manifest, components: [] };
  const archive = { ...here.parts.archive, manifest };
  const parts = withPrograms({ ...here.parts, archive }, { start: ['mkdir', started] });
  let fired = false;
  const makeSafety = async () => {
    limitFiles(String((await stat(join(here.stateFolder, 'restores', 'run1.ndjson'))).size));
    fired = true;
    return { archive: '/safety.zip', raw: [], open: () => Promise.reject(new Error('not needed')) };
  };
  const run = runInPlace({ ...parts, makeSafety }, await here.plan(), NEVER);
  const failure = await run.catch((error: unknown) => error);
  limitFiles('unlimited');
  expect(fired).toBe(true);
  expect(failure).toMatchObject({
    code: 'switch-failed',
    message: expect.stringMatching(/EFBIG.*; nothing live was deleted/),
  });
  expect(existsSync(started)).toBe(true);
  expect(await here.live()).toEqual(before);
});

test('[BS-16] a barrier that stays hides neither why a restore in place failed nor what is live', async () => {
  await using here = await restoreSite();
  const folder = here.file('units');
  const dropIn = join(folder, 'door.service.d', '50-lifeboat-restore.conf');
  Object.assign(here.parts.around, { keepStopped: { units: ['door.service'], services: [], folder } });
  const manifest = { ...here.parts.archive.manifest, components: [] };
  const parts = { ...here.parts, archive: { ...here.parts.archive, manifest } };
  const makeSafety = async () => {
    await rm(dropIn);
    await mkdir(join(dropIn, 'in the way'), { recursive: true });
    limitFiles(String((await stat(join(here.stateFolder, 'restores', 'run1.ndjson'))).size));
    return { archive: '/safety.zip', raw: [], open: () => Promise.reject(new Error('not needed')) };
  };
  const run = runInPlace({ ...parts, makeSafety }, await here.plan(), NEVER);
  const failure = await run.catch((error: unknown) => error);
  limitFiles('unlimited');
  expect(failure).toMatchObject({
    code: 'switch-failed',
    message: expect.stringMatching(
      /EFBIG.*; nothing live was deleted, but the system is still kept from starting/,
    ),
  });
});
