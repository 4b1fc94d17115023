import { join } from 'node:path';
import type { BackupParts } from '#backup/backup-parts.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import type { Source } from '#sources/source.ts';
import { type SettableClock, settableClock } from './settable-clock.ts';

export const SYSTEM_ID = '0190-door';
export const NEVER = new AbortController().signal;

export interface TestParts extends BackupParts {
  clock: SettableClock;
}

/** Parts of a backup that are all real but the clock: the destination is a folder, state lies in another. */
export function backupParts(
  options: { destination: string; state: string; sources: readonly Source[] } & Partial<
    Pick<
      BackupParts,
      'retention' | 'onProgress' | 'naming' | 'deleteOld' | 'onlyIfChanged' | 'journal' | 'request'
    >
  >,
): TestParts {
  return {
    system: { id: SYSTEM_ID, name: 'Door Control', readVersion: async () => '2.9.8' },
    sources: options.sources,
    destination: folderDestination(options.destination),
    compression: 'Fast',
    naming: options.naming ?? { kind: 'numbered' },
    retention: options.retention ?? { keep: 7 },
    deleteOld: options.deleteOld ?? 'after',
    onlyIfChanged: options.onlyIfChanged ?? false,
    journal: options.journal ?? { write: async () => undefined },
    ...(options.request === undefined ? {} : { request: options.request }),
    stateFolder: options.state,
    workFolder: join(options.state, 'work'),
    program: { name: 'lifeboat', version: '0.1.0' },
    host: 'testhost',
    clock: settableClock(),
    onProgress: options.onProgress ?? (() => undefined),
  };
}
