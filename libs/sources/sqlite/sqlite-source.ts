import { constants } from 'node:fs';
import { access, mkdtemp, open, realpath, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import prettyBytes from 'pretty-bytes';
import type { Clock } from '#platform/clock.ts';
import { type ErrorCode, LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import type { Component, Finding, FrozenView, Importance, Source, SourceReport } from '#sources/source.ts';
import { absentFingerprint } from '../absent-fingerprint.ts';
import { notHeld } from '../not-held.ts';
import { removeTree } from '../remove-tree.ts';
import { writeFailure } from '../write-failure.ts';
import { type CopiedDatabase, copyDatabase } from './copy-database.ts';
import { databaseFingerprint } from './database-fingerprint.ts';
import { mayWrite, openForReading } from './open-for-reading.ts';
import { type Ownership, ownershipOf } from './ownership.ts';
import { readHeader } from './read-header.ts';
import { writeDatabase } from './write-database.ts';

export interface SqliteOptions {
  name: string;
  /** The database file, absolute; a symbolic link is followed. */
  path: string;
  importance: Importance;
  /** A private folder with room for a copy of the database; made if it is missing. */
  workFolder: string;
  clock: Clock;
  /** How long to wait for another program's lock, in milliseconds; 15 seconds if not given. */
  lockWaitMs?: number;
}

const LOCK_WAIT_MS = 15_000;

/**
 * An SQLite database, as the component `sqlite/<name>`. freeze() copies it as it is at one point, while the
 * system goes on; what is in the archive is that copy.
 *
 * A database that cannot be had (it does not exist, is none, stays locked, needs more rights) is a record of
 * state `missing` whose note says why: the rest of the system is saved and the set is incomplete. One that is
 * damaged is saved as it is, for whoever has to rescue data from it, with state `partial`: that set is
 * incomplete too, and no restore puts the damaged copy in the place of a live database. freeze() throws only
 * where the copy cannot be written: `space-low`, `write-failed`, `state-unusable`.
 *
 * check() is not for a program that copies the same database at that moment: it opens and closes the file, and
 * POSIX then frees the locks of the whole program on it, those of the copy included.
 */
export function sqliteSource(options: SqliteOptions): Source {
  const { name, importance } = options;
  const id = `sqlite/${name}`;
  const described = { id, kind: 'sqlite-database' as const, name, importance };
  const waitMs = options.lockWaitMs ?? LOCK_WAIT_MS;

  async function check(signal: AbortSignal): Promise<SourceReport> {
    const found = await look(options.path);
    if ('absent' in found)
      return { source: id, bytes: 0, findings: absentFindings(found.absent, importance) };
    const { place } = found;
    try {
      (await openForReading(place.path, waitMs, signal)).close();
    } catch (error) {
      return { source: id, bytes: place.bytes, findings: [problem(asNamed(error))] };
    }
    const findings = [
      ...(await rightsFindings(place.path)),
      ...(await spaceFindings(place, options.workFolder)),
    ];
    return { source: id, bytes: place.bytes, findings };
  }

  async function freeze(signal: AbortSignal): Promise<FrozenView> {
    const found = await look(options.path);
    if ('absent' in found) return nothingHeld(found.absent);
    const { place } = found;
    await using cleanup = new AsyncDisposableStack();
    const folder = await mkdtemp(join(await privateFolder(options.workFolder), 'sqlite-'));
    cleanup.defer(() => removeTree(folder));
    await requireSpace(place, folder);
    const copy = join(folder, 'database');
    const fingerprint = await databaseFingerprint(place.path, options.clock.now());
    let copied: CopiedDatabase;
    try {
      copied = await copyDatabase(place.path, copy, { waitMs, clock: options.clock }, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = asNamed(writeFailure(error, copy));
      const detail = hint === undefined ? message : `${message}: ${hint}`;
      return nothingHeld({ code: 'unreadable', what: options.path, detail });
    }
    const frozen = { ...described, copy, from: options.path, ownership: place.ownership };
    const component: Component = {
      ...described,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      writeTo: (sink, write) => writeDatabase(frozen, sink, write),
    };
    const kept = cleanup.move();
    return {
      takenAt: copied.takenAt,
      journal: [await journalLine(copy, copied)],
      components: [component],
      bytes: (await stat(copy)).size,
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  }

  function nothingHeld(absent: Absent): FrozenView {
    const fingerprint = absentFingerprint(absent, importance);
    const component: Component = {
      ...described,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      writeTo: async () => notHeld(described, absent),
    };
    return {
      takenAt: options.clock.now(),
      journal: [],
      components: [component],
      bytes: 0,
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  return { id, check, freeze };
}

interface Place {
  /** Where the database really lies: a -wal is beside that. */
  path: string;
  /** With what is still in its -wal. */
  bytes: number;
  ownership: Ownership;
}

interface Absent {
  code: 'missing' | 'unreadable';
  what: string;
  detail: string;
}

async function look(path: string): Promise<{ place: Place } | { absent: Absent }> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (!found.isFile()) return { absent: { code: 'unreadable', what: path, detail: 'is not a file' } };
    // Tried, not asked for: access() forgets the capability by which a service may read what is root's alone.
    await (await open(real, 'r')).close();
    const bytes = found.size + (await sizeIfThere(`${real}-wal`));
    return { place: { path: real, bytes, ownership: await ownershipOf(real) } };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    const gone = code === 'ENOENT' || code === 'ENOTDIR';
    return {
      absent: { code: gone ? 'missing' : 'unreadable', what: path, detail: gone ? 'does not exist' : code },
    };
  }
}

async function sizeIfThere(path: string): Promise<number> {
  return (await stat(path, { throwIfNoEntry: false }))?.size ?? 0;
}

/** What stands in the way of this one database; whatever would hit all of them is thrown. */
const NAMED: readonly ErrorCode[] = [
  'database-busy',
  'database-right-missing',
  'database-unsupported',
  'database-failed',
];

function asNamed(error: unknown): LifeboatError {
  if (error instanceof LifeboatError && NAMED.includes(error.code)) return error;
  const code = systemErrorCode(error);
  // It went between two looks at it.
  if (code === 'ENOENT' || code === 'EACCES') {
    return new LifeboatError('database-failed', `the SQLite database cannot be read: ${code}`, {
      cause: error,
    });
  }
  throw error;
}

async function requireSpace(place: Place, folder: string): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= place.bytes) return;
  throw new LifeboatError('space-low', lacking(place, folder, free), { hint: SPACE_HINT });
}

async function spaceFindings(place: Place, workFolder: string): Promise<Finding[]> {
  const folder = await existingParent(workFolder);
  const free = await freeBytes(folder);
  return free >= place.bytes
    ? []
    : [{ level: 'problem', message: lacking(place, folder, free), hint: SPACE_HINT }];
}

const SPACE_HINT = 'make room there, or set "state" in [backup] to a folder on a larger disk';

function lacking(place: Place, folder: string, free: number): string {
  return `${folder} has ${prettyBytes(free)} free, the copy of ${place.path} needs ${prettyBytes(place.bytes)} there while the backup runs`;
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function existingParent(folder: string): Promise<string> {
  const parent = dirname(folder);
  const found = await stat(folder, { throwIfNoEntry: false });
  return found?.isDirectory() || parent === folder ? folder : await existingParent(parent);
}

function problem({ message, hint }: LifeboatError): Finding {
  return { level: 'problem', message, ...(hint === undefined ? {} : { hint }) };
}

function absentFindings({ code, what, detail }: Absent, importance: Importance): Finding[] {
  if (code === 'missing' && importance === 'optional') return [];
  return [
    {
      level: code === 'unreadable' || importance === 'required' ? 'problem' : 'warning',
      message: `the SQLite database ${what} ${code === 'missing' ? detail : `cannot be read: ${detail}`}`,
      hint: 'correct its path in sysbackup.conf, or mark it optional',
    },
  ];
}

/** It could be opened now; whether that holds when the system is down is another question. */
async function rightsFindings(path: string): Promise<Finding[]> {
  if (!(await readHeader(path))?.wal) return [];
  if ((await mayWrite(path)) && (await mayMakeFiles(dirname(path)))) return [];
  return [
    {
      level: 'warning',
      message: `${path} is in WAL mode and can only be read while the system has it open: there is no right to write there`,
      hint: 'give the user that runs lifeboat write rights on the file and its folder',
    },
  ];
}

async function mayMakeFiles(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

/** FD-05: how long others had to wait, which with a rollback journal is as long as the copy takes. */
async function journalLine(copy: string, { waited, held }: CopiedDatabase): Promise<string> {
  const wal = (await readHeader(copy))?.wal === true;
  const meanwhile = wal ? 'writers went on' : 'readers went on, writers waited';
  return `copied at one point in ${Math.round(held)} ms, in which ${meanwhile}; waited ${Math.round(waited)} ms for its lock`;
}
