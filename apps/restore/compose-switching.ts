import { LifeboatError } from '#platform/errors.ts';
import type { Switching } from '#restore/transaction.ts';
import { mariadbServer } from '#settings/mariadb-server.ts';
import { mssqlServer } from '#settings/mssql-server.ts';
import { neverInside } from '#settings/never-inside.ts';
import type { Settings } from '#settings/settings.ts';
import { dropStagedPlace } from '#sources/exchange/staged-place.ts';
import { switchedFile } from '#sources/files/switched-file.ts';
import { switchedFolder } from '#sources/files/switched-folder.ts';
import { reachMariadb } from '#sources/mariadb/target/reach-mariadb.ts';
import { dropStagedMariadb } from '#sources/mariadb/target/staging/drop-staged-mariadb.ts';
import {
  type SwitchedMariadbOptions,
  switchedMariadb,
} from '#sources/mariadb/target/switch/switched-mariadb.ts';
import { connectMssql } from '#sources/mssql/connect.ts';
import { dropStagedMssql } from '#sources/mssql/target/staging/drop-staged-mssql.ts';
import { type SwitchedMssqlOptions, switchedMssql } from '#sources/mssql/target/switch/switched-mssql.ts';
import type { SwitchedTarget, SwitchRecord } from '#sources/restore-target.ts';
import { switchedSqlite } from '#sources/sqlite/switched-sqlite.ts';
import type { ServersRequest } from './compose-targets.ts';

export interface SwitchingOptions {
  /** As the conf has them now; undefined where it cannot be read: files need none of it. */
  settings: Settings | undefined;
  state: string;
  /** How to sign in to servers. */
  request: ServersRequest;
}

/** What can be done with the records of a restore log; the only file that knows the way back of every driver. */
export function composeSwitching(options: SwitchingOptions): Switching {
  const { settings, state } = options;
  const own = settings === undefined ? [state] : neverInside(settings, state);
  return {
    async switched(record, signal): Promise<SwitchedTarget> {
      switch (record.engine) {
        case 'folder':
          return switchedFolder(record, { neverInside: own });
        case 'file':
          return switchedFile(record);
        case 'sqlite':
          return switchedSqlite(record);
        case 'mariadb':
          return switchedMariadb(record, await mariadbServerOf(record, options, signal));
        case 'mssql':
          return switchedMssql(record, await mssqlServerOf(record, options, signal));
      }
    },
    async reach(record, signal) {
      if (record.engine === 'mariadb') {
        await reachMariadb(record, (await mariadbServerOf(record, options, signal)).server, signal);
      }
      if (record.engine === 'mssql') {
        await using _ = await connectMssql((await mssqlServerOf(record, options, signal)).server, signal);
      }
    },
    async dropStaged(record, signal) {
      switch (record.engine) {
        case 'folder':
        case 'file':
        case 'sqlite':
          return await dropStagedPlace(record);
        case 'mariadb':
          return await dropStagedMariadb(record, await mariadbServerOf(record, options, signal), signal);
        case 'mssql':
          return await dropStagedMssql(record, await mssqlServerOf(record, options, signal), signal);
      }
    },
  };
}

async function mariadbServerOf(
  record: SwitchRecord,
  { settings, state, request }: SwitchingOptions,
  signal: AbortSignal,
): Promise<SwitchedMariadbOptions> {
  const section = settings?.mariadb.find(({ name }) => record.target === `mariadb/${name}`);
  const { signIn, endSessions } = request.mariadb;
  if (section === undefined || signIn === undefined) throw noServer(record);
  return { server: await signIn(mariadbServer(section), signal), stateFolder: state, endSessions };
}

async function mssqlServerOf(
  record: SwitchRecord,
  { settings, state, request }: SwitchingOptions,
  signal: AbortSignal,
): Promise<SwitchedMssqlOptions> {
  const section = settings?.mssql.find(({ name }) => record.target === `mssql/${name}`);
  const { signIn } = request.mssql;
  if (section === undefined || signIn === undefined) throw noServer(record);
  const server = await signIn(mssqlServer(section), signal);
  return { server, stateFolder: state, stallMs: section.stallMs };
}

function noServer({ target }: SwitchRecord): LifeboatError {
  return new LifeboatError('conf-missing', `no conf says how ${target} is reached`, {
    hint: 'name a sysbackup.conf that has this section with --conf',
  });
}
