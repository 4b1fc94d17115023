import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { LifeboatError } from '#platform/errors.ts';
import type { RestoreLog, RestoreTarget, SwitchRecord, TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord, Finding } from '#sources/source.ts';
import { exchangeFile } from '../exchange/exchange-file.ts';
import { inspectPlace } from '../exchange/inspect-place.ts';
import { patientLog } from '../exchange/patient-log.ts';
import { type PlaceState, wayBack } from '../exchange/place-state.ts';
import { dropStagedPlace, stagedPlace } from '../exchange/staged-place.ts';
import { type StagingPlaces, stagingPlaces } from '../exchange/staging-places.ts';
import { switchOrGoBack } from '../exchange/switch-or-go-back.ts';
import { isThere } from '../is-there.ts';
import { removeTree } from '../remove-tree.ts';
import { resolvePlace } from '../resolve-place.ts';
import { checkMigrated } from './stage/check-migrated.ts';
import { type StagedFile, stagedFile } from './stage/staged-file.ts';

export interface FileTargetOptions {
  component: ComponentRecord;
  /** Where the file belongs, absolute. If it is a symbolic link, the file it leads to is replaced. */
  path: string;
  /** Tells this restore's staged and kept files from those of others. */
  runId: string;
}

/**
 * Brings one file back: staged beside the live one and put over it by one rename, so that there is the old or
 * the new file at any moment.
 */
export function fileTarget(options: FileTargetOptions): RestoreTarget {
  const { component, path, runId } = options;
  const record = { target: component.id, engine: 'file' as const };
  let staged: StagedFile | undefined;
  let announced: SwitchRecord | undefined;
  let prepared: PlaceState | undefined;

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

  async function announce(): Promise<SwitchRecord> {
    announced ??= await stagedPlace(record, [(await places()).staged]);
    return announced;
  }

  async function stage(...[from, archive, how]: Parameters<RestoreTarget['stage']>): Promise<void> {
    const at = await places();
    await announce();
    await mkdir(dirname(at.live), { recursive: true });
    staged = await stagedFile(at.staged, from, archive, how);
  }

  async function prepare(): Promise<SwitchRecord> {
    if (!staged) throw new LifeboatError('internal', `${component.id} was not staged`);
    const { live, staged: goal, old } = await places();
    const outgoing = await isThere(live);
    prepared = { component: component.id, live, staged: goal, old, incoming: true, outgoing };
    return { ...record, state: prepared };
  }

  async function switchOver(log: RestoreLog): Promise<void> {
    const state = prepared;
    if (!state) throw new LifeboatError('internal', `${component.id} was not prepared`);
    await switchOrGoBack(
      () => exchangeFile(state, log),
      () => exchangeFile(wayBack(state), patientLog(log)),
    );
    staged?.release();
    staged = undefined;
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
    makeRoom: async () => removeTree((await places()).live),
    prepare,
    switchOver,
    async [Symbol.asyncDispose]() {
      if (!staged || !announced) return;
      staged = undefined;
      await dropStagedPlace(announced);
    },
  };
}

function notAFile(live: string): Finding {
  return {
    level: 'problem',
    message: `${live} is not a file, though the archive has a file for it`,
    hint: 'move it away, or correct the path in sysbackup.conf',
  };
}
