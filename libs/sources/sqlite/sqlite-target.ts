import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import prettyBytes from 'pretty-bytes';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import type {
  ComponentRecord,
  Finding,
  KeptState,
  RestoreLog,
  RestoreTarget,
  TargetReport,
} from '#sources/source.ts';
import { goBackCommand, removeCommand } from '../go-back-command.ts';
import { inspectPlace } from '../inspect-place.ts';
import { isThere } from '../is-there.ts';
import { moveLogged } from '../move-logged.ts';
import { ownerNames } from '../owner-names.ts';
import { removeTree } from '../remove-tree.ts';
import { resolvePlace } from '../resolve-place.ts';
import { type StagingPlaces, stagingPlaces } from '../staging-places.ts';
import { syncFile } from '../sync-file.ts';
import { checkDatabase } from './check-database.ts';
import { databaseFacts } from './database-facts.ts';
import { moveDatabase, removeDatabase } from './database-files.ts';
import { lockDatabase } from './lock-database.ts';
import { isInWalMode } from './open-for-reading.ts';
import { openedBy } from './opened-by.ts';
import { type SqliteDetails, sqliteDetails } from './sqlite-details.ts';
import { stageDatabase } from './stage-database.ts';

export interface SqliteTargetOptions {
  component: ComponentRecord;
  /** Where the database belongs, absolute. If it is a symbolic link, the file it leads to is replaced. */
  path: string;
  /** Tells this restore's staged and kept files from those of others. */
  runId: string;
}

/**
 * Brings an SQLite database back: staged beside the live one, checked, and renamed into its place while the
 * live one is locked against everybody. The live one is kept with its -wal and -shm; damaged or absent, it
 * hinders nothing. undo() and forgetOld() go by what is on the disk.
 */
export function sqliteTarget(options: SqliteTargetOptions): RestoreTarget {
  const { component, path, runId } = options;
  let staged = false;
  let kept: KeptState[] = [];

  const places = async (): Promise<StagingPlaces> =>
    stagingPlaces(await resolvePlace(path), runId, component.name, '.sqlite');

  async function inspect(signal: AbortSignal): Promise<TargetReport> {
    const { live } = await places();
    const { stat: found, space, findings } = await inspectPlace(live, component);
    if (found && !found.isFile()) findings.push(notAFile(live));
    findings.push(...(await userFindings(live)));
    const now = found?.isFile() ? await describe(live, signal) : found ? 'not a file' : 'absent';
    return { components: [{ id: component.id, place: live, now }], space: [space], findings };
  }

  async function stage(...[record, archive, how]: Parameters<RestoreTarget['stage']>): Promise<void> {
    const at = await places();
    await mkdir(dirname(at.live), { recursive: true });
    await stageDatabase(at.staged, record, archive, how);
    staged = true;
  }

  async function switchOver(log: RestoreLog, signal: AbortSignal): Promise<void> {
    if (!staged) throw new LifeboatError('internal', `${component.id} was not staged`);
    const at = await places();
    const details = sqliteDetails(component);
    await setJournalMode(at.staged, details.journalMode);
    await setOwnership(at, details);
    const hadOld = await isThere(at.live);
    const lock = hadOld ? await lockDatabase(at.live, signal) : undefined;
    try {
      // Windows renames nothing that is open.
      if (process.platform === 'win32') lock?.release();
      if (!hadOld) await writeFile(at.absent, '', { flag: 'wx', mode: 0o600 });
      const why = `keep the old ${component.id}`;
      const moved = await moveDatabase(at.live, at.old, { log, why });
      await moveLogged(log, at.staged, at.live, `put the restored ${component.id} in its place`);
      kept = [keptState(at, moved, component.id)];
    } catch (error) {
      await undoOrSay(error, signal);
      throw error;
    } finally {
      if (process.platform !== 'win32') lock?.release();
    }
    staged = false;
  }

  async function undoOrSay(reason: unknown, signal: AbortSignal): Promise<void> {
    try {
      await undo(signal);
    } catch (error) {
      const why = [reason, error].map((each) => (each instanceof Error ? each.message : String(each)));
      throw new LifeboatError('rollback-failed', why.join('; and going back failed: '), { cause: error });
    }
  }

  async function undo(signal: AbortSignal): Promise<void> {
    const at = await places();
    const hasOld = await isThere(at.old);
    if (!hasOld && !(await isThere(at.absent))) return;
    // Without the main file there, a -wal at the live place still belongs to the old state.
    if (await isThere(at.live)) {
      const lock = await lockDatabase(at.live, signal);
      lock?.release();
      await removeDatabase(at.undone);
      await moveDatabase(at.live, at.undone);
    }
    await moveDatabase(at.old, at.live);
    await removeTree(at.absent);
    await removeDatabase(at.undone);
    await syncFolder(dirname(at.live));
    kept = [];
  }

  async function forgetOld(): Promise<void> {
    const at = await places();
    await removeDatabase(at.old);
    await removeTree(at.absent);
    kept = [];
  }

  return {
    id: component.id,
    inspect,
    stage,
    async check(signal) {
      if (!staged) throw new LifeboatError('internal', `${component.id} was not staged`);
      return [await checkDatabase((await places()).staged, component, signal)];
    },
    switchOver,
    undo,
    forgetOld,
    kept: () => kept,
    async [Symbol.asyncDispose]() {
      if (staged) await removeDatabase((await places()).staged);
      staged = false;
    },
  };
}

function notAFile(live: string): Finding {
  return {
    level: 'problem',
    message: `${live} is not a file, though the archive has a database for it`,
    hint: 'move it away, or correct the path in sysbackup.conf',
  };
}

/** A warning only: a stop command may be what ends these programs. */
async function userFindings(live: string): Promise<Finding[]> {
  const users = await openedBy([live, `${live}-wal`]);
  if (users.length === 0) return [];
  return [
    {
      level: 'warning',
      message: `${live} is open in ${users.join(', ')}: it cannot be switched over before that ends`,
      hint: 'stop the system, or set "stop" in sysbackup.conf',
    },
  ];
}

/** Looks at the file alone, not at a -wal beside it: looking must change nothing. */
async function describe(live: string, signal: AbortSignal): Promise<string> {
  const size = prettyBytes((await stat(live)).size);
  try {
    const { tables, integrity } = await databaseFacts(live, signal);
    const damage = integrity[0] === 'ok' || integrity[0]?.startsWith('not checked') ? '' : ', damaged';
    return `${tables.length} tables, ${size}${damage}`;
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return `${size}, damaged: ${error.message}`;
  }
}

/** WAL is the one mode that a database file keeps. */
async function setJournalMode(path: string, mode: string): Promise<void> {
  if ((await isInWalMode(path)) === (mode === 'wal')) return;
  const database = new DatabaseSync(path);
  try {
    database.exec(mode === 'wal' ? 'PRAGMA journal_mode = WAL' : 'PRAGMA journal_mode = DELETE');
  } finally {
    database.close();
  }
  await syncFile(path);
}

/** Owner and mode of the live file as before; where there is none, as at the backup. */
async function setOwnership({ live, staged }: StagingPlaces, details: SqliteDetails): Promise<void> {
  if (process.platform === 'win32') return;
  const like = (await isThere(live)) ? await stat(live) : await recordedOwnership(details);
  try {
    await chown(staged, like.uid, like.gid);
  } catch (error) {
    // Said by inspect(): only root can give files away.
    if (systemErrorCode(error) !== 'EPERM') throw error;
  }
  await chmod(staged, like.mode & 0o7777);
}

async function recordedOwnership(
  details: SqliteDetails,
): Promise<{ uid: number; gid: number; mode: number }> {
  const names = ownerNames();
  const uid = details.owner === undefined ? undefined : await names.uid(details.owner);
  const gid = details.group === undefined ? undefined : await names.gid(details.group);
  return { uid: uid ?? details.uid, gid: gid ?? details.gid, mode: Number.parseInt(details.mode, 8) };
}

function keptState(at: StagingPlaces, moved: { from: string; to: string }[], component: string): KeptState {
  if (moved.length === 0) {
    return { component, place: `there was nothing at ${at.live}`, goBack: [removeCommand(at.live)] };
  }
  return {
    component,
    place: at.old,
    goBack: [
      'stop every program that has the database open',
      ...['', '-wal', '-shm'].map((ending) => goBackCommand(at.staged + ending, at.live + ending)),
      ...moved.map(({ from, to }) => goBackCommand(from, to)),
    ],
  };
}
