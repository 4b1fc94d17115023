import { mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
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
import { keepOld } from '../keep-old.ts';
import { moveDurably } from '../move-logged.ts';
import { removeTree } from '../remove-tree.ts';
import { resolvePlace } from '../resolve-place.ts';
import { type StagingPlaces, stagingPlaces } from '../staging-places.ts';
import { checkMigrated } from './check-migrated.ts';
import { type StagedFile, stagedFile } from './staged-file.ts';

export interface FileTargetOptions {
  component: ComponentRecord;
  /** Where the file belongs, absolute. If it is a symbolic link, the file it leads to is replaced. */
  path: string;
  /** Tells this restore's staged and kept files from those of others. */
  runId: string;
}

/**
 * Brings one file back: staged beside the live one and put over it by one rename, so that there is the old or
 * the new file at any moment. undo() and forgetOld() go by what is on the disk.
 */
export function fileTarget(options: FileTargetOptions): RestoreTarget {
  const { component, path, runId } = options;
  let staged: StagedFile | undefined;
  let kept: KeptState[] = [];

  const places = async (): Promise<StagingPlaces> =>
    stagingPlaces(await resolvePlace(path), runId, component.name, '.file');

  async function inspect(signal: AbortSignal): Promise<TargetReport> {
    signal.throwIfAborted();
    const { live } = await places();
    const { stat, space, findings } = await inspectPlace(live, component);
    if (stat && !stat.isFile()) findings.push(notAFile(live));
    const now = stat ? prettyBytes(Number(stat.size)) : 'absent';
    const frees = stat?.isFile() ? { frees: Number(stat.size) } : {};
    return {
      components: [{ id: component.id, place: live, now }],
      space: [{ ...space, ...frees }],
      findings,
      inPlace: true,
    };
  }

  async function stage(...[record, archive, how]: Parameters<RestoreTarget['stage']>): Promise<void> {
    const at = await places();
    await mkdir(dirname(at.live), { recursive: true });
    staged = await stagedFile(at.staged, record, archive, how);
  }

  async function switchOver(log: RestoreLog): Promise<void> {
    if (!staged) throw new LifeboatError('internal', `${component.id} was not staged`);
    const at = await places();
    const hadOld = await isThere(at.live);
    try {
      if (hadOld) await keepOld(at, log, component.id);
      else await writeFile(at.absent, '', { flag: 'wx', mode: 0o600 });
      await putInPlace(at, log, component.id, hadOld);
    } catch (error) {
      await undoOrSay(error);
      throw error;
    }
    staged.release();
    staged = undefined;
    kept = [
      hadOld
        ? { component: component.id, place: at.old, goBack: [goBackCommand(at.live, at.old)] }
        : {
            component: component.id,
            place: `there was nothing at ${at.live}`,
            goBack: [removeCommand(at.live)],
          },
    ];
  }

  async function undoOrSay(reason: unknown): Promise<void> {
    try {
      await undo();
    } catch (error) {
      const why = [reason, error].map((each) => (each instanceof Error ? each.message : String(each)));
      throw new LifeboatError('rollback-failed', why.join('; and going back failed: '), { cause: error });
    }
  }

  async function undo(): Promise<void> {
    const at = await places();
    if (await isThere(at.old)) {
      await moveDurably(at.old, at.live);
      // Two names of one file (the new one was not in its place yet): the rename left both.
      if (await isThere(at.old)) await unlink(at.old);
    } else if (await isThere(at.absent)) {
      await removeTree(at.live);
      await removeTree(at.absent);
    }
    await syncFolder(dirname(at.live));
    kept = [];
  }

  async function forgetOld(): Promise<void> {
    const at = await places();
    await removeTree(at.old);
    await removeTree(at.absent);
    kept = [];
  }

  return {
    id: component.id,
    inspect,
    stage,
    stagedPlaces: async () => [{ component: component.id, place: (await places()).staged }],
    async check(signal, changed) {
      if (!staged) throw new LifeboatError('internal', `${component.id} was not staged`);
      if (changed?.has(component.id))
        return [await checkMigrated((await places()).staged, component, signal)];
      return [await staged.check(signal)];
    },
    makeRoom: async () => removeTree((await places()).live),
    switchOver,
    undo,
    forgetOld,
    kept: () => kept,
    async [Symbol.asyncDispose]() {
      await staged?.[Symbol.asyncDispose]();
      staged = undefined;
    },
  };
}

async function putInPlace(
  at: StagingPlaces,
  log: RestoreLog,
  component: string,
  hadOld: boolean,
): Promise<void> {
  const what = `put the restored ${component} in its place: rename ${at.staged} to ${at.live}`;
  await log.before({ what, goBack: hadOld ? goBackCommand(at.live, at.old) : removeCommand(at.live) });
  try {
    await rename(at.staged, at.live);
  } catch (cause) {
    throw new LifeboatError(
      'switch-failed',
      `cannot replace ${at.live}: ${systemErrorCode(cause) ?? cause}`,
      {
        cause,
      },
    );
  }
  await syncFolder(dirname(at.live));
  await log.done(what);
}

function notAFile(live: string): Finding {
  return {
    level: 'problem',
    message: `${live} is not a file, though the archive has a file for it`,
    hint: 'move it away, or correct the path in sysbackup.conf',
  };
}
