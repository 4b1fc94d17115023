import type { Finding } from '../../source.ts';
import type { LoginState } from './compare-logins.ts';

/** What becomes of each login that is not equal: created where it is missing, never altered where it is there. */
export function loginFindings(states: readonly LoginState[], globalAccounts: boolean): Finding[] {
  return states.flatMap((state): Finding[] => {
    const { name, roles } = state.login;
    if (state.is === 'equal') return [];
    if (state.is === 'missing') return [missing(name, roles, globalAccounts)];
    if (state.is === 'renamed') {
      return [warning(`login ${name} is called ${state.now} here (the same SID): it stays as it is`)];
    }
    return [warning(`login ${name} differs from the archive (${state.how}): it stays as it is`)];
  });
}

function missing(name: string, roles: readonly string[], globalAccounts: boolean): Finding {
  const created = `login ${name} is missing and will be created`;
  if (roles.length === 0) return warning(created);
  const list = roles.join(', ');
  if (globalAccounts) return warning(`${created}, as a member of ${list}`);
  return {
    ...warning(`${created}, but a member of ${list}, as it was, only if that is agreed`),
    option: 'global-accounts',
  };
}

function warning(message: string): Finding {
  return { level: 'warning', message };
}
