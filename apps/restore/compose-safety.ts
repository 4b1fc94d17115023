import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BackupParts } from '#backup/run-backup.ts';
import { takeSafety } from '#backup/take-safety.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import type { RunParts } from '#journal/run-parts.ts';
import { LifeboatError } from '#platform/errors.ts';
import { PROGRAM_VERSION } from '#platform/program-version.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { RestorePlan } from '#restore/plan-restore.ts';
import type { OpenSafety, Safety } from '#restore/safety.ts';
import type { ComponentRecord, Source } from '#sources/source.ts';
import { composeTargets, type ServersRequest, type TargetPlaces } from './compose-targets.ts';
import { openLocalArchive } from './open-local-archive.ts';
import type { Profile } from './read-profile.ts';
import type { RestoreRequest } from './request.ts';
import { composeSafetySources } from './safety/compose-safety-sources.ts';
import { saveUnreadable } from './safety/save-unreadable.ts';

export interface SafetyParts {
  plan: RestorePlan;
  profile: Profile;
  request: RestoreRequest;
  recording: RunParts;
  places: Omit<TargetPlaces, 'signal'>;
  /** The folder that the plan names. */
  place: string;
  onProgress: OnProgress;
}

/** How what is live of a plan is saved before a restore in place deletes it, and brought back if that fails. */
export async function makeSafety(parts: SafetyParts, signal: AbortSignal): Promise<Safety> {
  const { plan, place } = parts;
  const chosen = plan.steps.map(({ id }) => id);
  const version = plan.version.how === 'unknown' ? 'unknown' : plan.version.version;
  const save = async (ids: readonly string[], raw: Safety['raw']): Promise<Safety> => {
    const sources = await composeSafetySources(parts, ids, signal);
    const made = await takeSafety(backupParts(parts, sources), version, signal);
    const archive = join(place, made.manifest.archiveName);
    return { archive, raw, open: (how) => openSafety(archive, parts, ids, how) };
  };
  try {
    return await save(chosen, []);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const raw = await saveUnreadable(parts, chosen, signal);
    if (raw.length === 0) throw error;
    const lost = new Set(raw.flatMap(({ ids }) => ids));
    return await save(
      chosen.filter((id) => !lost.has(id)),
      raw,
    );
  }
}

/** Something that is live cannot be read: which of it is to be found out. */
function isDamage(error: unknown): boolean {
  return error instanceof LifeboatError && ['database-failed', 'read-failed'].includes(error.code);
}

function backupParts(parts: SafetyParts, sources: Source[]): BackupParts {
  const { plan, profile, recording, places, place, onProgress } = parts;
  return {
    system: { ...plan.system, readVersion: async () => '' },
    sources,
    destination: folderDestination(place, { called: 'folder for the safety archive', key: 'path' }),
    compression: profile.settings.backup.compression,
    naming: { kind: 'numbered' },
    retention: { keep: Number.POSITIVE_INFINITY, keepDays: undefined },
    deleteOld: 'after',
    onlyIfChanged: false,
    journal: recording.journal,
    request: { pin: { note: `before ${plan.archive.name} was restored in place` } },
    stateFolder: places.state,
    workFolder: join(places.state, 'work', plan.system.id),
    program: { name: 'lifeboat-restore', version: PROGRAM_VERSION },
    host: hostname(),
    clock: recording.clock,
    onProgress,
  };
}

/** The targets have names of their own: what a restore staged or kept may still be there. */
export async function openSafety(
  path: string,
  { profile, request, places }: Pick<SafetyParts, 'profile' | 'places'> & { request: ServersRequest },
  ids: readonly string[],
  signal: AbortSignal,
): Promise<OpenSafety> {
  await using opened = new AsyncDisposableStack();
  const archive = opened.use(await openLocalArchive(path, signal));
  const present = archive.manifest.components.filter(
    ({ id, state }: ComponentRecord) => state !== 'missing' && ids.includes(id),
  );
  const runId = `${places.runId}${randomBytes(2).toString('hex')}`;
  const { works, left } = await composeTargets(present, archive, profile, request, {
    ...places,
    runId,
    signal,
  });
  if (left.length > 0) {
    throw new LifeboatError('internal', `no target for ${left.map(({ id }) => id).join(', ')}`);
  }
  for (const { target } of works) opened.use(target);
  const kept = opened.move();
  return { archive, targets: works, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
