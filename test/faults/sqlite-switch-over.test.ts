import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { MemberReader, RestoreLog } from '#sources/restore-target.ts';
import type { ComponentRecord, Compression } from '#sources/source.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { sqliteTarget } from '#sources/sqlite/sqlite-target.ts';
import { bankState, makeBank, startWriter, transfer } from '../engines/sqlite/bank.ts';
import { fixedClock, NEVER, rememberingLog, savedSet, switchOver } from '../fakes/saved-set.ts';
import { smallDisk } from '../fakes/small-disk.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

const HOW = { signal: NEVER, onBytes: () => undefined };

async function savedBank(here: TemporaryFolder, journalMode = 'WAL', compression: Compression = 'Fast') {
  mkdirSync(here.file('data'));
  const path = here.file('data/bank.db');
  makeBank(path, { journalMode, pages: 300 });
  const source = sqliteSource({
    name: 'bank',
    path,
    importance: 'normal',
    workFolder: here.file('work'),
    clock: fixedClock,
  });
  const set = await savedSet(here.path, [source], { compression });
  transfer(path);
  const record = set.records[0] as ComponentRecord;
  const target = (runId = 'run-1') => sqliteTarget({ component: record, path, runId, lockWaitMs: 200 });
  return { path, set, record, target, [Symbol.asyncDispose]: () => set[Symbol.asyncDispose]() };
}

function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`).toString('latin1')]),
  );
}

/** Fails before or after the nth step, as a log on a disk that is full would. */
function failingLog(at: number, when: 'before' | 'done'): RestoreLog & { fired: boolean } {
  let steps = 0;
  const log = {
    fired: false,
    before: async () => {
      steps += 1;
      if (when === 'before') failAtStep();
    },
    done: async () => {
      if (when === 'done') failAtStep();
    },
  };
  function failAtStep(): void {
    if (steps !== at) return;
    log.fired = true;
    throw new Error('no space left for the log');
  }
  return log;
}

/** Live states that are kept to the byte, and how many steps their switch-over has. */
const LIVE_STATES: Record<string, { steps: number; make: (path: string) => void }> = {
  'sound and closed': { steps: 2, make: () => undefined },
  'damaged, with all that can lie beside it': {
    steps: 5,
    make: (path) => {
      for (const ending of ['', '-wal', '-shm', '-journal'])
        writeFileSync(path + ending, `rubbish ${ending}`);
    },
  },
  'gone, but its -wal is there': {
    steps: 2,
    make: (path) => {
      rmSync(path);
      writeFileSync(`${path}-wal`, 'a log without its file');
    },
  },
};

for (const [name, { steps, make }] of Object.entries(LIVE_STATES)) {
  test(`failure story 24: a failure at each step of the switch-over ends in the old state: ${name}`, async () => {
    await using here = await temporaryFolder();
    await using bank = await savedBank(here);
    make(bank.path);
    const before = filesOf(here.file('data'));
    for (const when of ['before', 'done'] as const) {
      for (let step = 1; step <= steps; step += 1) {
        await using target = bank.target(`run-${when}-${step}`);
        await target.stage(bank.record, bank.set.archive, HOW);
        const log = failingLog(step, when);
        await expect(switchOver(target, log)).rejects.toThrow('no space left for the log');
        expect(log.fired, `step ${step}`).toBe(true);
        await target[Symbol.asyncDispose]();
        expect(filesOf(here.file('data')), `${when} step ${step}`).toEqual(before);
      }
    }
    // So that the number of steps is known to be all.
    await using target = bank.target('run-last');
    await target.stage(bank.record, bank.set.archive, HOW);
    const log = rememberingLog();
    await switchOver(target, log);
    expect(log.steps).toHaveLength(steps);
    expect(bankState(bank.path)).toMatchObject({ transfers: 0, integrity: 'ok' });
  });
}

test('failure story 24: a rename that fails ends in the old state', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  const before = filesOf(here.file('data'));
  await using target = bank.target();
  await target.stage(bank.record, bank.set.archive, HOW);
  const log = rememberingLog();
  const vanishing: RestoreLog = {
    ...log,
    async before(step) {
      await log.before(step);
      if (step.what.startsWith('put')) rmSync(here.file(`data/${stagedName(here)}`));
    },
  };
  await expect(switchOver(target, vanishing)).rejects.toMatchObject({ code: 'switch-failed' });
  expect(log.steps).toHaveLength(2);
  expect(filesOf(here.file('data'))).toEqual(before);
});

for (const journalMode of ['WAL', 'DELETE']) {
  test(`a database that a running program uses is not switched over, and the program is named (${journalMode})`, async () => {
    await using here = await temporaryFolder();
    await using bank = await savedBank(here, journalMode);
    await using target = bank.target();
    await using writer = await startWriter(bank.path, journalMode);
    const { findings } = await target.inspect(NEVER);
    expect(findings).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining(`(process ${writer.pid})`),
      }),
    ]);
    await target.stage(bank.record, bank.set.archive, HOW);
    const log = rememberingLog();
    await expect(switchOver(target, log)).rejects.toMatchObject({
      code: 'target-in-use',
      message: expect.stringMatching(
        new RegExp(`is in use by .*\\(process ${writer.pid}\\); nothing was changed`),
      ),
    });
    expect(log.steps).toEqual([]);
    const commits = await writer.stop();
    expect(bankState(bank.path)).toMatchObject({
      counted: commits + 1,
      transfers: commits + 1,
      money: 50_000,
    });
    await switchOver(target, log);
    expect(bankState(bank.path)).toMatchObject({ counted: 0 });
  });

  // What this process holds open is not looked for among the programs: the lock alone has to tell.
  test(`a lock on the database is enough to refuse, where programs cannot be seen (${journalMode})`, async () => {
    await using here = await temporaryFolder();
    await using bank = await savedBank(here, journalMode);
    await using target = bank.target();
    await target.stage(bank.record, bank.set.archive, HOW);
    const before = filesOf(here.file('data'))['bank.db'];
    const system = new DatabaseSync(bank.path);
    system.exec('BEGIN');
    system.prepare('SELECT count(*) FROM account').get();
    await expect(switchOver(target, rememberingLog())).rejects.toMatchObject({
      code: 'target-in-use',
      message: expect.stringContaining('a program that holds a lock on it'),
    });
    system.close();
    expect(filesOf(here.file('data'))['bank.db']).toBe(before);
  });
}

test('a program that opens the old file in the middle of the switch-over: back to the old state', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  const before = filesOf(here.file('data'));
  await using target = bank.target();
  await target.stage(bank.record, bank.set.archive, HOW);
  let program: ChildProcess | undefined;
  const log: RestoreLog = {
    async before({ what }) {
      if (program !== undefined || !what.startsWith('put')) return;
      const fd = openSync(bank.path, 'r+');
      program = spawn('sleep', ['60'], { stdio: [fd, 'ignore', 'ignore'] });
      await once(program, 'spawn');
      closeSync(fd);
    },
    done: async () => undefined,
  };
  const error = await switchOver(target, log).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'target-in-use',
    message: expect.stringContaining(`sleep (process ${program?.pid})`),
  });
  program?.kill();
  await target[Symbol.asyncDispose]();
  expect(filesOf(here.file('data'))).toEqual(before);
});

test('failure stories 21 and 22: nothing staged is no success, and nothing live is touched before', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  const before = filesOf(here.file('data'));
  await using target = bank.target();
  await expect(target.check(NEVER)).rejects.toMatchObject({ code: 'internal' });
  await expect(switchOver(target, rememberingLog())).rejects.toMatchObject({ code: 'internal' });
  const nothing = { ...bank.record, members: [], state: 'missing' as const, details: {} };
  await expect(target.stage(nothing, bank.set.archive, HOW)).rejects.toMatchObject({
    code: 'archive-incomplete',
  });
  await target.stage(bank.record, bank.set.archive, HOW);
  const staged = filesOf(here.file('data'));
  expect(staged['bank.db']).toBe(before['bank.db']);
  expect(Object.keys(staged)).toHaveLength(2);
});

test('Stop while it is staged leaves nothing, not even the folder that was made for it', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  rmSync(here.file('data'), { recursive: true });
  await using target = bank.target();
  const stop = new AbortController();
  let bytes = 0;
  const staging = target.stage(bank.record, bank.set.archive, {
    signal: stop.signal,
    onBytes: (more) => {
      bytes += more;
      stop.abort(new Error('stopped by a person'));
    },
  });
  await expect(staging).rejects.toThrow('stopped by a person');
  expect(bytes).toBeGreaterThan(0);
  expect(readdirSync(here.path)).not.toContain('data');
});

for (const compression of ['None', 'Fast'] as const) {
  test(`an archive whose parts are not the database: refused, nothing left (${compression})`, async () => {
    await using here = await temporaryFolder();
    await using bank = await savedBank(here, 'WAL', compression);
    const before = filesOf(here.file('data'));
    const honest = bank.set.archive;
    for (const [what, lie] of Object.entries({
      'a byte changed': (chunk: Uint8Array) => {
        const other = Uint8Array.from(chunk);
        other[100] = (other[100] ?? 0) ^ 1;
        return other;
      },
      'cut short': (chunk: Uint8Array) => chunk.subarray(0, chunk.length - 100),
    })) {
      let lied = 0;
      const archive: MemberReader = {
        async *open(path, signal) {
          for await (const chunk of honest.open(path, signal)) {
            lied += 1;
            yield lied === 1 ? lie(chunk) : chunk;
          }
        },
      };
      await using target = bank.target(`run-${what}`);
      await expect(target.stage(bank.record, archive, HOW)).rejects.toMatchObject({
        code: 'archive-damaged',
      });
      expect(lied, what).toBeGreaterThan(0);
      expect(filesOf(here.file('data'))).toEqual(before);
    }
  });
}

test('a full disk while it is staged, and while the copy is made: said, nothing left', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  await using disk = await smallDisk(here.file('small'));
  mkdirSync(`${disk.path}/data`);
  await using target = sqliteTarget({
    component: bank.record,
    path: `${disk.path}/data/bank.db`,
    runId: 'run-1',
  });
  await disk.leave(600_000);
  await expect(target.stage(bank.record, bank.set.archive, HOW)).rejects.toMatchObject({ code: 'space-low' });
  await disk.free();
  expect(readdirSync(`${disk.path}/data`)).toEqual([]);

  const workFolder = `${disk.path}/work`;
  mkdirSync(workFolder);
  await disk.leave(600_000);
  const source = sqliteSource({
    name: 'bank',
    path: bank.path,
    importance: 'normal',
    workFolder,
    clock: fixedClock,
  });
  await expect(source.freeze(NEVER)).rejects.toMatchObject({ code: 'space-low' });
  await disk.free();
  expect(readdirSync(workFolder)).toEqual([]);
});

function stagedName(here: TemporaryFolder): string {
  return readdirSync(here.file('data')).find((name) => name.startsWith('.lifeboat-run-')) as string;
}
