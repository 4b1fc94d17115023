import { quoteName, quoteText } from '../../quote-name.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';

/**
 * T-SQL for a person, each statement in one line, for sqlcmd or Management Studio. It asks for the database's number
 * first, which stays through every rename: where the step that it takes back was not done, it does nothing.
 */
export function renameSql({ id, from, to, access = 'MULTI_USER', closed = false }: RenameBack): string {
  const rename = `ALTER DATABASE ${quoteName(from)} MODIFY NAME = ${quoteName(to)};`;
  if (closed) return ifNamed(id, from, [rename]);
  return ifNamed(id, from, [
    `ALTER DATABASE ${quoteName(from)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE;`,
    rename,
    `ALTER DATABASE ${quoteName(to)} SET ${access};`,
  ]);
}

interface RenameBack {
  id: number;
  from: string;
  to: string;
  access?: string | undefined;
  /** It is not online: nobody is in it, and nobody can be put out of it. */
  closed?: boolean;
}

/** Gives a live database back to its users as it was before it was taken exclusively. */
export function accessSql({
  id,
  name,
  access,
  asyncStatistics,
}: NonNullable<SwitchedDatabase['live']>): string {
  const statistics = `ALTER DATABASE ${quoteName(name)} SET AUTO_UPDATE_STATISTICS_ASYNC ON;`;
  const rest = `ALTER DATABASE ${quoteName(name)} SET ${access};`;
  return ifNamed(id, name, asyncStatistics ? [statistics, rest] : [rest]);
}

/** The restored database under its staging name: it is in the archive anyway. */
export function dropSql({ stagedId = 0, staged }: Pick<SwitchedDatabase, 'stagedId' | 'staged'>): string {
  return ifNamed(stagedId, staged, [`DROP DATABASE ${quoteName(staged)};`]);
}

export function dropLoginSql(login: string): string {
  return `DROP LOGIN ${quoteName(login)};`;
}

/** Everything by which a person goes back from a switch-over, begun or finished, in order. */
export function goBackSql(state: SwitchState): string[] {
  return [
    ...state.databases.flatMap(goBackOne),
    ...state.createdLogins.map(({ name }) => dropLoginSql(name)),
  ];
}

/** The part of one database in it. */
export function goBackOne(switched: SwitchedDatabase): string[] {
  const { database, staged, stagedId = 0, old, live: kept } = switched;
  const away = renameSql({ id: stagedId, from: database, to: staged });
  const closed = kept?.state !== 'ONLINE';
  const back = kept && [
    renameSql({ id: kept.id, from: old, to: database, access: kept.access, closed }),
    ...(closed ? [] : [accessSql(kept)]),
  ];
  return [away, ...(back ?? []), dropSql(switched)];
}

function ifNamed(id: number, name: string, statements: readonly string[]): string {
  return `IF DB_NAME(${id}) = ${quoteText(name)} BEGIN ${statements.join(' ')} END`;
}
