import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectMariadb } from '#sources/mariadb/connect.ts';
import { takeSwitchLock } from '#sources/mariadb/target/switch/take-switch-lock.ts';
import type { SwitchRecord } from '#sources/restore-target.ts';
import { serverOf } from './backup-to-folder.ts';
import { never } from './restore-databases.ts';
import { differences, type SwitchCase, silent, switchCase } from './switch-case.ts';

let system: SwitchCase;
let old: string[];

beforeEach(async () => {
  system = await switchCase();
  old = await system.everything();
  await system.restore.prepare();
});

afterEach(async () => {
  await system[Symbol.asyncDispose]();
});

async function expectState(state: readonly string[]): Promise<void> {
  expect(differences(await system.everything(), state)).toEqual([]);
}

const run = promisify(execFile);

/** Does it in a process that knows nothing but the record. */
async function elsewhere(verb: string, record: SwitchRecord): Promise<unknown> {
  const { port, user, password } = system.server;
  const { stateFolder } = system.restore;
  const child = run(process.execPath, [join(import.meta.dirname, 'switched-program.ts')]);
  child.child.stdin?.end(JSON.stringify({ verb, record, port, user, password, stateFolder }));
  return JSON.parse((await child).stdout);
}

test('[LB-02] undo, undo of the undo and forget, each in another process from its record', async () => {
  const { record, restored } = await system.switchOver();
  expect(await system.names(), 'also if it is killed here').toEqual(['lb_run70d6_old_1', 'lb_run70d6_old_2']);
  const undo = (await elsewhere('reverse', record)) as SwitchRecord;
  await expectState(restored);
  await elsewhere('goBack', record);
  await expectState(old);
  expect(await elsewhere('look', undo)).toBe('after');
  const redo = (await elsewhere('reverse', undo)) as SwitchRecord;
  await elsewhere('goBack', undo);
  await expectState(restored);
  expect(await elsewhere('look', redo)).toBe('after');
  expect(await elsewhere('kept', redo)).toEqual([
    {
      component: 'mariadb/main/ac',
      place: expect.stringContaining('database lb_run70d6_old_1 on '),
      bytes: expect.any(Number),
      goBack: [expect.stringContaining('go-back-after-rename.sql')],
    },
    expect.objectContaining({ component: 'mariadb/main/ta' }),
  ]);

  await system.server.sql('CREATE DATABASE lb_another0d6_old_1');
  const halfWritten = `.mariadb-main-run70d6-accounts.json.0123456789ab.tmp`;
  await writeFile(join(system.restore.stateFolder, 'restores', halfWritten), '[');
  await elsewhere('forget', redo);
  await elsewhere('forget', redo);
  const withoutAsides = restored.filter((fact) => !fact.includes('lb_run70d6_'));
  await expectState(withoutAsides);
  expect(await system.names(), 'another restore keeps its own').toEqual(['lb_another0d6_old_1']);
  expect(await readdir(join(system.restore.stateFolder, 'restores'))).toEqual([]);
}, 60_000);

test('[LB-02] what the system made and changed since the restore goes with an undo and comes back with its undo', async () => {
  const { record } = await system.switchOver();
  await system.server.sql(
    [
      'CREATE TABLE after_it (id INT PRIMARY KEY, door INT, CONSTRAINT of_door FOREIGN KEY (door) REFERENCES door (id))',
      'INSERT INTO after_it VALUES (1, 100), (2, NULL)',
      'CREATE VIEW on_after AS SELECT id FROM after_it',
      'CREATE TRIGGER after_log BEFORE INSERT ON after_it FOR EACH ROW SET NEW.door = NULL',
      "CREATE PROCEDURE after_call() SELECT 'since'",
      'GRANT EXECUTE ON PROCEDURE after_call TO app@localhost',
      'GRANT EXECUTE ON FUNCTION label TO app@localhost',
      'CREATE EVENT after_event ON SCHEDULE EVERY 1 DAY DO SET @after = 1',
      "UPDATE door SET name = 'since the restore'",
      'DROP TRIGGER a_log',
      'CREATE TABLE lost (a INT)',
      'CREATE VIEW on_lost AS SELECT a FROM lost',
      'DROP TABLE lost',
      "ALTER USER viewer@'%' IDENTIFIED BY 'changed since'",
      'CREATE TABLE other.late (id INT PRIMARY KEY, door INT, CONSTRAINT late_door FOREIGN KEY (door) REFERENCES ac.door (id))',
      'INSERT INTO other.late VALUES (1, 100)',
      'SELECT NEXTVAL(sq)',
    ],
    'ac',
  );
  const lived = await system.everything();
  const undo = await system.switched(record).reverse(never);
  await system.switched(record).goBack(silent, never);
  const isLate = (fact: string) => fact.includes('late') || fact.includes('other');
  const waits = (fact: string) => fact.includes('lb_run70d6_1_view_');
  const now = await system.everything();
  expect(
    differences(
      now.filter((fact) => !isLate(fact) && !waits(fact)),
      old.filter((fact) => !isLate(fact)),
    ),
  ).toEqual([]);
  expect(
    now.filter((fact) => fact.includes('CONSTRAINT `late_door`')),
    'a key of a table outside stays',
  ).toHaveLength(1);

  await system.switched(undo).goBack(silent, never);
  await expectState(lived);
}, 60_000);

test('[LB-02] no password hash stands in a record; those that an undo needs are in a private file', async () => {
  const { record } = await system.switchOver();
  const undo = await system.switched(record).reverse(never);
  expect(JSON.stringify([record, undo])).not.toMatch(/\*[0-9A-F]{40}/);
  for (const name of ['mariadb-main-run70d6', 'mariadb-main-run70d6-undo']) {
    const path = join(system.restore.stateFolder, 'restores', `${name}-accounts.json`);
    expect(await readFile(path, 'utf8')).toMatch(/\*[0-9A-F]{40}/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  }
  await system.switched(record).goBack(silent, never);
  const path = join(system.restore.stateFolder, 'restores', 'mariadb-main-run70d6-undo-accounts.json');
  await writeFile(path, '[]');
  await expect(system.switched(undo).goBack(silent, never)).rejects.toMatchObject({
    code: 'state-unusable',
    message: expect.stringContaining('is not the one of this restore'),
  });
  await expectState(old);
});

test('[LB-01] a RENAME that a killed program left waiting does not take place behind the back of who goes back', async () => {
  const record = await system.prepare();
  const reader = await system.server.connect();
  try {
    await reader.query('START TRANSACTION');
    await reader.query('SELECT * FROM ac.audit');
    for (let at = 0; ; at += 1) {
      system.line.arm(at, 'after');
      await system.restore.switchOver().catch(() => undefined);
      const statement = system.line.statements[at] ?? '';
      expect(system.line.mend()).toBe(true);
      if (statement.startsWith('RENAME TABLE `ac`.`audit`')) break;
      await system.switched(record).goBack(silent, never);
      await system.prepare();
    }
    const waiting = await system.server.sql(
      "SELECT STATE AS state FROM information_schema.PROCESSLIST WHERE INFO LIKE 'RENAME TABLE%'",
    );
    expect(waiting).toEqual([{ state: 'Waiting for table metadata lock' }]);
    const back = system.switched(record).goBack(silent, never);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await reader.query('COMMIT');
    await back;
  } finally {
    reader.destroy();
  }
  await expectState(old);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expectState(old);
}, 60_000);

test('[LB-01] an earlier session of the same run is given a moment, then ended, before anything is looked at', async () => {
  const { record } = await system.switchOver();
  const earlier = await system.server.connect();
  const next = await connectMariadb(serverOf(system.server), never);
  try {
    await earlier.query("SELECT GET_LOCK('lifeboat switch run70d6', 0)");
    const running = earlier.query('SELECT SLEEP(60)').catch((error: unknown) => error);
    const start = performance.now();
    await takeSwitchLock(next, 'run70d6', { finish: 1, end: 10 });
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(await running).toMatchObject({
      message: expect.stringMatching(/killed|closed|lost|interrupted/i),
    });
    const back = system.switched(record).goBack(silent, never);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await system.switched(record).look(never), 'it waits').toBe('after');
    await next.close();
    await back;
  } finally {
    earlier.destroy();
    await next.close();
  }
  await expectState(old);
}, 60_000);

test('[LB-02] an idle reading transaction holds an undo up for five seconds; it is named, and nothing has moved', async () => {
  const { record, restored } = await system.switchOver();
  const reader = await system.server.connect();
  try {
    await reader.query('START TRANSACTION');
    await reader.query('SELECT * FROM ac.audit');
    const start = performance.now();
    const failure = await system
      .switched(record)
      .goBack(silent, never)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'target-in-use',
      message: expect.stringMatching(/session \d+ \(root@.*in an open transaction/),
    });
    expect(performance.now() - start).toBeLessThan(12_000);
    expect((await system.server.sql('SELECT COUNT(*) AS n FROM ac.audit'))[0]).toEqual({
      n: expect.anything(),
    });
    await system.switched(record, { endSessions: true }).goBack(silent, never);
  } finally {
    reader.destroy();
  }
  await expectState(old);
  expect(restored).not.toEqual(old);
}, 60_000);

test('[LB-01] nothing is forgotten half-way: what is not live is still needed', async () => {
  const { record } = await system.switchOver();
  const { server } = system;
  await server.sql(['CREATE DATABASE lb_run70d6_1', 'RENAME TABLE ac.door TO lb_run70d6_1.door']);
  expect(await system.switched(record).look(never)).toBe('between');
  await expect(system.switched(record).forget(never)).rejects.toMatchObject({ code: 'rollback-failed' });
  await server.sql('RENAME TABLE lb_run70d6_1.door TO ac.door');
  await system.switched(record).goBack(silent, never);
  await expectState(old);
});

test.each([
  [
    'a live database as staging name',
    (text: string) => text.replace('"staging":"lb_run70d6_1"', '"staging":"other"'),
  ],
  ['an unknown key', (text: string) => text.replace('"formatVersion"', '"also":1,"formatVersion"')],
  [
    'a charset that is none',
    (text: string) => text.replace('"charset":"utf8mb4"', '"charset":"utf8mb4; DROP"'),
  ],
  ['a path as the name of its files', (text: string) => text.replace('"files":"main', '"files":"../main')],
])('[LB-01] a record with %s is refused before anything is done', async (_, change) => {
  const text = JSON.stringify(await system.prepare());
  expect(change(text)).not.toBe(text);
  expect(() => system.switched(JSON.parse(change(text)) as SwitchRecord)).toThrow(
    expect.objectContaining({ code: 'restore-log-damaged' }),
  );
});

test('[LB-01] another server than the one that was restored to is refused by name', async () => {
  const record = await system.prepare();
  const text = JSON.stringify(record).replace(/"hostname":"[^"]*"/, '"hostname":"elsewhere"');
  await system.switched(JSON.parse(text) as SwitchRecord).goBack(silent, never);
  const unknown = JSON.parse(text.replaceAll('lb_run7', 'lb_run9')) as SwitchRecord;
  await expect(system.switched(unknown).goBack(silent, never)).rejects.toMatchObject({
    code: 'target-unsuitable',
    message: expect.stringContaining('elsewhere'),
  });
  await expectState(old);
});
