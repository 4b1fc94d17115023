import { join } from 'node:path';
import * as z from 'zod';
import { reportsFolder } from './reports-folder.ts';

export const scratchRecord = z.object({
  run: z.string(),
  systemId: z.string(),
  /** The drill's own folder, in the scratch folder. */
  folder: z.string(),
  databases: z.array(z.object({ server: z.string(), names: z.array(z.string()) })),
});

/** What a drill makes, set down before it is made: whatever bears these names afterwards is ours to drop. */
export type ScratchRecord = z.infer<typeof scratchRecord>;

export function recordsFolder(stateFolder: string): string {
  return join(reportsFolder(stateFolder), 'scratch');
}
