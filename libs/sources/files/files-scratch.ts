import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import type { ScratchTarget } from '../scratch/scratch-target.ts';
import type { ComponentRecord } from '../source.ts';
import { fileTarget } from './file-target.ts';
import { folderTarget } from './folder-target.ts';

/** A folder or a single file, restored inside `folder`, which is the drill's own. */
export function filesScratch({
  component,
  folder,
}: {
  component: ComponentRecord;
  folder: string;
}): ScratchTarget {
  const path = join(folder, 'restored');
  const target =
    component.kind === 'folder'
      ? folderTarget({ component, path, runId: 'drill', neverInside: [] })
      : fileTarget({ component, path, runId: 'drill' });
  return {
    id: component.id,
    components: [component],
    async inspect(signal) {
      const { space } = await target.inspect(signal);
      return { databases: [], space, findings: [] };
    },
    stage: (record, archive, how) => target.stage(record, archive, how),
    check: (signal) => target.check(signal),
    async ask() {
      throw new LifeboatError('internal', `${component.id} is no database`);
    },
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}
