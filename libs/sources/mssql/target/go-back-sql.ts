import { quoteName } from '../quote-name.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';

/** T-SQL for a person, in one line: runs in sqlcmd or Management Studio; a database that is not there is named (911). */
export function renameSql(from: string, to: string, access = 'MULTI_USER'): string {
  return [
    `USE ${quoteName(from)};`,
    `ALTER DATABASE ${quoteName(from)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE;`,
    `ALTER DATABASE ${quoteName(from)} MODIFY NAME = ${quoteName(to)};`,
    `ALTER DATABASE ${quoteName(to)} SET ${access};`,
    'USE [master];',
  ].join(' ');
}

/** Gives a database back to its users as it was before it was taken exclusively. */
export function accessSql(name: string, { access, asyncStatistics }: SwitchedAccess): string {
  const statistics = asyncStatistics
    ? [`ALTER DATABASE ${quoteName(name)} SET AUTO_UPDATE_STATISTICS_ASYNC ON;`]
    : [];
  return [...statistics, `ALTER DATABASE ${quoteName(name)} SET ${access};`].join(' ');
}

type SwitchedAccess = Pick<NonNullable<SwitchedDatabase['live']>, 'access' | 'asyncStatistics'>;

/** Everything by which a person goes back from a finished switch-over of one database, in order. */
export function goBackSql(state: SwitchState, switched: SwitchedDatabase): string[] {
  const { database, staged, old, live, dropped } = switched;
  const away = renameSql(database, staged);
  if (live === undefined || dropped) return [away];
  const back = renameSql(old, database, live.access);
  const statistics = live.asyncStatistics
    ? [`ALTER DATABASE ${quoteName(database)} SET AUTO_UPDATE_STATISTICS_ASYNC ON;`]
    : [];
  return [away, back, ...statistics, ...state.createdLogins.map(dropLoginSql)];
}

export function dropLoginSql(login: string): string {
  return `DROP LOGIN ${quoteName(login)};`;
}
