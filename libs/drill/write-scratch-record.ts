import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { recordsFolder, type ScratchRecord } from './scratch-record.ts';

/** Durable when it resolves: nothing of it is made before. */
export async function writeScratchRecord(stateFolder: string, record: ScratchRecord): Promise<void> {
  const folder = await privateFolder(recordsFolder(stateFolder));
  await writeFileAtomic(join(folder, `${record.run}.json`), JSON.stringify(record, undefined, 2));
}
