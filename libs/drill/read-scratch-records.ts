import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import { namesIn } from '#platform/names-in.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { recordsFolder, type ScratchRecord, scratchRecord } from './scratch-record.ts';

/** Records of the system's drills that were cut off; the caller holds the system's lock, so none of them lives. */
export async function readScratchRecords(stateFolder: string, systemId: string): Promise<ScratchRecord[]> {
  const folder = recordsFolder(stateFolder);
  const records: ScratchRecord[] = [];
  for (const name of (await namesIn(folder)).filter((one) => one.endsWith('.json'))) {
    const record = parse(join(folder, name), await readIfThere(join(folder, name)));
    if (record?.systemId === systemId) records.push(record);
  }
  return records;
}

function parse(path: string, text: string | undefined): ScratchRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return scratchRecord.parse(JSON.parse(text));
  } catch (cause) {
    throw new LifeboatError('state-unusable', `${path} does not say what a drill has left`, {
      hint: 'look for databases that begin with lb_drill and folders that begin with lifeboat-drill, then delete that file',
      cause,
    });
  }
}
