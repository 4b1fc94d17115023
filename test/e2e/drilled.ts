import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DrillReport, drillReport } from '#drill/drill-report.ts';
import type { TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { wholeState } from '../engines/mariadb/whole-state.ts';
import { treeState } from '../fakes/tree-state.ts';
import type { RealSystem } from './real-system.ts';

/** Questions to a real system with MariaDB, all of which it answers well. */
export const CANARIES = {
  'canary people': ['of = mariadb/main/ac', 'query = SELECT COUNT(*) FROM person', 'at_least = 3000'],
  'canary first': [
    'of = mariadb/main/ac',
    'query = SELECT name FROM person WHERE id = 1',
    'expect = Müller 1',
  ],
  'canary lines': ['of = sqlite/log', 'query = SELECT max(id) FROM line', 'expect = 500'],
};

/** Everything live, and all that a drill could leave behind. */
export async function liveState(system: RealSystem, mariadb: TestMariadb) {
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

export function reportNames(system: RealSystem): string[] {
  return readdirSync(join(system.state, 'drills')).filter((name) => name !== 'scratch');
}

export function newestReport(system: RealSystem): DrillReport {
  const name = reportNames(system).findLast((one) => one.endsWith('.json')) ?? '';
  return drillReport.parse(JSON.parse(readFileSync(join(system.state, 'drills', name), 'utf8')));
}

/** Scratch folders and records of them; none when a drill has ended. */
export function leftIn(system: RealSystem): string[] {
  const left = readdirSync(join(system.state, 'drills')).filter((name) => name.startsWith('lifeboat-drill'));
  const records = join(system.state, 'drills', 'scratch');
  return [...left, ...(existsSync(records) ? readdirSync(records) : [])];
}
