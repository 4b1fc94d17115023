import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { closeCutRuns } from '#journal/close-cut-runs.ts';
import { lastRun } from '#journal/last-run.ts';
import { readJournal } from '../fakes/read-journal.ts';
import { type RecordedSite, recordedSite } from '../fakes/recorded-site.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

const program = join(import.meta.dirname, '..', 'fakes', 'die-in-run.ts');

/** Resolves with what it printed if it came to its end, undefined if it was killed. */
async function runUntil(folder: string, step: number, how: 'before' | 'half'): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(process.execPath, [program, folder, String(step), how])).stdout;
  } catch (error) {
    expect(error).toMatchObject({ signal: 'SIGKILL' });
    return undefined;
  }
}

const jsonFiles = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));

/** What must hold after the next start, whenever the run was killed. Resolves with how the journal says it ended. */
async function expectClosedOnce({ parts, logs, backups }: RecordedSite): Promise<string> {
  const path = join(logs, 'Backup Journal[001].txt');
  const lines = await readJournal(path).catch(() => []);
  for (const line of lines) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}Door {2}backup: |\[cut off\]$/);
    expect(line).not.toContain('\ufffd');
  }
  const ends = lines.flatMap((line) => /backup: (done|interrupted) \(.*[^\]]$/.exec(line)?.[1] ?? []);
  expect(ends.length).toBeLessThanOrEqual(1);
  if (lines.some((line) => line.endsWith('backup: started'))) expect(ends).toHaveLength(1);
  const [end = 'nothing'] = ends;

  const entries = (await parts.history.read())?.backups ?? [];
  expect(entries.map(({ status }) => status)).toEqual(ends);
  expect((await lastRun(parts.stateFolder, parts.system.id).read())?.state).toBe(ends[0]);
  expect(await jsonFiles(join(parts.stateFolder, 'open-runs'))).toEqual([]);
  // The old history or the new one, never half of it.
  expect((await readdir(backups)).filter((name) => name.startsWith('backupHistory-'))).toEqual([]);
  // The archive is there, whatever became of what is written about it.
  if (end === 'done') expect(await readdir(backups)).toContain('Door-1.zip');
  return end;
}

test('[FD-04] killed at any step on files, a run is told once: as interrupted, or as done if it was done', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('whole'));
  const steps = (await runUntil(folder.file('whole'), 0, 'before')) ?? '';
  expect(steps.match(/w/g)?.length).toBeGreaterThan(5);
  const ends: string[] = [];
  await eachOf([...steps].entries(), 2, async ([before, kind]) => {
    const step = before + 1;
    for (const how of kind === 'w' ? (['before', 'half'] as const) : (['before'] as const)) {
      const site = recordedSite(folder.file(`${step}-${how}`), 'Door');
      expect(
        await runUntil(folder.file(`${step}-${how}`), step, how),
        `killed at step ${step}`,
      ).toBeUndefined();
      await closeCutRuns(site.parts);
      ends.push(await expectClosedOnce(site));
      expect(await closeCutRuns(site.parts)).toEqual([]);
      await expectClosedOnce(site);
      // And the system goes on: the next backup has a number of its own.
      const made = [{ number: 1, startedAt: '2999-01-01T00:00:00Z' }];
      const { number, lines } = await site.parts.history.next(made);
      expect(lines).toEqual([]);
      expect((await site.run(site.parts, number)).state).toBe('done');
      expect(await readFile(site.parts.history.path, 'utf8')).toContain(`"number": ${number}`);
    }
  });
  // The kills came before the run was known, while it went on, and after it had ended.
  expect(new Set(ends)).toEqual(new Set(['nothing', 'interrupted', 'done']));
});

/** Two at a time: each starts a program. */
async function eachOf<T>(
  queue: IterableIterator<T>,
  atOnce: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) await action(item);
    }),
  );
}
