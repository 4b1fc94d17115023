import { mkdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import { isHeld } from '#platform/windows/is-held.ts';
import type { RestoreTarget, SwitchRecord, TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord, Finding } from '#sources/source.ts';
import { inspectPlace, type Stays } from '../exchange/inspect-place.ts';
import { patientLog } from '../exchange/patient-log.ts';
import { dropStagedPlace, stagedPlace } from '../exchange/staged-place.ts';
import { type StagingPlaces, stagingPlaces } from '../exchange/staging-places.ts';
import { switchOrGoBack } from '../exchange/switch-or-go-back.ts';
import { isMountPoint } from '../is-mount-point.ts';
import { isThere } from '../is-there.ts';
import { openedBelow } from '../opened-below.ts';
import { resolvePlace } from '../resolve-place.ts';
import { type BytePath, bytePath } from './byte-path.ts';
import { countFolder } from './count-folder.ts';
import { emptyFolder } from './exchange/empty-folder.ts';
import { exchangeFolder } from './exchange/exchange-folder.ts';
import { folderAttributes } from './exchange/folder-attributes.ts';
import { type FolderState, folderWayBack } from './exchange/folder-state.ts';
import { placesInside } from './exchange/places-inside.ts';
import { noteList } from './note-list.ts';
import { checkMigrated } from './stage/check-migrated.ts';
import { type StagedTree, stagedTree } from './stage/staged-tree.ts';
import type { FolderSize } from './write/plan-packs.ts';

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
 * Brings a folder back by staging it beside the live one and swapping the two by renames; one that is a mount point
 * or, on Windows, open in another program is staged inside it and its entries are exchanged. What belongs to the backup itself and lies inside the live
 * folder moves over into the restored one.
 */
export function folderTarget(options: FolderTargetOptions): RestoreTarget {
  const { component, path, runId, neverInside } = options;
  const record = { target: component.id, engine: 'folder' as const };
  let staged: StagedTree | undefined;
  let announced: SwitchRecord | undefined;
  let prepared: FolderState | undefined;
  let decided: { stays: Stays | undefined } | undefined;

  async function places(): Promise<StagingPlaces & { stays: Stays | undefined }> {
    const live = await resolvePlace(path);
    const { stays } = decided ?? { stays: await whyItStays(live) };
    // What cannot be renamed is exchanged by its entries, which need the same file system.
    const beside = stays ? join(live, 'any') : live;
    return { ...stagingPlaces(beside, runId, component.name, ''), live, stays };
  }

  async function inspect(signal: AbortSignal): Promise<TargetReport> {
    const { live, stays } = await places();
    const { stat, space, findings } = await inspectPlace(live, component, stays);
    const size = stat?.isDirectory() ? await sizeOf(live, signal) : undefined;
    const now = size
      ? `${counted(size.files, 'file')}, ${prettyBytes(size.bytes)}`
      : stat
        ? 'not a folder'
        : 'absent';
    if (stat && !stat.isDirectory()) findings.push(notAFolder(live));
    if (stat?.isDirectory()) findings.push(...(await useFindings(live)));
    const frees = size === undefined ? {} : { frees: size.bytes };
    return {
      components: [{ id: component.id, place: live, now }],
      space: [{ ...space, ...frees }],
      findings,
      inPlace: true,
    };
  }

  async function announce(): Promise<SwitchRecord> {
    if (announced) return announced;
    const { staged, stays } = await places();
    // Who holds the folder may let go of it meanwhile: what is staged lies where it does.
    decided = { stays };
    announced = await stagedPlace(record, [staged]);
    return announced;
  }

  async function stage(...[from, archive, how]: Parameters<RestoreTarget['stage']>): Promise<void> {
    const { live, staged: goal } = await places();
    await announce();
    await mkdir(dirname(goal), { recursive: true });
    const inside = (await placesInside(live, neverInside)).map((place) =>
      bytePath(place.replaceAll(sep, '/')),
    );
    staged = await stagedTree(goal, from, archive, (entry) => liesBelow(entry, inside), how);
  }

  async function prepare(): Promise<SwitchRecord> {
    if (!staged) throw new LifeboatError('internal', `${component.id} was not staged`);
    const { live, staged: goal, old, stays } = await places();
    await staged.finish();
    prepared = {
      component: component.id,
      way: stays ? 'contents' : 'rename',
      live,
      staged: goal,
      old,
      incoming: true,
      outgoing: await isThere(live),
      inside: await placesInside(live, neverInside),
      ...(stays && {
        attributes: { incoming: await folderAttributes(goal), outgoing: await folderAttributes(live) },
      }),
    };
    return { ...record, state: prepared };
  }

  async function switchOver(...[log, signal]: Parameters<RestoreTarget['switchOver']>): Promise<void> {
    const state = prepared;
    if (!state) throw new LifeboatError('internal', `${component.id} was not prepared`);
    const own = staged;
    // Half-way the backup's own places may lie where it was staged: dispose drops it only once all has gone back.
    staged = undefined;
    await switchOrGoBack(
      () => exchangeFolder(state, log, signal),
      async () => {
        await exchangeFolder(folderWayBack(state), patientLog(log), signal);
        staged = own;
      },
    );
    await syncFolder(dirname(state.live));
  }

  return {
    id: component.id,
    inspect,
    announce,
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
    prepare,
    switchOver,
    async [Symbol.asyncDispose]() {
      if (!staged || !announced) return;
      await staged[Symbol.asyncDispose]();
      staged = undefined;
      await dropStagedPlace(announced);
    },
  };
}

async function whyItStays(live: string): Promise<Stays | undefined> {
  if (await isMountPoint(live)) return 'is a mount point';
  return (await isHeld(live)) ? 'is open in another program' : undefined;
}

function sizeOf(live: string, signal: AbortSignal): Promise<FolderSize> {
  const never = { size: 0, has: () => false };
  return countFolder(live, { excluded: () => false, never, notes: noteList(), signal });
}

/** What it has open goes to the state that is kept: it would go on writing there. */
async function useFindings(live: string): Promise<Finding[]> {
  const users = await openedBelow(live);
  if (users.length === 0) return [];
  return [
    {
      level: 'warning',
      message: `${live} is in use by ${users.slice(0, 5).join(', ')}${users.length > 5 ? ` and ${users.length - 5} more` : ''}`,
      hint: 'stop the system first, or name its stop command in sysbackup.conf',
    },
  ];
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
