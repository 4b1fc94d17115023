import type { LoginObject } from '../format.ts';
import type { Principal } from './read-principals.ts';

/** How a login of the archive stands to the server it is to be restored to. */
export type LoginState =
  | { is: 'missing'; login: LoginObject }
  | { is: 'equal'; login: LoginObject }
  | { is: 'different'; login: LoginObject; how: string }
  /** The server knows the SID under another name: its users are that login's. */
  | { is: 'renamed'; login: LoginObject; now: string };

/**
 * Compares logins of the archive with the server's: `present` those that can be compared, `principals` whatever else
 * has a name there. Existing ones are never altered: this is what is told of them.
 */
export function compareLogins(
  archived: readonly LoginObject[],
  present: readonly LoginObject[],
  principals: readonly Principal[],
): LoginState[] {
  return archived.map((login): LoginState => {
    const same = present.find(({ name }) => sameName(name, login.name));
    if (same !== undefined) {
      const how = differences(login, same);
      return how.length === 0 ? { is: 'equal', login } : { is: 'different', login, how: how.join(', ') };
    }
    if (principals.some(({ name }) => sameName(name, login.name))) {
      return { is: 'different', login, how: 'a name that the server uses itself' };
    }
    // A Windows account has the SID that Windows gives it.
    const other = login.type === 'S' ? principals.find(({ sid }) => sid === login.sid) : undefined;
    return other === undefined ? { is: 'missing', login } : { is: 'renamed', login, now: other.name };
  });
}

/** Most servers compare names without case; two logins that differ in nothing else are the exception. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function differences(archived: LoginObject, now: LoginObject): string[] {
  const lacks = archived.roles.filter((role) => !now.roles.includes(role));
  const more = now.roles.filter((role) => !archived.roles.includes(role));
  return [
    ...(archived.type === now.type ? [] : ['kind of login']),
    ...(archived.sid === now.sid ? [] : ['SID']),
    ...(archived.passwordHash === now.passwordHash ? [] : ['password']),
    ...(archived.disabled === now.disabled ? [] : [now.disabled ? 'disabled here' : 'enabled here']),
    ...lacks.map((role) => `not a member of ${role} here`),
    ...more.map((role) => `a member of ${role} here`),
  ];
}
