import { readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import { lockFile } from '#platform/lock-file.ts';
import { namesIn } from '#platform/names-in.ts';
import { type OpenRun, type RunRecord, runIn, runRecord, runsFolder } from './open-run.ts';

/**
 * Every run that was cut off, oldest first, each held until it is forgotten or left. Runs that live are not touched,
 * and two programs never hold the same one. `tell` hears of a record that nobody can read.
 */
export async function* findCutRuns(
  stateFolder: string,
  now: Temporal.Instant,
  tell: (line: string) => void,
): AsyncGenerator<OpenRun> {
  const folder = runsFolder(stateFolder);
  const names = (await namesIn(folder)).sort();
  await sweep(folder, names, now);
  for (const name of names.filter((candidate) => candidate.endsWith('.json'))) {
    const base = join(folder, basename(name, '.json'));
    const lock = await lockFile(`${base}.lock`);
    if (lock === undefined) continue;
    // Read only now: it may have ended, or been closed by another, before the lock was to be had.
    const record = await readRecord(base, tell);
    if (record !== undefined) {
      yield runIn(base, lock, record);
    } else {
      lock[Symbol.dispose]();
      await rm(`${base}.lock`, { force: true });
    }
  }
}

/** Undefined if it is gone. One that nobody can read is kept under another name, so that it is met once only. */
async function readRecord(base: string, tell: (line: string) => void): Promise<RunRecord | undefined> {
  try {
    return runRecord.parse(JSON.parse(await readFile(`${base}.json`, 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    if (systemErrorCode(error) !== undefined) throw error;
    await rename(`${base}.json`, `${base}.unreadable`);
    tell(`a run was cut off, and nobody can read which: ${base}.unreadable`);
    return undefined;
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a program that was killed between two steps left of a run without a record; only what is old enough to be nobody's. */
async function sweep(folder: string, names: readonly string[], now: Temporal.Instant): Promise<void> {
  for (const name of names) {
    const { base = '', started = '' } =
      /^\.?(?<base>(?<started>\d+)-[0-9a-f]+)\.(lock(-journal)?|json\..*tmp)$/.exec(name)?.groups ?? {};
    const isOld = now.epochMilliseconds - Number(started) > DAY_MS;
    if (base !== '' && isOld && !names.includes(`${base}.json`))
      await rm(join(folder, name), { force: true });
  }
}
