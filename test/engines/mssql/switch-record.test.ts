import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropStagedMssql } from '#sources/mssql/target/staging/drop-staged-mssql.ts';
import { switchedMssql } from '#sources/mssql/target/switch/switched-mssql.ts';
import type { RestoreLog, SwitchedTarget, SwitchRecord } from '#sources/restore-target.ts';
import { type Killed, killedAt as killed } from './killed-at.ts';
import { never, restoreOf, type SavedSet, saveSet, serverOf, type TestRestore } from './restore-sets.ts';
import { changeSmallSystem, makeSmallSystem, SET } from './small-system.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

const silent: RestoreLog = { before: async () => undefined, done: async () => undefined };

let server: TestMssql;
let saved: SavedSet;
let restore: TestRestore;
let old: Live;

beforeEach(async () => {
  server = await startMssql();
  await makeSmallSystem(server, { bytes: 0 });
  saved = await saveSet(server, SET);
  await changeSmallSystem(server);
  // Logins to make, users and an owner to mend.
  await server.sql(['DROP USER [app]'], 'AC');
  await server.sql(['DROP USER [app]'], SET[1]);
  await server.sql(['DROP LOGIN [app]', "DROP LOGIN [boss's]"]);
  old = live();
  restore = restoreOf(saved, server, { globalAccounts: true });
  await restore.prepare();
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  await restore[Symbol.asyncDispose]();
  await saved[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

type Live = ReturnType<TestMssql['snapshot']>;

/** All but what waits beside it. */
function live(): Live {
  const { databases, ...rest } = server.snapshot();
  const seen = Object.entries(databases).filter(([name]) => !name.startsWith('lb_'));
  return { ...rest, dataFolder: [], databases: Object.fromEntries(seen) };
}

/** As a log would give it back. */
async function prepare(): Promise<SwitchRecord> {
  return JSON.parse(JSON.stringify(await restore.target.prepare(never))) as SwitchRecord;
}

function switched(record: SwitchRecord): SwitchedTarget {
  const stateFolder = join(server.folder, 'state');
  return switchedMssql(record, { server: serverOf(server), stateFolder, stallMs: 20_000, retryMs: 2_000 });
}

function killedAt(number: number, when: 'before' | 'after', work: () => Promise<void>): Promise<Killed> {
  return killed(server, { number, when }, work);
}

async function switchOver(): Promise<{ record: SwitchRecord; restored: Live }> {
  const record = await prepare();
  await restore.switchOver();
  return { record, restored: live() };
}

test.each(['before', 'after'] as const)(
  '[LB-01] killed %s the server did any statement of the switch-over: the record alone brings the exact old state back',
  async (when) => {
    for (let number = 0; ; number += 1) {
      const record = await prepare();
      const { sql, error } = await killedAt(number, when, restore.switchOver);
      if (sql === undefined) {
        expect(number).toBeGreaterThan(30);
        expect(await switched(record).look(never)).toBe('after');
        break;
      }
      expect(error?.code, `${number} ${sql}`).toMatch(/^(rollback-failed|database-)/);
      await signInOnce();
      await switched(record).goBack(silent, never);
      expect(live(), `${number} ${sql}`).toEqual(old);
      expect(await switched(record).look(never), `${number} ${sql}`).toBe('before');
    }
  },
  120_000,
);

test.each(['before', 'after'] as const)(
  '[LB-02] an undo killed %s any of its statements: repeated it ends in the exact old state, taken back in the exact new one',
  async (when) => {
    const { record, restored } = await switchOver();
    expect(restored).not.toEqual(old);
    for (let number = 0; ; number += 1) {
      const undo = await switched(record).reverse(never);
      const { sql } = await killedAt(number, when, () => switched(record).goBack(silent, never));
      if (sql === undefined) {
        expect(number).toBeGreaterThan(30);
        break;
      }
      await signInOnce();
      if (number % 2 === (when === 'before' ? 0 : 1)) {
        await switched(record).goBack(silent, never);
        expect(live(), `${number} ${sql}`).toEqual(old);
      }
      await switched(undo).goBack(silent, never);
      expect(live(), `${number} ${sql}`).toEqual(restored);
    }
    expect(live()).toEqual(old);
  },
  120_000,
);

/** A refusal that nobody ran into is used up. */
async function signInOnce(): Promise<void> {
  await server.sql('SELECT 1').catch(() => undefined);
}

test('[LB-02] undo, undo of the undo, forget: each from its record, and what is forgotten is gone', async () => {
  const { record, restored } = await switchOver();
  const undo = JSON.parse(JSON.stringify(await switched(record).reverse(never))) as SwitchRecord;
  expect(live(), 'reverse changes nothing').toEqual(restored);
  await switched(record).goBack(silent, never);
  expect(live()).toEqual(old);
  expect(await switched(undo).look(never)).toBe('after');
  const redo = await switched(undo).reverse(never);
  await switched(undo).goBack(silent, never);
  expect(live()).toEqual(restored);
  expect(await switched(redo).look(never)).toBe('after');

  const kept = await switched(record).kept(never);
  expect(kept.map(({ place }) => place)).toEqual(
    SET.map((_, index) => `database lb_run70d6_old_${index + 1} on 127.0.0.1:${server.port}`),
  );
  for (const { bytes } of kept) expect(bytes).toBeGreaterThan(100_000);

  await server.sql('CREATE DATABASE [lb_another0d6_old_1]');
  await switched(redo).forget(never);
  await switched(redo).forget(never);
  expect(live()).toEqual(restored);
  const others = Object.keys(server.snapshot().databases).filter((name) => name.startsWith('lb_'));
  expect(others, 'of another restore').toEqual(['lb_another0d6_old_1']);
  expect(await readdir(join(server.folder, 'state', 'restores'))).toEqual([]);
});

test('[LB-02] no password hash stands in a record; that of an undo is in a private file', async () => {
  const { record } = await switchOver();
  const undo = await switched(record).reverse(never);
  const path = join(server.folder, 'state', 'restores', 'mssql-main-run70d6-undo-logins.json');
  const hash = /"passwordHash": "([0-9a-f]{64})/.exec(await readFile(path, 'utf8'))?.[1] ?? 'none';
  expect(hash).toHaveLength(64);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.stringify([record, undo])).not.toContain(hash);
  await switched(record).goBack(silent, never);
  await writeFile(path, '{}');
  await expect(switched(undo).goBack(silent, never)).rejects.toMatchObject({
    code: 'state-unusable',
    message: expect.stringContaining('is not the one of this restore'),
  });
  expect(live()).toEqual(old);
});

test('[LB-01] nothing is forgotten half-way: what is not live is still needed', async () => {
  const record = await prepare();
  for (let number = 0; ; number += 1) {
    const { sql } = await killedAt(number, 'before', restore.switchOver);
    await signInOnce();
    if (sql?.includes('MODIFY NAME = [AC]')) break;
    expect(sql, 'the rename was reached').toBeDefined();
    await switched(record).goBack(silent, never);
    await prepare();
  }
  expect(await switched(record).look(never)).toBe('between');
  await expect(switched(record).forget(never)).rejects.toMatchObject({ code: 'rollback-failed' });
  await switched(record).goBack(silent, never);
  expect(live()).toEqual(old);
});

test('[LB-01] a restore killed while it stages: what it announced is dropped, and nothing else', async () => {
  await restore[Symbol.asyncDispose]();
  const killed = restoreOf(saved, server, { run: 'run8' });
  const announced = JSON.parse(JSON.stringify(await killed.target.announce(never))) as SwitchRecord;
  const drop = server.dropNext(/^RESTORE DATABASE/, { at: 40 });
  await expect(killed.prepare()).rejects.toMatchObject({ code: 'database-unreachable' });
  expect(drop.fired).toBe(1);
  // The .bak of a program that was killed stays.
  const backup = join(
    server.folder,
    'backup',
    (announced.state as { backups: string[] }).backups[0]!.split('/').at(-1)!,
  );
  await mkdir(join(server.folder, 'backup'), { recursive: true });
  await writeFile(backup, 'half of it');
  await writeFile(join(server.folder, 'backup', 'another.bak'), 'not ours');
  expect(Object.keys(server.snapshot().databases)).toContain('lb_run80d6_1');

  const options = { server: serverOf(server), stateFolder: join(server.folder, 'state'), stallMs: 20_000 };
  await dropStagedMssql(announced, options, never);
  await dropStagedMssql(announced, options, never);
  expect(Object.keys(server.snapshot().databases).filter((name) => name.startsWith('lb_'))).toEqual([]);
  expect(await readdir(join(server.folder, 'backup'))).toEqual(['another.bak']);
  expect(live()).toEqual(old);
});

test.each([
  ['a live database as staging name', (text: string) => text.replace('"lb_run70d6_1"', '"msdb"')],
  ['an unknown key', (text: string) => text.replace('"formatVersion"', '"also":1,"formatVersion"')],
  ['another access', (text: string) => text.replace('"MULTI_USER"', '"ONLINE; DROP DATABASE [x]"')],
])('[LB-01] a record with %s is refused before anything is done', async (_, change) => {
  const text = JSON.stringify(await prepare());
  expect(change(text)).not.toBe(text);
  expect(() => switched(JSON.parse(change(text)) as SwitchRecord)).toThrow(
    expect.objectContaining({ code: 'restore-log-damaged' }),
  );
});

test('[LB-01] another server than the one that was restored to is refused by name', async () => {
  const record = await prepare();
  const elsewhere = JSON.parse(
    JSON.stringify(record)
      .replace(/"serverName":"[^"]*"/, '"serverName":"ELSEWHERE"')
      .replaceAll('run70d6', 'run90d6'),
  ) as SwitchRecord;
  await expect(switched(elsewhere).goBack(silent, never)).rejects.toMatchObject({
    code: 'target-unsuitable',
    message: expect.stringContaining('ELSEWHERE'),
  });
  expect(live()).toEqual(old);
});
