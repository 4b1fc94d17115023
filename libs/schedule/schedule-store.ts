import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { type ScheduleState, scheduleState } from './schedule-state.ts';

export interface ScheduleStore {
  /** Undefined before the first start. Throws `state-unusable` for a file that holds no such state. */
  read(): Promise<ScheduleState | undefined>;
  /** A crash at any moment leaves the old state or the new one. */
  save(state: ScheduleState): Promise<void>;
}

/** Keeps what a scheduler knows in `schedule/<system id>.json` of the state folder. */
export function scheduleStore(stateFolder: string, systemId: string): ScheduleStore {
  const folder = join(stateFolder, 'schedule');
  const path = join(folder, `${systemId}.json`);
  return {
    async read() {
      const text = await readIfThere(path);
      return text === undefined ? undefined : parse(path, text);
    },
    async save(state) {
      await privateFolder(folder);
      await writeFileAtomic(path, `${JSON.stringify(state, undefined, 2)}\n`);
    },
  };
}

function parse(path: string, text: string): ScheduleState {
  try {
    return scheduleState.parse(JSON.parse(text));
  } catch (cause) {
    throw new LifeboatError('state-unusable', `${path} does not say which backups have run`, {
      hint: 'the service counts anew from now; if this comes again, look at the disk',
      cause,
    });
  }
}
