import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { recover } from '#restore/recover.ts';
import { runRestore } from '#restore/run-restore.ts';
import type { Switching } from '#restore/transaction.ts';
import { dropStagedMariadb } from '#sources/mariadb/target/staging/drop-staged-mariadb.ts';
import { restoreSite } from '../../fakes/restore-parts.ts';
import { serverOf } from './backup-to-folder.ts';
import { never } from './restore-databases.ts';
import { differences, type SwitchCase, switchCase } from './switch-case.ts';

/** So much, and no file of this program grows any more: as on a disk that is full. */
function limitFiles(soft: string): void {
  const done = spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${soft}:`]);
  if (done.status !== 0) throw new Error('prlimit cannot make a full disk here');
}

function switchingOf(system: SwitchCase, others: Switching): Switching {
  const { stateFolder } = system.restore;
  const server = serverOf(system.server);
  return {
    reach: async () => undefined,
    switched: async (record, signal) =>
      record.engine === 'mariadb' ? system.switched(record) : await others.switched(record, signal),
    dropStaged: async (record, signal) =>
      record.engine === 'mariadb'
        ? await dropStagedMariadb(record, { server, stateFolder }, signal)
        : await others.dropStaged(record, signal),
  };
}

test('[LB-01] a disk that fills up under the log: recover ends what could not be put on record', async () => {
  await using system = await switchCase();
  const old = await system.everything();
  await using here = await restoreSite();
  const { stateFolder } = system.restore;
  const switching = switchingOf(system, here.parts.switching);
  const { target } = system.restore;
  const targets = [{ target, components: system.backup.records }, ...here.parts.targets];
  const { open } = system.backup.archive;
  const archive = { ...here.parts.archive, open };
  const parts = { ...here.parts, archive, stateFolder, targets, switching };
  const [small] = here.targets;
  let fired = false;
  Object.assign(small as object, {
    before: async (step: string) => {
      if (step !== 'prepare') return;
      limitFiles(String((await stat(join(stateFolder, 'restores', 'run1.ndjson'))).size));
      fired = true;
    },
  });
  const failure = await runRestore(parts, await here.plan(), never).catch((error: unknown) => error);
  limitFiles('unlimited');
  expect(fired).toBe(true);
  expect(failure).toMatchObject({ message: expect.stringContaining('EFBIG') });
  expect(differences(await system.everything(), old)).toEqual([]);

  const [log] = (await listRestoreLogs(stateFolder)).logs;
  expect(log).toMatchObject({ allBack: false, ended: undefined });
  const openSafety = () => Promise.reject(new Error('not in place'));
  expect(await recover(log!, { ...parts, openSafety }, never)).toMatchObject({ state: 'done' });
  expect(differences(await system.everything(), old)).toEqual([]);
  expect(await system.names()).toEqual([]);
}, 60_000);
