import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { type Outcome, outcomeSchema } from './outcome.ts';

/** Remembers how the last backup of a system ended, also when nothing was written; `status` shows it (BS-09). */
export interface LastRun {
  save(outcome: Outcome): Promise<void>;
  /** Undefined before the first run. Throws `state-unusable` for a file that holds no outcome. */
  read(): Promise<Outcome | undefined>;
}

export function lastRun(stateFolder: string, systemId: string): LastRun {
  const folder = join(stateFolder, 'runs');
  const path = join(folder, `${systemId}.json`);
  return {
    async save(ended) {
      await privateFolder(folder);
      await writeFileAtomic(path, JSON.stringify(ended, undefined, 2));
    },
    async read() {
      const text = await readIfThere(path);
      return text === undefined ? undefined : parse(path, text);
    },
  };
}

function parse(path: string, text: string): Outcome {
  try {
    return outcomeSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LifeboatError('state-unusable', `${path} does not say how the last run ended`, {
      hint: 'delete that file: it holds nothing else, and the next backup writes it again',
      cause,
    });
  }
}
