import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Naming } from '#backup/choose-names.ts';
import type { BackupParts } from '#backup/run-backup.ts';
import type { SecondPlace } from '#backup/second-place.ts';
import { slugOf } from '#backup/slug-of.ts';
import type { Destination } from '#destinations/destination.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { type History, openHistory } from '#journal/history.ts';
import { type Journal, openJournal } from '#journal/journal.ts';
import type { RunParts } from '#journal/run-parts.ts';
import type { Clock } from '#platform/clock.ts';
import { PROGRAM_VERSION } from '#platform/program-version.ts';
import type { OnProgress } from '#platform/progress.ts';
import { journalFolder, stateFolder } from '#settings/default-places.ts';
import { ensureSystemId } from '#settings/ensure-system-id.ts';
import { neverInside } from '#settings/never-inside.ts';
import { readSettings } from '#settings/read-settings.ts';
import { readVersion } from '#settings/read-version.ts';
import { restoredSettings, type UnconfirmedSettings } from '#settings/restored-settings.ts';
import type { Settings } from '#settings/settings.ts';
import type { Source } from '#sources/source.ts';
import { composeSources } from './compose-sources.ts';
import { secondPlace } from './second-place.ts';

/** One protected system, its settings turned into parts.  */
export interface ComposedSystem {
  settings: Settings;
  id: string;
  state: string;
  journal: Journal;
  history: History;
  /** Where the system's runs are recorded. */
  recording: RunParts;
  destination: Destination;
  /** TN-12: where the newest good archives are kept besides. */
  second: SecondPlace | undefined;
  sources: Source[];
  /** What a restore brought back and nobody has confirmed: until then no archive is removed. */
  unconfirmed: UnconfirmedSettings | undefined;
  backup(onProgress: OnProgress): BackupParts;
}

/** A period has no count, and a history must end somewhere. */
const MOST_IN_HISTORY = 1000;

export async function composeSystem(options: {
  conf: string;
  state: string | undefined;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
}): Promise<ComposedSystem> {
  const settings = await readSettings(options.conf);
  const id = settings.system.id ?? (await ensureSystemId(options.conf));
  const state = stateFolder(options.state, options.environment, settings);
  const workFolder = join(state, 'work', id);
  const destination = folderDestination(settings.backup.path);
  const second = secondPlace(settings);
  const sources = await composeSources(settings, {
    neverInside: neverInside(settings, state),
    workFolder,
    clock: options.clock,
  });
  const journal = openJournal(journalFolder(state, settings), options.clock, {
    system: settings.system.name,
    verbose: settings.backup.verbose,
  });
  const system = { id, name: settings.system.name };
  const keep = Math.min(settings.backup.keep, MOST_IN_HISTORY);
  const history = openHistory(destination, { system, keep, clock: options.clock, stateFolder: state });
  const unconfirmed = await restoredSettings(state, id).read();
  return {
    settings,
    id,
    state,
    unconfirmed,
    destination,
    second,
    sources,
    journal,
    history,
    recording: { clock: options.clock, journal, stateFolder: state, system, history },
    backup: (onProgress) => ({
      system: { ...system, readVersion: (signal) => readVersion(settings.system.version, signal) },
      sources,
      destination,
      second,
      history,
      compression: settings.backup.compression,
      naming: namingOf(settings),
      retention: { keep: settings.backup.keep, keepDays: settings.backup.keepDays },
      keepAll: unconfirmed && whyKeepAll(unconfirmed),
      deleteOld: settings.backup.deleteOld,
      onlyIfChanged: settings.backup.onlyIfChanged,
      journal,
      stateFolder: state,
      workFolder,
      program: { name: 'lifeboat', version: PROGRAM_VERSION },
      host: hostname(),
      clock: options.clock,
      onProgress,
      ioLimit: settings.backup.ioLimit,
    }),
  };
}

function whyKeepAll({ archive }: UnconfirmedSettings): string {
  return `the backup settings came back with the restore of ${archive} and wait to be confirmed ("lifeboat settings --confirm", or the page)`;
}

function namingOf({ system, backup }: Settings): Naming {
  if (backup.naming === 'numbered') return { kind: 'numbered' };
  return { kind: 'calendar', prefix: backup.prefix?.normalize('NFC') ?? slugOf(system.name) };
}
