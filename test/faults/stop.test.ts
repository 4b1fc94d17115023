import { closeSync, existsSync, openSync, readdirSync, statSync, truncateSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OutputHandle, openOutputFile } from '#archive/output-file.ts';
import type { BackupParts } from '#backup/backup-parts.ts';
import { runBackup } from '#backup/run-backup.ts';
import { openJournal } from '#journal/journal.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { Progress } from '#platform/progress.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import type { Source } from '#sources/source.ts';
import { databaseFacts } from '#sources/sqlite/database-facts.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { beginArchive, plainManifest } from '../fakes/archive-set.ts';
import { backupParts, NEVER, SYSTEM_ID } from '../fakes/backup-parts.ts';
import { plainSource } from '../fakes/plain-source.ts';
import { fixedClock } from '../fakes/saved-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

/** FD-04's two seconds for a gigabyte: what is stopped here is small, but others share the machine. */
const SOON_MS = 2000;

let shared: TemporaryFolder;
beforeAll(async () => {
  shared = await temporaryFolder();
  makeSlowDatabase(shared.file('slow.db'));
});
afterAll(() => shared[Symbol.asyncDispose]());

/**
 * A database whose integrity check takes many seconds though it is small: the check works out again what an index
 * holds for each row. It was filled while that was less work. Larger than what SQLite keeps in memory.
 */
function makeSlowDatabase(path: string): void {
  const database = new DatabaseSync(path, { defensive: false });
  database.exec(`PRAGMA synchronous = OFF;
    CREATE TABLE event (id INTEGER PRIMARY KEY, picture BLOB);
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT 60000)
      INSERT INTO event SELECT n, randomblob(400) FROM number;
    CREATE INDEX slow ON event (length(hex(zeroblob(6 + id % 2))) * 0);
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, '6 + id', '30000 + id') WHERE name = 'slow'`);
  database.close();
}

interface Stopped {
  outcome: Outcome;
  /** From the stop to the outcome, in milliseconds. */
  took: number;
  /** Stages that were told of, in their order. */
  stages: string[];
  /** The last progress before the stop. */
  last: Progress | undefined;
}

interface Site {
  folder: TemporaryFolder;
  parts: BackupParts;
  /** Archives that were there before. */
  before: string[];
  /** Runs a backup and stops it once `when` holds, looked at after each progress and every few milliseconds. */
  stop(when: (seen: { stages: string[]; last: Progress | undefined }) => boolean): Promise<Stopped>;
}

async function withSite(
  makeSources: (folder: TemporaryFolder) => Promise<Source[]> | Source[],
  use: (site: Site) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('backups'));
  const destination = folder.file('backups');
  const state = folder.file('state');
  const earlier = backupParts({ destination, state, sources: [plainSource('x', { a: Buffer.from('x') })] });
  await runBackup(earlier, NEVER);
  const before = readdirSync(destination);
  const parts = backupParts({ destination, state, sources: await makeSources(folder) });
  parts.clock.pass(60);
  const stop: Site['stop'] = async (when) => {
    const control = new AbortController();
    const seen: { stages: string[]; last: Progress | undefined } = { stages: [], last: undefined };
    let stoppedAt = Number.NaN;
    const look = (): void => {
      if (control.signal.aborted || !when(seen)) return;
      stoppedAt = performance.now();
      control.abort(new LifeboatError('interrupted', 'stopped by SIGTERM'));
    };
    const onProgress = (progress: Progress): void => {
      if (control.signal.aborted) return;
      seen.last = progress;
      if (seen.stages.at(-1) !== progress.stage) seen.stages.push(progress.stage);
      look();
    };
    const looking = setInterval(look, 5);
    const journal = openJournal(folder.file('logs'), parts.clock);
    const recorded = { clock: parts.clock, journal, signal: control.signal };
    try {
      const outcome = await recordRun('backup', recorded, () =>
        runBackup({ ...parts, onProgress }, control.signal),
      );
      return { outcome, took: performance.now() - stoppedAt, ...seen };
    } finally {
      clearInterval(looking);
    }
  };
  await use({ folder, parts, before, stop });
}

/** Interrupted, soon, and as if the run had never been. */
function expectNothingLeft({ folder, before }: Site, { outcome, took }: Stopped): void {
  expect(outcome).toMatchObject({ state: 'interrupted', code: 'interrupted', exit: 130 });
  expect(outcome.message).toBe('stopped before the end; nothing half-made was left');
  expect(took).toBeLessThan(SOON_MS);
  expect(readdirSync(folder.file('backups'))).toEqual(before);
  expect(readdirSync(folder.file(`backups/.lifeboat/${SYSTEM_ID}.drafts`))).toEqual([]);
  expect(existsSync(folder.file('state/work'))).toBe(false);
}

const sqlite = (folder: TemporaryFolder, path: string): Source =>
  sqliteSource({
    name: 'log',
    path,
    importance: 'normal',
    workFolder: folder.file('state/work'),
    clock: fixedClock,
  });

const files = (folder: TemporaryFolder, exclude: string[] = []): Source =>
  folderSource({
    name: 'image',
    path: folder.file('image'),
    importance: 'normal',
    exclude,
    neverInside: [],
    workFolder: folder.file('state/work'),
    clock: fixedClock,
  });

/** Each makes looking at a file a little slower. */
const MANY_PATTERNS = Array.from({ length: 4000 }, (_, number) => `**/never ${number} */x`);

async function smallFiles(folder: TemporaryFolder, count: number, exclude?: string[]): Promise<Source[]> {
  await mkdir(folder.file('image'));
  const content = Buffer.alloc(3000, 'a line of a log\n');
  for (let number = 0; number < count; number += 1) {
    await writeFile(folder.file(`image/person ${number}`), content);
  }
  return [files(folder, exclude)];
}

/** A database of so many bytes, nearly all of them pages that hold nothing and take no room. */
function makeHollowDatabase(path: string, bytes: number): void {
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE line (id)');
  database.close();
  const file = openSync(path, 'r+');
  const pages = Buffer.alloc(4);
  pages.writeUInt32BE(bytes / 4096);
  writeSync(file, pages, 0, 4, 28);
  closeSync(file);
  truncateSync(path, bytes);
}

describe('[FD-04] a stop ends a backup at once and leaves nothing, while it', () => {
  test('waits for the lock of a SQLite database', () =>
    withSite(
      (folder) => {
        new DatabaseSync(folder.file('log.db')).exec('CREATE TABLE line (id)');
        return [sqlite(folder, folder.file('log.db'))];
      },
      async (site) => {
        const holder = new DatabaseSync(site.folder.file('log.db'));
        holder.exec('BEGIN EXCLUSIVE');
        const begun = performance.now();
        const stopped = await site.stop(() => performance.now() - begun > 200);
        expectNothingLeft(site, stopped);
        expect(stopped.stages).toEqual(['fixing the point in time']);
        holder.close();
      },
    ));

  test('copies a SQLite database', () =>
    withSite(
      (folder) => {
        makeHollowDatabase(folder.file('hollow.db'), 4 * 2 ** 30);
        return [sqlite(folder, folder.file('hollow.db'))];
      },
      async (site) => {
        const work = site.folder.file('state/work');
        const copied = () =>
          (existsSync(work) ? readdirSync(work) : [])
            .map((name) => statSync(join(work, name, 'database'), { throwIfNoEntry: false })?.size ?? -1)
            .reduce((most, bytes) => Math.max(most, bytes), -1);
        const stopped = await site.stop(() => copied() >= 0);
        expectNothingLeft(site, stopped);
        expect(stopped.stages).toEqual(['fixing the point in time']);
        // Its lock is given back.
        const database = new DatabaseSync(site.folder.file('hollow.db'), { timeout: 0 });
        database.exec('BEGIN EXCLUSIVE; ROLLBACK');
        database.close();
      },
    ));

  test('checks the copy of a SQLite database', () =>
    withSite(
      (folder) => [sqlite(folder, shared.file('slow.db'))],
      async (site) => {
        const { size } = statSync(shared.file('slow.db'));
        // All of it is in the archive, so that only the check is left.
        const stopped = await site.stop(({ last }) => last?.stage === 'writing' && last.done >= size);
        expectNothingLeft(site, stopped);
        expect(stopped.stages).toEqual(['fixing the point in time', 'writing']);
      },
    ));

  test('counts the files of a folder', () =>
    withSite(
      (folder) => smallFiles(folder, 2500, MANY_PATTERNS),
      async (site) => {
        const stopped = await site.stop(({ stages }) => stages.length > 0);
        expectNothingLeft(site, stopped);
        expect(stopped.stages).toEqual(['fixing the point in time']);
      },
    ));

  test('reads small files', () =>
    withSite(
      (folder) => smallFiles(folder, 1500),
      async (site) => {
        const stopped = await site.stop(({ last }) => last?.stage === 'writing' && last.done > 300_000);
        expectNothingLeft(site, stopped);
        expect(stopped.last?.done).toBeLessThan(1_000_000);
      },
    ));

  test.each(['None', 'Fast', 'Compact'] as const)('reads a large file, compression %s', (compression) =>
    withSite(
      async (folder) => {
        await mkdir(folder.file('image'));
        await (await open(folder.file('image/large'), 'w')).close();
        // Takes no room here, and some seconds to read.
        await truncate(folder.file('image/large'), 4 * 2 ** 30);
        return [files(folder)];
      },
      async (site) => {
        Object.assign(site.parts, { compression });
        const stopped = await site.stop(({ last }) => last?.stage === 'writing' && last.done > 2 ** 24);
        expectNothingLeft(site, stopped);
        expect(stopped.last?.done).toBeLessThan(2 ** 30);
      },
    ),
  );

  test('reads the archive back', () =>
    withSite(
      () => [plainSource('image', { large: Buffer.alloc(40 * 2 ** 20, 'abc'), small: Buffer.from('x') })],
      async (site) => {
        const stopped = await site.stop(({ last }) => last?.stage === 'verifying');
        expectNothingLeft(site, stopped);
        expect(stopped.last?.done).toBeLessThan(20 * 2 ** 20);
      },
    ));
});

test('[FD-04] a folder whose counting is stopped is no folder that cannot be read', async () => {
  await using folder = await temporaryFolder();
  const [source] = await smallFiles(folder, 300, MANY_PATTERNS);
  const control = new AbortController();
  const reason = new LifeboatError('interrupted', 'stopped by SIGTERM');
  const ended = expect(source?.freeze(control.signal)).rejects.toBe(reason);
  setTimeout(() => control.abort(reason), 20);
  await ended;
});

test('[FD-04] a stop while older archives are removed: the new one stands, the rest of them go with the next', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('backups'));
  const parts = backupParts({
    destination: folder.file('backups'),
    state: folder.file('state'),
    sources: [plainSource('x', { a: Buffer.from('x') })],
  });
  const run = async (keep: number, signal: AbortSignal) => {
    parts.clock.pass(60);
    return await runBackup({ ...parts, retention: { keep } }, signal);
  };
  for (let round = 0; round < 4; round += 1) await run(7, NEVER);
  const control = new AbortController();
  const { destination } = parts;
  const removing: string[] = [];
  parts.destination = {
    ...destination,
    async remove(name) {
      removing.push(name);
      control.abort(new Error('stopped'));
      await destination.remove(name);
    },
  };
  const result = await run(1, control.signal);
  expect(removing).toHaveLength(1);
  expect(result).toMatchObject({ state: 'done' });
  expect(result.lines).toContain('stopped before older archives were removed: the next backup removes them');
  const left = async () => (await readdir(folder.file('backups'))).filter((name) => name.endsWith('.zip'));
  expect(await left()).toHaveLength(4);
  parts.destination = destination;
  await run(1, NEVER);
  expect(await left()).toHaveLength(1);
});

/** A disk that takes for ever, unless there is nothing left that it would have to take. */
function slowDisk(of: 'sync' | 'datasync'): {
  openFile: (path: string) => ReturnType<typeof openOutputFile>;
  waiting: () => boolean;
  closed: () => boolean;
} {
  let waiting = false;
  let closed = false;
  const dropped = Promise.withResolvers<void>();
  const openHandle = async (path: string, flags: string, mode: number): Promise<OutputHandle> => {
    const handle = await open(path, flags, mode);
    const wait = async (): Promise<void> => {
      waiting = true;
      await dropped.promise;
    };
    return {
      writev: (buffers, position) => handle.writev(buffers, position),
      datasync: () => (of === 'datasync' ? wait() : handle.datasync()),
      sync: () => (of === 'sync' ? wait() : handle.sync()),
      async truncate(bytes) {
        await handle.truncate(bytes);
        dropped.resolve();
      },
      async close() {
        await handle.close();
        closed = true;
      },
    };
  };
  return {
    openFile: (path) => openOutputFile(path, openHandle),
    waiting: () => waiting,
    closed: () => closed,
  };
}

test.each(['sync', 'datasync'] as const)(
  '[FD-04] a stop while the disk takes the archive (%s): what was not yet written is dropped, not waited for',
  async (of) => {
    await using folder = await temporaryFolder();
    const control = new AbortController();
    const disk = slowDisk(of);
    const path = folder.file('a.zip');
    const { writer, extras } = await beginArchive(path, control.signal, disk.openFile);
    const write = async () => {
      if (of === 'sync') {
        await writer.seal(plainManifest({ components: [], extras }), control.signal);
        return;
      }
      for (let part = 0; ; part += 1) {
        await writer.add(`folder/x/${part}`, Buffer.alloc(2 ** 23), { signal: control.signal });
      }
    };
    const ended = expect(write()).rejects.toThrow('enough');
    await expect.poll(disk.waiting, { timeout: 20_000 }).toBe(true);
    const stoppedAt = performance.now();
    control.abort(new Error('enough'));
    await ended;
    await writer[Symbol.asyncDispose]();
    expect(performance.now() - stoppedAt).toBeLessThan(SOON_MS);
    expect(disk.closed()).toBe(true);
    expect(statSync(path).size).toBe(0);
  },
);

test('[FD-04] the check of a database is ended in its middle', async () => {
  await using folder = await temporaryFolder();
  const copy = folder.file('copy');
  const slow = new DatabaseSync(shared.file('slow.db'), { readOnly: true });
  slow.exec(`VACUUM INTO '${copy}'`);
  slow.close();
  const control = new AbortController();
  const checking = databaseFacts(copy, control.signal);
  const ended = expect(checking).rejects.toThrow('enough');
  const early = await Promise.race([
    checking.catch(() => 'failed'),
    new Promise((resolve) => setTimeout(resolve, 500)),
  ]);
  expect(early, 'the check still ran').toBeUndefined();
  const stoppedAt = performance.now();
  control.abort(new Error('enough'));
  await ended;
  expect(performance.now() - stoppedAt).toBeLessThan(500);
});
