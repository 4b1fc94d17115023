import { lstat, mkdir, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import type { ComponentRecord, Finding, KeptState, RestoreTarget, TargetReport } from '#sources/source.ts';
import { goBackCommand, removeCommand } from '../go-back-command.ts';
import { inspectPlace } from '../inspect-place.ts';
import { isThere } from '../is-there.ts';
import { moveDurably, moveLogged } from '../move-logged.ts';
import { removeTree } from '../remove-tree.ts';
import { resolvePlace } from '../resolve-place.ts';
import { type StagingPlaces, stagingPlaces } from '../staging-places.ts';
import { type BytePath, bytePath } from './byte-path.ts';
import { carryOver } from './carry-over.ts';
import { checkMigrated } from './check-migrated.ts';
import { countFolder } from './count-folder.ts';
import { emptyFolder } from './empty-folder.ts';
import { noteList } from './note-list.ts';
import { placesInside } from './places-inside.ts';
import type { FolderSize } from './plan-packs.ts';
import { stagedInside } from './staged-inside.ts';
import { type StagedTree, stagedTree } from './staged-tree.ts';

export interface FolderTargetOptions {
  component: ComponentRecord;
  /** Where the folder belongs, absolute. If it is a symbolic link, the folder it leads to is replaced. */
  path: string;
  /** Tells this restore's staged and kept folders from those of others. */
  runId: string;
  /** Absolute paths that a restore must not take away: destinations, journal, state. */
  neverInside: readonly string[];
}

/**
 * Brings a folder back by staging it beside the live one and swapping the two by renames. What belongs to the
 * backup itself and lies inside the live folder moves over into the restored one. undo() and forgetOld()
 * go by what is on the disk, so they also work in another process and after a kill.
 */
export function folderTarget(options: FolderTargetOptions): RestoreTarget {
  const { component, path, runId, neverInside } = options;
  let staged: StagedTree | undefined;
  let madeParents: string | undefined;
  let kept: KeptState[] = [];

  const places = async (): Promise<StagingPlaces> =>
    stagingPlaces(await resolvePlace(path), runId, component.name, '');

  async function inspect(signal: AbortSignal): Promise<TargetReport> {
    const { live } = await places();
    const { stat, space, findings } = await inspectPlace(live, component);
    const size = stat?.isDirectory() ? await sizeOf(live, signal) : undefined;
    const now = size
      ? `${counted(size.files, 'file')}, ${prettyBytes(size.bytes)}`
      : stat
        ? 'not a folder'
        : 'absent';
    if (stat && !stat.isDirectory()) findings.push(notAFolder(live));
    const frees = size === undefined ? {} : { frees: size.bytes };
    return {
      components: [{ id: component.id, place: live, now }],
      space: [{ ...space, ...frees }],
      findings,
      inPlace: true,
    };
  }

  async function stage(...[record, archive, how]: Parameters<RestoreTarget['stage']>): Promise<void> {
    const { live, staged: goal } = await places();
    madeParents ??= await mkdir(dirname(live), { recursive: true });
    const inside = (await placesInside(live, neverInside)).map((place) =>
      bytePath(place.replaceAll(sep, '/')),
    );
    staged = await stagedTree(goal, record, archive, (entry) => liesBelow(entry, inside), how);
  }

  async function switchOver(...[log, signal]: Parameters<RestoreTarget['switchOver']>): Promise<void> {
    if (!staged) throw new LifeboatError('internal', `${component.id} was not staged`);
    const at = await places();
    const hadOld = await isThere(at.live);
    const inside = hadOld
      ? [...(await placesInside(at.live, neverInside)), ...(await stagedInside(at.live, runId, signal))]
      : [];
    await staged.finish();
    try {
      if (hadOld) await moveLogged(log, at.live, at.old, `keep the old ${component.id}`);
      else await writeFile(at.absent, '', { flag: 'wx', mode: 0o600 });
      await moveLogged(log, at.staged, at.live, `put the restored ${component.id} in its place`);
      await carryOver(at.old, at.live, inside, log);
    } catch (error) {
      await undoOrSay(error, signal);
      throw error;
    }
    staged.release();
    staged = undefined;
    kept = [await keptState(at, inside, component.id)];
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
    if (await isThere(at.live)) {
      if (hasOld) {
        await carryOver(at.live, at.old, await placesInside(at.live, neverInside));
        await carryOver(at.live, at.old, await stagedInside(at.live, runId, signal));
      }
      await removeTree(at.undone);
      await moveDurably(at.live, at.undone);
    }
    if (hasOld) await moveDurably(at.old, at.live);
    else await removeTree(at.absent);
    await removeTree(at.undone);
    kept = [];
  }

  async function forgetOld(): Promise<void> {
    const at = await places();
    for (const place of await placesInside(at.live, neverInside)) {
      if (!(await isThere(join(at.old, place)))) continue;
      throw new LifeboatError('target-unsuitable', `${join(at.old, place)} belongs to the backup itself`, {
        hint: `move it to ${join(at.live, place)} first; nothing was deleted`,
      });
    }
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
    async makeRoom() {
      const { live } = await places();
      if (await isThere(live)) await emptyFolder(live, await placesInside(live, neverInside));
    },
    switchOver,
    undo,
    forgetOld,
    kept: () => kept,
    async [Symbol.asyncDispose]() {
      if (!staged) return;
      await staged[Symbol.asyncDispose]();
      staged = undefined;
      if (madeParents !== undefined) await removeEmpty((await places()).live, madeParents);
      madeParents = undefined;
    },
  };
}

function sizeOf(live: string, signal: AbortSignal): Promise<FolderSize> {
  const never = { size: 0, has: () => false };
  return countFolder(live, { excluded: () => false, never, notes: noteList(), signal });
}

function notAFolder(live: string): Finding {
  return {
    level: 'problem',
    message: `${live} is not a folder, though the archive has a folder for it`,
    hint: 'move it away, or correct the path in sysbackup.conf',
  };
}

function liesBelow(entry: BytePath, places: readonly BytePath[]): boolean {
  return places.some((place) => entry === place || entry.startsWith(`${place}/`));
}

async function keptState(at: StagingPlaces, inside: string[], component: string): Promise<KeptState> {
  await syncFolder(dirname(at.live));
  if (!(await isThere(at.old))) {
    return { component, place: `there was nothing at ${at.live}`, goBack: [removeCommand(at.live)] };
  }
  return {
    component,
    place: at.old,
    goBack: [
      ...inside.map((place) => goBackCommand(join(at.old, place), join(at.live, place))),
      goBackCommand(at.staged, at.live),
      goBackCommand(at.live, at.old),
    ],
  };
}

/** Removes the folders that staging made above the place, if they are still empty. */
async function removeEmpty(live: string, upTo: string): Promise<void> {
  for (let folder = dirname(live); folder.startsWith(upTo); folder = dirname(folder)) {
    if (!(await isThere(folder)) || !(await lstat(folder)).isDirectory()) return;
    await rmdir(folder);
  }
}
