import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderDestination } from '#destinations/folder-destination.ts';
import { openHistory } from '#journal/history.ts';
import { openJournal } from '#journal/journal.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import type { RunParts } from '#journal/run-parts.ts';
import { systemClock } from '#platform/clock.ts';

export interface RecordedSite {
  parts: RunParts & Required<Pick<RunParts, 'history' | 'stateFolder' | 'system'>>;
  backups: string;
  logs: string;
  /** Records a backup whose archive is one line of text. */
  run(parts: RunParts, number: number): Promise<Outcome>;
}

/** Real places of a system in a folder: journal in `logs`, history in `backups`, records in `state`. */
export function recordedSite(folder: string, name: string): RecordedSite {
  const [backups, logs, stateFolder] = ['backups', 'logs', 'state'].map((part) => join(folder, part)) as [
    string,
    string,
    string,
  ];
  mkdirSync(backups, { recursive: true });
  const clock = systemClock();
  const system = { id: `0190-${name}`, name };
  const journal = openJournal(logs, clock, { system: name });
  const history = openHistory(folderDestination(backups), { system, keep: 7, clock, stateFolder });
  return {
    parts: { clock, journal, history, stateFolder, system },
    backups,
    logs,
    run: (parts, number) =>
      recordRun('backup', { ...parts, signal: new AbortController().signal }, async () => {
        await writeFile(join(backups, `${name}-${number}.zip`), 'an archive');
        return {
          state: 'done',
          message: `${name}-${number}.zip written`,
          archive: `${name}-${number}.zip`,
          lines: ['a detail in Türkisch'],
          saved: { number, archives: [`${name}-${number}.zip`], bytes: 10, parts: [] },
        };
      }),
  };
}
