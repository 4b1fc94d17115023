import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#platform/clock.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import type { RestoreLog } from '#sources/restore-target.ts';
import type { FaultPoint } from './fault-point.ts';
import type { BeginRecord, LogRecord } from './log-record.ts';
import { makeRestoresFolder } from './make-restores-folder.ts';
import type { RestoreLogContent } from './read-restore-log.ts';
import { sealedLine } from './sealed-line.ts';

/** The log of one restore or undo while it is written: `<state>/restores/<run>.ndjson`. */
export interface RestoreLogFile extends RestoreLog, AsyncDisposable {
  readonly path: string;
  readonly run: string;
  /** Resolves when the record is on the disk. A record that could not be written leaves nothing behind. */
  write(record: LogRecord): Promise<void>;
}

export interface RestoreLogOptions {
  stateFolder: string;
  runId: string;
  clock: Clock;
  /** Where a test has the program killed. */
  fault?: FaultPoint | undefined;
}

/** Begins a log. The log of another run is never written over. */
export async function openRestoreLog(
  options: RestoreLogOptions,
  begin: BeginRecord,
): Promise<RestoreLogFile> {
  const { path: folder, readers } = await makeRestoresFolder(options.stateFolder);
  const path = join(folder, `${options.runId}.ndjson`);
  const file = await open(path, 'wx', 0o600);
  if (readers !== undefined) {
    await file.chown(0, readers);
    await file.chmod(0o640);
  }
  const log = logFile(file, path, { records: 0, bytes: 0 }, options);
  try {
    await log.write(begin);
    await syncFolder(folder);
    return log;
  } catch (error) {
    await log[Symbol.asyncDispose]();
    throw error;
  }
}

/** Goes on with a log that was read; a last line that was torn is taken off. */
export async function resumeRestoreLog(
  { path, run, end }: RestoreLogContent,
  options: Omit<RestoreLogOptions, 'stateFolder' | 'runId'>,
): Promise<RestoreLogFile> {
  const file = await open(path, 'r+');
  return logFile(file, path, end, { ...options, runId: run });
}

function logFile(
  file: FileHandle,
  path: string,
  end: { records: number; bytes: number },
  { runId, clock, fault }: Omit<RestoreLogOptions, 'stateFolder'>,
): RestoreLogFile {
  let { records, bytes } = end;
  const write = async (record: LogRecord): Promise<void> => {
    const time = clock.now().toString({ smallestUnit: 'millisecond' });
    const line = Buffer.from(sealedLine({ n: records + 1, time, ...record }));
    const due = fault?.record === records + 1 ? fault.at : undefined;
    if (due === 'before') die();
    // Whatever a record that could not be written has left: what comes after it would make a damaged log.
    await file.truncate(bytes);
    await writeAt(file, due === 'torn' ? line.subarray(0, line.length >> 1) : line, bytes);
    await file.datasync();
    if (due !== undefined) die();
    records += 1;
    bytes += line.length;
  };
  return {
    path,
    run: runId,
    write,
    before: ({ what, goBack }) => write({ kind: 'step', what, goBack }),
    done: (what) => write({ kind: 'done', what }),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
