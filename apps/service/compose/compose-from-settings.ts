import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BackupParts } from '#backup/backup-parts.ts';
import type { Naming } from '#backup/choose-names.ts';
import { slugOf } from '#backup/slug-of.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { openHistory } from '#journal/history.ts';
import { openJournal } from '#journal/journal.ts';
import { readMachine } from '#machine/read-machine.ts';
import type { Clock } from '#platform/clock.ts';
import { PROGRAM_VERSION } from '#platform/program-version.ts';
import { journalFolder } from '#settings/default-places.ts';
import { neverInside } from '#settings/never-inside.ts';
import { readVersion } from '#settings/read-version.ts';
import { restoredSettings, type UnconfirmedSettings } from '#settings/restored-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { secondPlace } from '../archives/second-place.ts';
import { composeSources } from './compose-sources.ts';
import type { ComposedSystem } from './composed-system.ts';

/** A period has no count, and a history must end somewhere. */
const MOST_IN_HISTORY = 1000;

/** Turns the settings of one system into its parts. */
export async function composeFromSettings(
  settings: Settings,
  { id, state, save, clock }: Pick<ComposedSystem, 'id' | 'state' | 'save'> & { clock: Clock },
): Promise<ComposedSystem> {
  const workFolder = join(state, 'work', id);
  const destination = folderDestination(settings.backup.path);
  const second = secondPlace(settings);
  const sources = await composeSources(settings, {
    neverInside: neverInside(settings, state),
    workFolder,
    clock,
  });
  const journal = openJournal(journalFolder(state, settings), clock, {
    system: settings.system.name,
    verbose: settings.backup.verbose,
  });
  const system = { id, name: settings.system.name };
  const keep = Math.min(settings.backup.keep, MOST_IN_HISTORY);
  const history = openHistory(destination, { system, keep, clock, stateFolder: state });
  const unconfirmed = await restoredSettings(state, id).read();
  return {
    settings,
    id,
    state,
    unconfirmed,
    servedBy: { stateFolder: state, systemId: id },
    save,
    destination,
    second,
    sources,
    journal,
    history,
    recording: { clock, journal, stateFolder: state, system, history },
    backup: (onProgress) => ({
      system: {
        ...system,
        readVersion: (signal) => readVersion(settings.system.version, signal),
        ...versionsOf(settings),
      },
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
      readMachine: (signal) =>
        readMachine({ mentions: [settings.system.root, settings.file], zone: clock.zone() }, signal),
      clock,
      onProgress,
      ioLimit: settings.backup.ioLimit,
    }),
  };
}

/** A system that names no older versions has none of this in its manifests. */
function versionsOf({ versions }: Settings): Pick<BackupParts['system'], 'versions'> {
  const restores = versions.restores.map(({ text }) => text);
  if (restores.length === 0) return {};
  return { versions: { restores, migrates: versions.migrate !== undefined } };
}

function whyKeepAll({ archive }: UnconfirmedSettings): string {
  return `the backup settings came back with the restore of ${archive} and wait to be confirmed ("lifeboat settings --confirm", or the page)`;
}

function namingOf({ system, backup }: Settings): Naming {
  if (backup.naming === 'numbered') return { kind: 'numbered' };
  return { kind: 'calendar', prefix: backup.prefix?.normalize('NFC') ?? slugOf(system.name) };
}
