import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { reportsFolder } from './read-reports.ts';

const scratchRecord = z.object({
  run: z.string(),
  systemId: z.string(),
  /** The drill's own folder, in the scratch folder. */
  folder: z.string(),
  databases: z.array(z.object({ server: z.string(), names: z.array(z.string()) })),
});

/** What a drill makes, set down before it is made: whatever bears these names afterwards is ours to drop. */
export type ScratchRecord = z.infer<typeof scratchRecord>;

export async function writeScratchRecord(stateFolder: string, record: ScratchRecord): Promise<void> {
  const folder = await privateFolder(recordsFolder(stateFolder));
  await writeFileAtomic(join(folder, `${record.run}.json`), JSON.stringify(record, undefined, 2));
}

export async function removeScratchRecord(stateFolder: string, { run }: ScratchRecord): Promise<void> {
  await rm(join(recordsFolder(stateFolder), `${run}.json`), { force: true });
}

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

function recordsFolder(stateFolder: string): string {
  return join(reportsFolder(stateFolder), 'scratch');
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

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
