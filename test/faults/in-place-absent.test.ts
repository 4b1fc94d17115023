import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { realSystem } from '../e2e/real-system.ts';
import { runProgram } from '../e2e/run-program.ts';
import { serverState } from '../engines/mariadb/server-state.ts';
import { startMariadb } from '../engines/mariadb/start-mariadb.ts';
import { canMount } from '../fakes/can-mount.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

const MB = 1 << 20;

test.runIf(canMount()).each(['both', 'one'])(
  '[BS-16] a restore in place, killed before its commit is on record: databases that were absent (%s) are absent again',
  async (which) => {
    await using server = await startMariadb();
    await using disks = await temporaryFolder();
    const disk = disks.file('disk');
    await mkdir(disk);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${5 * MB}`, 'tmpfs', disk]).status).toBe(0);
    try {
      const big = join(disk, 'big');
      await mkdir(big);
      await writeFile(join(big, 'new'), randomBytes(3 * MB));
      await using system = await realSystem({ mariadb: server, conf: { 'folder big': [`path = "${big}"`] } });
      expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
      const [archive] = (await system.archives()) as [string];
      const drop = which === 'both' ? ['DROP DATABASE ta', 'DROP DATABASE ac'] : ['DROP DATABASE ta'];
      await server.sql(drop);
      const before = await serverState(server, ['ac', 'ta']);
      const apply = ['apply', archive, '--yes', '--in-place', 'Zutritt'];
      const done = await system.restore(...apply);
      expect(done, done.stdout).toMatchObject({ status: 0 });
      const [log] = (await listRestoreLogs(system.state)).logs;
      const lines = (await readFile(log!.path, 'utf8')).trim().split('\n');
      const switched = 1 + lines.findIndex((line) => JSON.parse(line).kind === 'switched');
      await server.sql(drop);
      await rm(join(system.state, 'restores'), { recursive: true });

      const args = ['--conf', system.conf, '--state', system.state];
      const killed = await runProgram('restore', [...args, ...apply], {
        env: { LIFEBOAT_TEST_KILL: `before:${switched}` },
      });
      expect(killed.status, killed.stdout).toBeNull();
      const recovered = await system.restore('recover');
      expect(recovered, recovered.stdout).toMatchObject({ status: 0 });
      expect(await serverState(server, ['ac', 'ta'])).toEqual(before);
    } finally {
      spawnSync('umount', [disk]);
    }
  },
  120_000,
);
