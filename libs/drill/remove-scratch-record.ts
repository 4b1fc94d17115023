import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { recordsFolder, type ScratchRecord } from './scratch-record.ts';

/** For when all that it names is dropped. */
export async function removeScratchRecord(stateFolder: string, { run }: ScratchRecord): Promise<void> {
  await rm(join(recordsFolder(stateFolder), `${run}.json`), { force: true });
}
