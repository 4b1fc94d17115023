import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#platform/clock.ts';
import { oneLine } from '#platform/one-line.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import type { RestoreLog } from '#sources/source.ts';

/** The log of one restore, for the person who finds it after a kill or a power cut. */
export interface RestoreLogFile extends RestoreLog, AsyncDisposable {
  readonly path: string;
  /** Says how the restore ended; a log without this line was cut off. */
  end(line: string): Promise<void>;
}

/**
 * Opens `<state>/restores/<run>.txt`: each line is on the disk before the step it announces begins, so a
 * restore that was killed has left a list of what was done and how to go back by hand, last step first.
 */
export async function openRestoreLog(
  options: { stateFolder: string; runId: string; clock: Clock },
  heading: readonly string[],
): Promise<RestoreLogFile> {
  const folder = await privateFolder(join(options.stateFolder, 'restores'));
  const path = join(folder, `${options.runId}.txt`);
  const file = await open(path, 'ax', 0o600);
  let step = 0;
  const write = (lines: readonly string[]) => append(file, options.clock, lines);
  await write([
    ...heading,
    'Each step stands here before it is done. If this list ends without a line "END",',
    'the restore was cut off: go back by the "to go back" lines, the last one first.',
  ]);
  await syncFolder(folder);
  return {
    path,
    async before({ what, goBack }) {
      step += 1;
      await write([`STEP ${step}  ${what}`, `        to go back: ${goBack}`]);
    },
    done: (what) => write([`done    ${what}`]),
    end: (line) => write([`END     ${line}`]),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/**
 * Logs what must go on whatever becomes of the log (its disk may be full): the way back, the start of the
 * system. Resolves with what went wrong, to be told at the end.
 */
export async function tryToLog(write: () => Promise<void>): Promise<string | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    return `the restore log could not be written: ${error instanceof Error ? error.message : error}`;
  }
}

/** Names in a line may come from an archive: none of them can write a way back of its own. */
async function append(file: FileHandle, clock: Clock, lines: readonly string[]): Promise<void> {
  const time = clock.now().toString({ smallestUnit: 'second' });
  await file.appendFile(lines.map((line) => `${time}  ${oneLine(line)}\n`).join(''));
  await file.datasync();
}
