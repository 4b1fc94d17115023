import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DrillReport, drillReport } from '#drill/drill-report.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { wholeState } from '../engines/mariadb/whole-state.ts';
import { damageMember, loseMember } from '../fakes/damage-archive.ts';
import { readJournal } from '../fakes/read-journal.ts';
import { treeState } from '../fakes/tree-state.ts';
import { type RealSystem, realSystem } from './real-system.ts';

const CANARIES = {
  'canary people': ['of = mariadb/main/ac', 'query = SELECT COUNT(*) FROM person', 'at_least = 3000'],
  'canary first': [
    'of = mariadb/main/ac',
    'query = SELECT name FROM person WHERE id = 1',
    'expect = Müller 1',
  ],
  'canary lines': ['of = sqlite/log', 'query = SELECT max(id) FROM line', 'expect = 500'],
};

describe('lifeboat drill', () => {
  let mariadb: TestMariadb;
  beforeAll(async () => {
    mariadb = await startMariadb();
  }, 60_000);
  afterAll(() => mariadb[Symbol.asyncDispose]());

  /** Everything live, and all that a drill could leave behind. */
  async function liveState(system: RealSystem) {
    const names = await mariadb.sql('SHOW DATABASES');
    return {
      databases: names.map((row) => String(Object.values(row)[0])),
      content: await wholeState(mariadb, ['ac', 'ta']),
      accounts: await mariadb.sql('SELECT User, Host, Priv FROM mysql.global_priv ORDER BY User, Host'),
      grants: await mariadb.sql('SELECT * FROM mysql.procs_priv'),
      files: treeState(system.root),
      conf: readFileSync(system.conf, 'utf8'),
    };
  }

  test('[LB-03] the newest archive is restored into scratch places, compared, asked, measured and dropped', async () => {
    await using system = await realSystem({ mariadb, conf: CANARIES });
    expect((await system.lifeboat('backup')).status).toBe(0);
    const before = await liveState(system);

    const { status, stdout } = await system.lifeboat('drill');

    expect(stdout).toMatch(
      /drill done after .*: zutritt-.*-1\.zip can be restored: 10 components equal to the archive, 3 canary queries answered; expect .* for a restore/,
    );
    expect(status).toBe(0);
    expect(await liveState(system)).toEqual(before);
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
      const before = await liveState(system);

      const { status, stdout } = await system.lifeboat('drill');

      expect(status).toBe(51);
      expect(stdout).toMatch(named);
      const report = newestReport(system);
      expect(report).toMatchObject({ result: 'red', restoreMs: null });
      expect(report.archive?.name).toBe(archive.replace(/^.*\//, ''));
      expect(report.message).toMatch(named);
      expect(await liveState(system)).toEqual(before);
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

  test('a canary cannot write, whatever it says', async () => {
    await using system = await realSystem({
      mariadb,
      conf: { 'canary writes': ['of = mariadb/main/ac', 'query = SELECT spoil()', 'at_least = 0'] },
    });
    await mariadb.sql(
      'CREATE FUNCTION ac.spoil() RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM ta.punch; RETURN 1; END',
    );
    await system.lifeboat('backup');
    const before = await liveState(system);
    const { status, stdout } = await system.lifeboat('drill');
    expect(stdout).toMatch(/canary writes of mariadb\/main\/ac: .*READ ONLY/);
    expect(status).toBe(77);
    expect(await liveState(system)).toEqual(before);
  }, 60_000);
});

function reportNames(system: RealSystem): string[] {
  return readdirSync(join(system.state, 'drills')).filter((name) => name !== 'scratch');
}

function newestReport(system: RealSystem): DrillReport {
  const name = reportNames(system).findLast((one) => one.endsWith('.json')) ?? '';
  return drillReport.parse(JSON.parse(readFileSync(join(system.state, 'drills', name), 'utf8')));
}

/** Scratch folders and records of them; none when a drill has ended. */
function leftIn(system: RealSystem): string[] {
  const left = readdirSync(join(system.state, 'drills')).filter((name) => name.startsWith('lifeboat-drill'));
  const records = join(system.state, 'drills', 'scratch');
  return [...left, ...(existsSync(records) ? readdirSync(records) : [])];
}
