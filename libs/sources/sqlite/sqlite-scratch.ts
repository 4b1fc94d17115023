import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectPlace } from '../exchange/inspect-place.ts';
import type { ScratchTarget } from '../scratch/scratch-target.ts';
import type { ComponentRecord } from '../source.ts';
import { askScratch } from './ask-scratch.ts';
import { checkDatabase } from './check-database.ts';
import { removeDatabase } from './database-files.ts';
import { stageDatabase } from './stage-database.ts';

/** An SQLite database, restored as a file of `folder`, which is the drill's own. */
export function sqliteScratch({
  component,
  folder,
}: {
  component: ComponentRecord;
  folder: string;
}): ScratchTarget {
  const path = join(folder, 'database.db');
  return {
    id: component.id,
    components: [component],
    async inspect() {
      const { space } = await inspectPlace(path, component);
      return { databases: [], space: [space], findings: [] };
    },
    async stage(record, archive, how) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await stageDatabase(path, record, archive, how);
    },
    check: async (signal) => [await checkDatabase(path, component, signal)],
    ask: (_component, query, signal) => askScratch(path, query, signal),
    [Symbol.asyncDispose]: () => removeDatabase(path),
  };
}
