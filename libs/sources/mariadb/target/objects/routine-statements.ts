import { quoteQualified } from '../../quote-name.ts';
import type { RoutineGrant } from '../read-live.ts';
import { SESSION_MODE } from '../session-mode.ts';
import { accountName } from './account-name.ts';

export function dropRoutine(database: string, routine: { name: string; type: string }): string[] {
  return forRoutine(routine.type, `DROP ${routine.type} IF EXISTS ${quoteQualified(database, routine.name)}`);
}

/** GRANT statements for what DROP takes away silently; only for routines that `isThere`. */
export function routineGrants(
  database: string,
  live: { routineGrants: readonly RoutineGrant[] },
  isThere: (type: string, name: string) => boolean = () => true,
): string[] {
  return live.routineGrants
    .filter((grant) => isThere(grant.type, grant.routine))
    .flatMap((grant) => {
      const privileges = grant.privileges.join(', ').toUpperCase() || 'USAGE';
      const option = grant.grantOption ? ' WITH GRANT OPTION' : '';
      const place = `${grant.type} ${quoteQualified(database, grant.routine)}`;
      return forRoutine(grant.type, `GRANT ${privileges} ON ${place} TO ${accountName(grant)}${option}`);
    });
}

/** Statements about packages are understood only under sql_mode ORACLE. */
export function forRoutine(type: string, statement: string): string[] {
  if (!type.startsWith('PACKAGE')) return [statement];
  return [`SET SESSION sql_mode = 'ORACLE'`, statement, `SET SESSION sql_mode = '${SESSION_MODE}'`];
}
