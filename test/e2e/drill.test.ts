import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { ERRORS } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { damageMember, loseMember } from '../fakes/damage-archive.ts';
import { readJournal } from '../fakes/read-journal.ts';
import { treeState } from '../fakes/tree-state.ts';
import { CANARIES, leftIn, liveState, newestReport, reportNames } from './drilled.ts';
import { realSystem } from './real-system.ts';

describe('lifeboat drill', () => {
  let mariadb: TestMariadb;
  beforeAll(async () => {
    mariadb = await startMariadb();
  }, 60_000);
  afterAll(() => mariadb[Symbol.asyncDispose]());

  test('[LB-03] the newest archive is restored into scratch places, compared, asked, measured and dropped', async () => {
    await using system = await realSystem({ mariadb, conf: CANARIES });
    expect((await system.lifeboat('backup')).status).toBe(0);
    const before = await liveState(system, mariadb);

    const { status, stdout } = await system.lifeboat('drill');

    expect(stdout).toMatch(
      /drill done after .*: zutritt-.*-1\.zip can be restored: 10 components equal to the archive, 3 canary queries answered; expect .* for a restore/,
    );
    expect(status).toBe(0);
    expect(await liveState(system, mariadb)).toEqual(before);
    expect(leftIn(system)).toEqual([]);
    const report = newestReport(system);
    expect(report).toMatchObject({ result: 'green', archive: { name: expect.stringMatching(/-1\.zip$/) } });
    expect(report.parts.filter(({ result }) => result === 'proven').map(({ id }) => id)).toEqual([
      'mariadb/main/ac',
      'mariadb/main/ta',
      'sqlite/log',
      'folder/cert',
      'folder/lic',
      'folder/image',
      'folder/util',
      'file/system',
      'file/setting',
      'file/sysbackup.conf',
    ]);
    expect(report.parts.find(({ id }) => id === 'mariadb/main')).toMatchObject({
      result: 'not proven',
      detail: expect.stringContaining('a drill creates none'),
    });
    expect(report.canaries.map(({ name, result, answer }) => [name, result, answer])).toEqual([
      ['people', 'passed', '3000'],
      ['first', 'passed', 'Müller 1'],
      ['lines', 'passed', '500'],
    ]);
    expect(report.restoreMs).toBeGreaterThan(0);
    expect(report.notProven).toContain(
      'the switch-over, and that the system starts and works on what was restored',
    );
    const journal = await readJournal(join(system.state, 'logs', 'Backup Journal[001].txt'));
    expect(journal.filter((line) => line.includes('  drill: done'))).toHaveLength(1);
  }, 60_000);

  test('[LB-03] the report is a private file for programs and one for people', async () => {
    await using system = await realSystem();
    await system.lifeboat('backup');
    await system.lifeboat('drill');
    const names = reportNames(system);
    expect(names.map((name) => name.replace(/^.*\./, ''))).toEqual(['json', 'txt']);
    for (const name of names) {
      expect(statSync(join(system.state, 'drills', name)).mode & 0o777, name).toBe(0o600);
    }
    const text = readFileSync(join(system.state, 'drills', names[1] ?? ''), 'utf8');
    expect(text).toMatch(/^RESTORE DRILL: GREEN\n/);
    expect(text).toMatch(/^proven {6}sqlite\/log: 1 table/m);
  }, 60_000);

  test.each([
    ['in rows', 'mariadb/main/ac/rows', damageMember, /mariadb\/main\/ac: .*rows\/0001/],
    ['in a file', 'folder/cert', damageMember, /folder\/cert: /],
    ['in the manifest', 'manifest.json', damageMember, /manifest\.json/],
    ['a missing member', 'sqlite/log/', loseMember, /sqlite\/log/],
  ])(
    '[LB-12] damage %s makes the drill red, and is named',
    async (_, member, damage, named) => {
      await using system = await realSystem({ mariadb });
      await system.lifeboat('backup');
      await system.lifeboat('backup');
      const archive = (await system.archives())[1] ?? '';
      await damage(archive, member);
      const before = await liveState(system, mariadb);

      const { status, stdout } = await system.lifeboat('drill');

      expect(status).toBe(51);
      expect(stdout).toMatch(named);
      const report = newestReport(system);
      expect(report).toMatchObject({ result: 'red', restoreMs: null });
      expect(report.archive?.name).toBe(archive.replace(/^.*\//, ''));
      expect(report.message).toMatch(named);
      expect(await liveState(system, mariadb)).toEqual(before);
      expect(leftIn(system)).toEqual([]);
    },
    60_000,
  );

  test('[LB-12] what is whole in a damaged archive is proven all the same', async () => {
    await using system = await realSystem({ mariadb });
    await system.lifeboat('backup');
    const [archive = ''] = await system.archives();
    await damageMember(archive, 'mariadb/main/ac/rows');
    await damageMember(archive, 'folder/image');
    await system.lifeboat('drill');
    const report = newestReport(system);
    const failed = report.parts.filter(({ result }) => result === 'failed').map(({ id }) => id);
    expect(failed).toEqual(['mariadb/main/ac', 'folder/image']);
    expect(report.parts.find(({ id }) => id === 'sqlite/log')?.result).toBe('proven');
  }, 60_000);

  test('[LB-03] empty databases pass', async () => {
    await using system = await realSystem({ mariadb });
    await mariadb.sql(['DROP DATABASE ta', 'DROP DATABASE ac', 'CREATE DATABASE ac', 'CREATE DATABASE ta']);
    await system.lifeboat('backup');
    const { status, stdout } = await system.lifeboat('drill');
    expect(stdout).toMatch(/proven +mariadb\/main\/ac: 0 tables, 0 rows: equal/);
    expect(status).toBe(0);
  }, 60_000);

  test('[LB-12] a canary that answers something else makes the drill red', async () => {
    const conf = {
      ...CANARIES,
      'canary people': ['of = mariadb/main/ac', 'query = SELECT COUNT(*) FROM person', 'at_least = 3001'],
      'canary typo': ['of = sqlite/log', 'query = SELECT max(id) FROM lines', 'expect = 500'],
    };
    await using system = await realSystem({ mariadb, conf });
    await system.lifeboat('backup');
    const { status, stdout } = await system.lifeboat('drill');
    expect(stdout).toMatch(/canary people of mariadb\/main\/ac: answered 3000, not at least 3001/);
    expect(stdout).toMatch(/canary typo of sqlite\/log: .*no such table: lines/);
    expect(status).toBe(77);
  }, 60_000);

  test('[LB-03] a drill and a backup do not meet', async () => {
    await using system = await realSystem();
    await system.lifeboat('backup');
    const [id = ''] = /(?<=^id = ).*$/m.exec(readFileSync(system.conf, 'utf8')) ?? [];
    await using _lock = await takeLock({
      stateFolder: system.state,
      systemId: id,
      purpose: 'a backup',
      clock: systemClock(),
    });
    const { status, stdout } = await system.lifeboat('drill');
    expect(stdout).toMatch(/cannot start a restore drill: a backup has been running since/);
    expect(status).toBe(12);
    expect(existsSync(join(system.state, 'drills'))).toBe(false);
  }, 60_000);

  test('no drill is made while nobody knows whether a restore has ended', async () => {
    await using system = await realSystem();
    await system.lifeboat('backup');
    await mkdir(join(system.state, 'restores'), { recursive: true });
    writeFileSync(join(system.state, 'restores', 'cut.ndjson'), 'no record\nnor this\n');
    const { status, stdout } = await system.lifeboat('drill');
    expect(stdout).toMatch(/nobody knows whether a restore of this system has ended/);
    expect(status).toBe(ERRORS['restore-open'].exit);
    expect(existsSync(join(system.state, 'drills'))).toBe(false);
  }, 60_000);

  test('[LB-03] space is looked at before anything is made', async () => {
    await using system = await realSystem({ mariadb, conf: { drill: ['leave_free = 99999999'] } });
    await system.lifeboat('backup');
    const { status, stdout } = await system.lifeboat('drill');
    expect(stdout).toMatch(/a drill needs .* at .* and leaves 100 TB free there, but only/);
    expect(status).toBe(23);
    expect(leftIn(system)).toEqual([]);
    const { result, parts } = newestReport(system);
    expect(result).toBe('red');
    expect(new Set(parts.map((part) => part.result))).toEqual(new Set(['not proven']));
    expect(parts.length).toBeGreaterThan(5);
  }, 60_000);

  test('an account that may not make databases is told the GRANT, and with it the drill is green', async () => {
    await using system = await realSystem({ mariadb, conf: CANARIES });
    await mariadb.sql([
      "CREATE OR REPLACE USER saver@127.0.0.1 IDENTIFIED BY 'p'",
      'GRANT RELOAD, BINLOG ADMIN ON *.* TO saver@127.0.0.1',
      'GRANT SELECT ON mysql.* TO saver@127.0.0.1',
      ...['ac', 'ta'].map(
        (name) => `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON ${name}.* TO saver@127.0.0.1`,
      ),
    ]);
    const conf = readFileSync(system.conf, 'utf8').replace('user = root', 'user = saver');
    writeFileSync(system.conf, conf);
    writeFileSync(/password_file = "(.*)"/.exec(conf)?.[1] ?? '', 'p');
    expect((await system.lifeboat('backup')).status).toBe(0);

    const checked = await system.lifeboat('check');
    expect(checked.status, 'a backup can run').toBe(0);
    expect(checked.stdout).toMatch(
      /a restore drill\n +warning: the account `saver`.* lacks SELECT, INSERT, CREATE/,
    );

    const { status, stdout } = await system.lifeboat('drill');

    expect(stdout).toMatch(/lacks SELECT, INSERT, CREATE, DROP.* on scratch databases/);
    expect(status).toBe(32);
    const [, grant = ''] = /what to do: grant it: (GRANT .*)/.exec(checked.stdout) ?? [];
    expect(grant).toMatch(/ON `lb\\_drill%`\.\* TO `saver`@`127\.0\.0\.1`$/);
    await mariadb.sql(grant);
    expect((await system.lifeboat('check')).stdout).toMatch(/ok +a restore drill\n(?! +warning)/);
    expect((await system.lifeboat('drill')).stdout).toMatch(/drill done/);
    await mariadb.sql('DROP USER saver@127.0.0.1');
  }, 60_000);

  test('[LB-03] a scratch folder that has to do with what is live is refused, by check and by the drill', async () => {
    await using system = await realSystem({ conf: { drill: [] } });
    await system.lifeboat('backup');
    const conf = readFileSync(system.conf, 'utf8');
    const before = treeState(system.root).lines;
    await symlink(join(system.root, 'image', 'empty'), join(system.root, '..', 'link'));
    for (const [folder, why] of [
      [join(system.root, 'image'), /lie one inside the other/],
      [system.root, /lie one inside the other/],
      [join(system.root, '..', 'link'), /lie one inside the other/],
      [join(system.root, '..', 'nowhere'), /does not exist/],
      [join(system.root, 'VERSION'), /is no folder/],
    ] as const) {
      writeFileSync(system.conf, conf.replace('[drill]', `[drill]\nfolder = "${folder}"`));
      expect((await system.lifeboat('check')).stdout, folder).toMatch(why);
      const { status, stdout } = await system.lifeboat('drill');
      expect(stdout, folder).toMatch(why);
      expect(status).toBe(65);
    }
    expect(treeState(system.root).lines).toEqual(before);
    const own = join(system.root, '..', 'scratch');
    await mkdir(own);
    writeFileSync(system.conf, conf.replace('[drill]', `[drill]\nfolder = "${own}"`));
    expect((await system.lifeboat('drill')).status).toBe(0);
    expect(readdirSync(own)).toEqual([]);
  }, 60_000);

  test('a canary cannot write, whatever it says', async () => {
    await using system = await realSystem({
      mariadb,
      conf: { 'canary writes': ['of = mariadb/main/ac', 'query = SELECT spoil()', 'at_least = 0'] },
    });
    await mariadb.sql(
      'CREATE FUNCTION ac.spoil() RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM ta.punch; RETURN 1; END',
    );
    await system.lifeboat('backup');
    const before = await liveState(system, mariadb);
    const { status, stdout } = await system.lifeboat('drill');
    expect(stdout).toMatch(/canary writes of mariadb\/main\/ac: .*READ ONLY/);
    expect(status).toBe(77);
    expect(await liveState(system, mariadb)).toEqual(before);
  }, 60_000);
});
