import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { startMariadb } from '../engines/mariadb/start-mariadb.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { readJournal } from '../fakes/read-journal.ts';
import { filesBelow } from './files-below.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { type Ended, runProgram } from './run-program.ts';

type Signal = 'SIGTERM' | 'SIGINT' | 'SIGKILL';

interface Signalled extends Ended {
  /** Milliseconds from the signal to the end of the process. */
  took: number;
}

/** Runs a backup, sends the signal once `when` holds, and looks at the destination all the time. */
async function signalAt(
  system: RealSystem,
  signal: Signal,
  when: (stages: string) => boolean | Promise<boolean>,
): Promise<Signalled> {
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  let stages = '';
  let ended = false;
  const running = runProgram('service', ['--conf', system.conf, 'backup'], {
    onStart: (start) => {
      kill = start;
    },
    onProgress: (text) => {
      stages = text;
    },
  }).finally(() => {
    ended = true;
  });
  while (!ended && !(await when(stages))) {
    await expectWholeArchives(system);
    await sleep(5);
  }
  expect(ended, 'the run ended before the signal').toBe(false);
  const sentAt = performance.now();
  kill(signal);
  const result = await running;
  await expectWholeArchives(system);
  return { ...result, took: performance.now() - sentAt };
}

/** Each file that looks like an archive is one: its end, its directory and its manifest are there and agree. */
async function expectWholeArchives(system: RealSystem): Promise<number> {
  const archives = await system.archives();
  for (const path of archives) {
    await using archive = await openArchive(await fileAccess(path), NEVER);
    expect(archive.manifest.state).toBe('good');
  }
  return archives.length;
}

const ownFiles = (system: RealSystem): string[] => [
  ...filesBelow(join(system.backups, '.lifeboat')).filter((name) => name.endsWith('.part')),
  ...(existsSync(join(system.state, 'work')) ? filesBelow(join(system.state, 'work')) : []),
];

async function journaled(system: RealSystem): Promise<string[]> {
  return (await readJournal(join(system.state, 'logs', 'Backup Journal[001].txt'))).filter((line) =>
    line.includes('  backup: '),
  );
}

/** A file that takes no room, and some seconds to read. */
async function makeHollowFile(path: string, bytes: number): Promise<void> {
  await using file = await open(path, 'w');
  await file.truncate(bytes);
}

async function changeConf(system: RealSystem, from: string | RegExp, to: string): Promise<void> {
  await writeFile(system.conf, (await readFile(system.conf, 'utf8')).replace(from, to));
}

interface Stage {
  name: string;
  /** Makes the stage long; what it resolves with makes it short again. */
  prolong(system: RealSystem): Promise<() => Promise<void>>;
  reached(system: RealSystem, stages: string): boolean;
}

const STAGES: Stage[] = [
  {
    name: 'fixing the point in time',
    async prolong(system) {
      const holder = new DatabaseSync(join(system.root, 'db', 'log.db'));
      holder.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      return async () => holder.close();
    },
    reached: (_system, stages) => stages.includes('fixing the point in time'),
  },
  {
    name: 'writing',
    async prolong(system) {
      await makeHollowFile(join(system.root, 'image', 'large'), 8 * 2 ** 30);
      return () => makeHollowFile(join(system.root, 'image', 'large'), 10);
    },
    reached: (system, stages) =>
      stages.includes('writing') && ownFiles(system).some((name) => name.endsWith('.part')),
  },
  {
    name: 'reading back',
    async prolong(system) {
      await writeFile(join(system.root, 'image', 'large'), randomBytes(4_000_000));
      await changeConf(system, '[backup]', '[backup]\nio_limit = 2');
      return () => changeConf(system, 'io_limit = 2\n', '');
    },
    reached: (_system, stages) => stages.includes('verifying'),
  },
];

/** The last one is the one that leaves something behind. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGKILL'] as const;

test.each(STAGES)(
  '[FD-04] SIGTERM, SIGINT and SIGKILL while a backup is at: $name',
  async ({ prolong, reached }) => {
    await using system = await realSystem();
    expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
    const shorten = await prolong(system);
    for (const signal of SIGNALS) {
      const ended = await signalAt(system, signal, (stages) => reached(system, stages));
      expect(await system.archives()).toHaveLength(1);
      if (signal === 'SIGKILL') expect(ended).toMatchObject({ status: null, stdout: '' });
      else await expectInterrupted(system, ended);
    }

    await shorten();
    expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
    expect(await expectWholeArchives(system)).toBe(2);
    expect(ownFiles(system)).toEqual([]);
    expect(await system.lifeboat('verify')).toMatchObject({ status: 0 });
    const interrupted = (await journaled(system)).filter((line) => /backup: interrupted .*1406/.test(line));
    expect(interrupted, 'the killed one too, closed by the next').toHaveLength(3);
  },
);

async function expectInterrupted(system: RealSystem, ended: Signalled): Promise<void> {
  expect(ended.took).toBeLessThan(2000);
  expect(ended).toMatchObject({ status: 130 });
  expect(ended.stdout).toMatch(
    /^backup interrupted after .*: stopped before the end; nothing half-made was left$/m,
  );
  expect(ownFiles(system)).toEqual([]);
  expect((await journaled(system)).at(-1)).toMatch(/backup: interrupted .*1406/);
}

test('[FD-04] SIGKILL at any time: only whole archives are ever there, and the next backup clears up and succeeds', async () => {
  await using system = await realSystem({ conf: { backup: ['keep = 2'] } });
  await writeFile(join(system.root, 'image', 'large'), randomBytes(20_000_000));
  const begun = performance.now();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const whole = performance.now() - begun;
  let killed = 0;
  for (let round = 0; round < 8; round += 1) {
    const at = performance.now() + whole * (0.4 + round * 0.08);
    let ended = false;
    const run = runProgram('service', ['--conf', system.conf, 'backup'], {
      onStart: (kill) => void sleep(Math.max(0, at - performance.now())).then(() => kill('SIGKILL')),
    }).finally(() => {
      ended = true;
    });
    while (!ended) {
      expect(await expectWholeArchives(system)).toBeGreaterThan(0);
      await sleep(5);
    }
    killed += Number((await run).status === null);
    expect(await expectWholeArchives(system)).toBeGreaterThan(0);
  }
  expect(killed, 'runs that were killed').toBeGreaterThan(3);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await expectWholeArchives(system)).toBe(2);
  expect(ownFiles(system)).toEqual([]);
  expect(await system.lifeboat('verify')).toMatchObject({ status: 0 });
}, 120_000);

test('[FD-04] SIGTERM, SIGINT and SIGKILL while the rows of a MariaDB are read: no session is left on the server', async () => {
  await using mariadb = await startMariadb();
  await using system = await realSystem({ mariadb, conf: { backup: ['io_limit = 1'] } });
  await mariadb.sql('CREATE TABLE ac.scan AS SELECT seq, RANDOM_BYTES(1000) FROM seq_1_to_6000', 'ac');
  const sessions = () =>
    mariadb.sql(
      "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'root' AND ID <> CONNECTION_ID()",
    );
  const reading = async (stages: string) => stages.includes('writing') && (await sessions()).length > 1;
  for (const signal of SIGNALS) {
    const ended = await signalAt(system, signal, reading);
    expect(ended.status).toBe(signal === 'SIGKILL' ? null : 130);
    expect(ended.took).toBeLessThan(2000);
    await expect.poll(sessions, { timeout: 5000 }).toEqual([]);
  }
  await changeConf(system, 'io_limit = 1\n', '');
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await expectWholeArchives(system)).toBe(1);
  expect(ownFiles(system)).toEqual([]);
});
