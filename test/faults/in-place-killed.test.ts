import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { systemClock } from '#platform/clock.ts';
import { recoverInPlace } from '#restore/in-place/recover-in-place.ts';
import { readRestoreLog } from '#restore/log/read-restore-log.ts';
import { resumeRestoreLog } from '#restore/log/restore-log.ts';
import { loggedTransaction } from '#restore/logged-transaction.ts';
import { composeSwitching } from '../../apps/restore/compose-switching.ts';
import { readProfile } from '../../apps/restore/read-profile.ts';
import { requestFromOptions } from '../../apps/restore/request-from-options.ts';
import { openSafety } from '../../apps/restore/safety/open-safety.ts';
import { type RealSystem, realSystem } from '../e2e/real-system.ts';
import { runProgram } from '../e2e/run-program.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { canMount } from '../fakes/can-mount.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { treeState } from '../fakes/tree-state.ts';

const MB = 1 << 20;

function liveState(system: RealSystem, big: string) {
  using database = new DatabaseSync(join(system.root, 'db', 'log.db'), { readOnly: true });
  return {
    root: treeState(system.root).lines.filter((line) => !/log\.db|\.lifeboat-/.test(line)),
    big: treeState(big).lines,
    rows: database.prepare('SELECT * FROM line').all(),
  };
}

/** What recover does with the log of a restore in place that was cut off. */
async function recover(system: RealSystem): Promise<string[]> {
  const folder = join(system.state, 'restores');
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.ndjson'));
  const content = await readRestoreLog(join(folder, name as string));
  expect(content).toMatchObject({ begin: { operation: 'in-place' }, switched: false, ended: undefined });
  const { begin } = content;
  if (begin === undefined || content.safety === undefined) return [];
  const log = await resumeRestoreLog(content, { clock: systemClock() });
  await using transaction = loggedTransaction(log, { ...content, begin });
  await using archive = await openArchive(await fileAccess(content.safety.archive), NEVER);
  const profile = await readProfile(system.conf, archive, NEVER);
  const request = requestFromOptions(content.safety.archive, { localInfile: 'refuse' });
  const places = { conf: system.conf, state: system.state, runId: content.run };
  return await recoverInPlace(content, transaction, {
    switching: composeSwitching({ settings: profile.settings, state: system.state, request }),
    openSafety: (path, ids, signal) => openSafety(path, { profile, request, places }, ids, signal),
  });
}

test.runIf(canMount())(
  '[BS-16] killed at any step of a restore in place, what was live comes back from the safety archive',
  async () => {
    await using disks = await temporaryFolder();
    const disk = disks.file('disk');
    await mkdir(disk);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${5 * MB}`, 'tmpfs', disk]).status).toBe(0);
    try {
      const big = join(disk, 'big');
      await mkdir(big);
      await writeFile(join(big, 'new'), randomBytes(3 * MB));
      await using system = await realSystem({ conf: { 'folder big': [`path = "${big}"`] } });
      expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
      const [archive] = (await system.archives()) as [string];
      await writeFile(join(big, 'old'), randomBytes(MB / 2));
      await rm(join(system.root, 'lic'), { recursive: true });
      await writeFile(join(system.root, 'cert', 'server.pem'), 'another');
      const before = liveState(system, big);

      const restore = (fault: string) =>
        runProgram(
          'restore',
          [
            '--conf',
            system.conf,
            '--state',
            system.state,
            'apply',
            archive,
            '--yes',
            '--in-place',
            'Zutritt',
          ],
          { env: { LIFEBOAT_TEST_KILL: fault } },
        );
      let killed = 0;
      for (const record of [5, 8, 14, 22, 35]) {
        await rm(join(system.state, 'restores'), { recursive: true, force: true });
        const ended = await restore(`after:${record}`);
        if (ended.status !== null) break;
        killed += 1;
        expect(await recover(system), `record ${record}`).toEqual([]);
        expect(liveState(system, big), `record ${record}`).toEqual(before);
      }
      expect(killed).toBeGreaterThan(3);
    } finally {
      spawnSync('umount', [disk]);
    }
  },
  120_000,
);
