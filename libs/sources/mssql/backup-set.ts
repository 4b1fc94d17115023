import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { WriteOptions } from '#sources/source.ts';
import { atMost } from './at-most.ts';
import { connectMssql } from './connect.ts';
import type { MssqlServer } from './connection.ts';
import type { DatabaseObjects } from './format.ts';
import { makeBackup } from './make-backup.ts';
import { objectsHash } from './objects-hash.ts';
import { proveBackup, type StagedBackup } from './prove-backup.ts';
import { readObjects } from './read-objects.ts';
import { removeFile } from './remove-file.ts';
import type { Staging } from './staging.ts';

export interface BackupSetOptions {
  server: MssqlServer;
  staging: Staging;
  databases: readonly DatabaseToTake[];
  /** Can the server's edition compress backups? */
  mayCompress: boolean;
  stallMs: number;
  seenMs?: number | undefined;
}

export interface DatabaseToTake {
  /** As the server spells it. */
  name: string;
  /** The file in the staging folder that its BACKUP is to fill. */
  file: string;
  /** An estimate of its uncompressed bytes; half of them are told as read while its BACKUP runs. */
  bytes: number;
}

export interface TakenDatabase {
  backup: StagedBackup;
  objects: DatabaseObjects;
  /** Were the objects the same after the BACKUP as before it? */
  steady: boolean;
}

/**
 * The BACKUPs of several databases, started together at the first `take`, since each stands for the moment at which
 * it ends. One that fails ends the others: `take` then throws what the first of them threw. Disposing ends what
 * still runs, waits for it and empties the staging folder.
 */
export interface BackupSet extends AsyncDisposable {
  take(database: string, write: WriteOptions): Promise<TakenDatabase>;
  /** Once all have ended; undefined before. */
  takenAt(): Temporal.Instant | undefined;
  /** Aborts with the error of the first that failed. */
  readonly failed: AbortSignal;
  /** Removes the file of a database that is in the archive now. */
  release(database: string): Promise<void>;
}

/** BACKUPs, or proofs of them: the server's worker threads and its disks are not ours alone. */
const AT_ONCE = 4;

export function backupSet(options: BackupSetOptions, now: () => Temporal.Instant): BackupSet {
  const stop = new AbortController();
  let running: Map<string, Promise<TakenDatabase>> | undefined;
  let takenAt: Temporal.Instant | undefined;

  const start = (write: WriteOptions): Map<string, Promise<TakenDatabase>> => {
    const signal = AbortSignal.any([write.signal, stop.signal]);
    const few = atMost(AT_ONCE);
    const allMade = Promise.withResolvers<void>();
    let left = options.databases.length;
    const take = async (database: DatabaseToTake): Promise<TakenDatabase> => {
      const lists = await few(() => makeOne(options, database, { ...write, signal }));
      left -= 1;
      if (left === 0) {
        takenAt = now();
        allMade.resolve();
      }
      // Proving one while others are still made would delay their ends, and so their moments.
      await allMade.promise;
      return { backup: await few(() => proveOne(options, database, signal)), ...lists };
    };
    const taken = options.databases.map(async (database) => {
      try {
        return await take(database);
      } catch (error) {
        stop.abort(error);
        allMade.reject(error);
        throw error;
      }
    });
    // Each is awaited by its component; until then its failure must not count as unhandled.
    void Promise.allSettled([...taken, allMade.promise]);
    return new Map(
      options.databases.map(({ name }, index) => [name, taken[index] as Promise<TakenDatabase>]),
    );
  };

  const paths = new Map(options.databases.map(({ name, file }) => [name, options.staging.here(file)]));

  return {
    async take(database, write) {
      running ??= start(write);
      return (await running.get(database)) as TakenDatabase;
    },
    takenAt: () => takenAt,
    failed: stop.signal,
    async release(database) {
      const path = paths.get(database);
      if (path !== undefined) await removeStaged(path);
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the backup is over'));
      await Promise.allSettled(running?.values() ?? []);
      const removed = await Promise.allSettled([...paths.values()].map(removeStaged));
      const failed = removed.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
  };
}

interface ObjectLists {
  objects: DatabaseObjects;
  steady: boolean;
}

async function makeOne(
  { server, staging, mayCompress, stallMs }: BackupSetOptions,
  { name, file, bytes }: DatabaseToTake,
  { signal, compression, onBytes }: WriteOptions,
): Promise<ObjectLists> {
  await using connection = await connectMssql(server, signal);
  const before = await readObjects(connection, name, signal);
  let told = 0;
  await makeBackup({
    ...{ connection, server, staging, stallMs, signal, file },
    database: name,
    compress: mayCompress && compression !== 'None',
    onPercent(percent) {
      const until = Math.round((bytes / 2) * (percent / 100));
      onBytes(until - told, `${name}: BACKUP ${percent} %`);
      told = until;
    },
  });
  const objects = await readObjects(connection, name, signal);
  return { objects, steady: objectsHash(before.objects) === objectsHash(objects.objects) };
}

async function proveOne(
  { server, staging, stallMs, seenMs }: BackupSetOptions,
  { name, file }: DatabaseToTake,
  signal: AbortSignal,
): Promise<StagedBackup> {
  await using connection = await connectMssql(server, signal);
  return await proveBackup({ connection, server, staging, stallMs, seenMs, signal, file, database: name });
}

/** Throws `staging-unusable` for a backup file that stays behind: it holds the whole database. */
async function removeStaged(path: string): Promise<void> {
  try {
    await removeFile(path);
  } catch (cause) {
    throw new LifeboatError(
      'staging-unusable',
      `cannot remove ${path} from the staging folder: ${systemErrorCode(cause) ?? cause}`,
      { hint: 'remove it by hand: it holds the whole database', cause },
    );
  }
}
