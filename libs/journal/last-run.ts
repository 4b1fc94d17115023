import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import type { Outcome } from './outcome.ts';

/** Remembers how the last backup of a system ended, also when nothing was written; `status` shows it (BS-09). */
export interface LastRun {
  save(outcome: Outcome): Promise<void>;
  read(): Promise<Outcome | undefined>;
}

export function lastRun(stateFolder: string, systemId: string): LastRun {
  const folder = join(stateFolder, 'runs');
  const path = join(folder, `${systemId}.json`);
  return {
    async save(outcome) {
      await privateFolder(folder);
      await writeFileAtomic(path, JSON.stringify(outcome, undefined, 2));
    },
    async read() {
      try {
        return JSON.parse(await readFile(path, 'utf8')) as Outcome;
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}
