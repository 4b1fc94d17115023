import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { folderDestination } from '#destinations/folder-destination.ts';
import { closeCutRuns } from '#journal/close-cut-runs.ts';
import { openHistory } from '#journal/history.ts';
import { openJournal } from '#journal/journal.ts';
import { lastRun } from '#journal/last-run.ts';
import { openRun, type RunRecord } from '#journal/open-run.ts';
import { recordRun } from '#journal/record-run.ts';
import type { RunParts } from '#journal/run-parts.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { backupOutcome, savedArchive } from '../../fakes/history-run.ts';
import { readJournal } from '../../fakes/read-journal.ts';
import { type SettableClock, settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const DOOR = { id: '0190-door', name: 'Door' };
const RECORD: RunRecord = { operation: 'backup', startedAt: '2026-04-10T21:45:00Z', system: DOOR };

interface Site extends AsyncDisposable {
  parts: Required<Omit<RunParts, 'stderr'>>;
  clock: SettableClock;
  logs: string;
  openRuns(): Promise<string[]>;
  journal(): Promise<string[]>;
}

/** The place of a system, eight hours after its last backup began. */
async function site(): Promise<Site> {
  const folder = await temporaryFolder();
  const clock = settableClock('2026-04-11T05:45:00Z');
  const stateFolder = folder.file('state');
  const logs = folder.file('logs');
  await mkdir(folder.file('backups'));
  const destination = folderDestination(folder.file('backups'));
  const journal = openJournal(logs, clock, { system: DOOR.name });
  const history = openHistory(destination, { system: DOOR, keep: 7, clock, stateFolder });
  return {
    parts: { clock, journal, stateFolder, system: DOOR, history },
    clock,
    logs,
    openRuns: async () => await readdir(`${stateFolder}/open-runs`).catch(() => []),
    journal: async () => (await readJournal(journal.path).catch(() => [])).map((line) => line.slice(27)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Leaves what a run leaves that is killed. */
async function cut({ parts }: Site, changes: Partial<RunRecord> = {}): Promise<void> {
  (await openRun(parts.stateFolder, { ...RECORD, ...changes })).leave();
}

const CLOSED =
  'backup: interrupted (interrupted, 1406): begun 2026-04-10 21:45:00, cut off by a kill or a power cut; an archive that it had finished is whole and stands in the list';

test('[FD-04] a backup that was cut off is closed as interrupted, 1406, in journal, history and status, once', async () => {
  await using here = await site();
  await cut(here);
  const [outcome] = await closeCutRuns(here.parts);
  expect(outcome).toMatchObject({
    operation: 'backup',
    state: 'interrupted',
    code: 'interrupted',
    exit: 130,
  });
  expect(await here.journal()).toEqual([CLOSED]);
  expect((await here.parts.history.read())?.backups).toMatchObject([
    { number: 1, status: 'interrupted', code: 1406, durationMs: null, startedAt: RECORD.startedAt },
  ]);
  expect(await lastRun(here.parts.stateFolder, DOOR.id).read()).toEqual(outcome);
  expect(await here.openRuns()).toEqual([]);
  expect(await closeCutRuns(here.parts)).toEqual([]);
  expect(await here.journal()).toEqual([CLOSED]);
});

test('any command that records a run closes it, before its own first line', async () => {
  await using here = await site();
  await cut(here);
  await recordRun('verify', { ...here.parts, signal: NEVER }, async () => ({
    state: 'done',
    message: 'm',
    lines: [],
  }));
  expect(await here.journal()).toEqual([CLOSED, 'verify: started', 'verify: done (done) after 0.0 s: m']);
});

test('a run that lives is never closed, neither by this program nor by itself', async () => {
  await using here = await site();
  const lives = await openRun(here.parts.stateFolder, RECORD);
  expect(await closeCutRuns(here.parts)).toEqual([]);
  await recordRun('backup', { ...here.parts, signal: NEVER }, async () => {
    expect(await closeCutRuns(here.parts)).toEqual([]);
    return { state: 'done', message: 'm', lines: [] };
  });
  expect((await here.journal()).filter((line) => line.includes('interrupted'))).toEqual([]);
  await lives.forget();
  expect(await here.openRuns()).toEqual([]);
});

test("another system's run is left to that system", async () => {
  await using here = await site();
  await cut(here, { system: { id: '0190-gate', name: 'Gate' } });
  expect(await closeCutRuns(here.parts)).toEqual([]);
  expect(await here.journal()).toEqual([]);
  const gate = { ...here.parts, system: { id: '0190-gate', name: 'Gate' } };
  expect(await closeCutRuns(gate)).toHaveLength(1);
});

test('a cut restore names where its steps are; one of a journal that is not verbose is an error too', async () => {
  await using here = await site();
  await cut(here, { operation: 'restore' });
  const journal = openJournal(here.logs, here.clock, { system: DOOR.name, verbose: false });
  await closeCutRuns({ ...here.parts, journal });
  expect((await here.journal())[0]).toMatch(
    /^restore: interrupted \(interrupted, 1406\): begun .*; its steps and the ways back are in .*restores$/,
  );
  expect(await here.parts.history.read()).toBeUndefined();
  expect(await lastRun(here.parts.stateFolder, DOOR.id).read()).toBeUndefined();
});

test.each([true, false])(
  'a run that had ended is closed as it ended (its line in the journal already: %s)',
  async (told) => {
    await using here = await site();
    const { journal, history, stateFolder } = here.parts;
    const outcome = backupOutcome(RECORD.startedAt);
    const line = journal.stamp('backup: done (done) after 2.5 s: written and verified');
    const run = await openRun(stateFolder, RECORD);
    await run.ended({ outcome, line, entry: history.entryOf(outcome, savedArchive(4)) });
    run.leave();
    here.clock.pass(3600);
    if (told) await journal.append([line]);
    expect(await closeCutRuns(here.parts)).toEqual([outcome]);
    expect(await readJournal(journal.path)).toEqual([line]);
    expect((await history.read())?.backups).toMatchObject([{ number: 4, status: 'done', durationMs: 2500 }]);
    expect(await lastRun(stateFolder, DOOR.id).read()).toEqual(outcome);
  },
);

test('what was told late does not hide how a later backup ended', async () => {
  await using here = await site();
  const last = lastRun(here.parts.stateFolder, DOOR.id);
  const later = backupOutcome('2026-04-11T01:00:00Z');
  await last.save(later);
  await cut(here);
  await closeCutRuns(here.parts);
  expect(await last.read()).toEqual(later);
  // Nobody can read what it says: then it may go.
  await writeFile(`${here.parts.stateFolder}/runs/${DOOR.id}.json`, '{');
  await cut(here);
  await closeCutRuns(here.parts);
  expect((await last.read())?.state).toBe('interrupted');
});

test('while the journal cannot be written it stays open, is told each time, and is closed once it can', async () => {
  await using here = await site();
  await cut(here);
  await writeFile(here.logs, 'in the way');
  let told = '';
  const stderr = {
    write: (text: string) => {
      told += text;
    },
  };
  for (let i = 0; i < 2; i += 1) {
    const outcome = await recordRun('verify', { ...here.parts, stderr, signal: NEVER }, async () => ({
      state: 'done',
      message: 'm',
      lines: [],
    }));
    expect(outcome.state).toBe('done');
    expect(outcome.lines).toEqual([expect.stringContaining('could not be written')]);
  }
  expect(told).toMatch(/^(warning: the journal .* could not be written: .*\n){2}$/);
  expect((await here.openRuns()).filter((name) => name.endsWith('.json'))).toHaveLength(1);
  await rm(here.logs);
  expect(await closeCutRuns(here.parts)).toHaveLength(1);
  expect(await here.journal()).toEqual([CLOSED]);
});

test('a record that nobody can read is kept aside and told once; what is left of older ones goes after a day', async () => {
  await using here = await site();
  const folder = `${here.parts.stateFolder}/open-runs`;
  await mkdir(folder, { recursive: true });
  const at = here.clock.now().epochMilliseconds;
  await writeFile(`${folder}/${at}-aaaaaaaaaaaa.json`, '{"operation": "back');
  await writeFile(`${folder}/${at}-bbbbbbbbbbbb.lock`, '');
  await writeFile(`${folder}/${at}-bbbbbbbbbbbb.lock-journal`, '');
  await writeFile(`${folder}/.${at}-cccccccccccc.json.0123456789ab.tmp`, '{');
  const heard: string[] = [];
  const stderr = { write: (text: string) => heard.push(text) };
  expect(await closeCutRuns({ ...here.parts, stderr })).toEqual([]);
  expect(heard).toEqual([expect.stringContaining(`${at}-aaaaaaaaaaaa.unreadable`)]);
  expect(await here.openRuns()).toHaveLength(4);
  here.clock.pass(25 * 3600);
  expect(await closeCutRuns({ ...here.parts, stderr })).toEqual([]);
  expect(await here.openRuns()).toEqual([`${at}-aaaaaaaaaaaa.unreadable`]);
  expect(heard).toHaveLength(1);
});
