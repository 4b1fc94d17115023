import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '#archive/manifest.ts';
import type { BackupParts } from '#backup/backup-parts.ts';
import { takeSafety } from '#backup/take-safety.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { LifeboatError } from '#platform/errors.ts';
import { PROGRAM_VERSION } from '#platform/program-version.ts';
import type { Safety } from '#restore/in-place/safety.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { Source } from '#sources/source.ts';
import { composeSafetySources } from './compose-safety-sources.ts';
import { openSafety } from './open-safety.ts';
import type { SafetyParts } from './safety-parts.ts';
import { saveUnreadable } from './save-unreadable.ts';

/** How what is live of a plan is saved before a restore in place deletes it, and brought back if that fails. */
export async function makeSafety(given: Omit<SafetyParts, 'place'>, signal: AbortSignal): Promise<Safety> {
  const { plan, profile } = given;
  const place = plan.inPlace?.safety ?? profile.settings.backup.path;
  const parts = { ...given, place };
  const chosen = plan.steps.map(({ id }) => id);
  const version = plan.version.how === 'unknown' ? 'unknown' : plan.version.version;
  const save = async (ids: readonly string[], raw: Safety['raw']): Promise<Safety> => {
    const sources = await composeSafetySources(parts, ids, signal);
    const made = await takeSafety(backupParts(parts, sources), version, signal);
    requireSaved(plan, ids, made.manifest);
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

/** Whatever goes must have been looked at, or nothing goes. */
function requireSaved({ steps }: RestorePlan, ids: readonly string[], { components }: Manifest): void {
  const databases = steps.filter(({ id, kind }) => kind.endsWith('-database') && ids.includes(id));
  const unseen = databases.filter(({ id }) => !components.some((component) => component.id === id));
  if (unseen.length === 0) return;
  const which = unseen.map(({ id }) => id).join(', ');
  throw new LifeboatError('internal', `the safety archive says nothing of ${which}; nothing was changed`);
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
