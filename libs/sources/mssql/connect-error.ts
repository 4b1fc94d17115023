import { LifeboatError } from '#platform/errors.ts';
import type { MssqlServer } from './connection.ts';
import { mssqlError, sentenceOf } from './mssql-error.ts';

/** What the server said while somebody signed in. */
export interface LoginMessage {
  number: number;
  text: string;
}

export interface LoginContext {
  server: MssqlServer;
  place: string;
  messages: readonly LoginMessage[];
}

/** What can be done about a login that the server refused, by its number. */
const REFUSALS: Record<number, string> = {
  18456:
    'check user and password; a SQL login also needs the server to allow "SQL Server and Windows Authentication mode"',
  18452:
    'check domain, user and password of the Windows account; without the key domain the user is a SQL login',
  18461:
    'the server is in single-user mode and another administrator is signed in: wait until that work has ended',
  18470: 'the login is disabled: ALTER LOGIN [NAME] ENABLE; (as a sysadmin)',
  18486:
    'the login is locked after wrong passwords: ALTER LOGIN [NAME] WITH PASSWORD = .. UNLOCK; (as a sysadmin)',
  18487: 'the password has expired: give the login a new one, and put it where sysbackup.conf says it is',
  18488: 'the password must be changed: give the login a new one, and put it where sysbackup.conf says it is',
  4060: 'the login may not open the database master: check its rights with a sysadmin',
  4064: 'its default database cannot be opened: ALTER LOGIN [NAME] WITH DEFAULT_DATABASE = [master]; (as a sysadmin)',
  17142: 'the server is paused: continue its service',
  18401: 'the server is still starting up: try again in a minute',
};

/** An error of the driver, before a session stands, as ours. */
export function connectError(error: unknown, context: LoginContext): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const chain = chainOf(error);
  const codes = chain.flatMap((one) => ('code' in one && typeof one.code === 'string' ? [one.code] : []));
  const text = sentenceOf(chain.at(-1)?.message || chain[0]?.message || String(error));
  const refusal =
    context.messages.find(({ number }) => REFUSALS[number] !== undefined) ?? context.messages[0];
  // Nothing of what the driver attached may go on: it knows the password.
  const cause = Object.assign(new Error(text), { number: refusal?.number });
  if (refusal !== undefined) return refused(refusal, context, cause);
  if (codes.includes('EENCRYPT')) return encryptionError(context, cause);
  const tls = codes.find(isTlsCode);
  if (tls !== undefined) return tlsError(tls, text, context, cause);
  if (codes.includes('ELOGIN')) return refused({ number: 18456, text: 'login failed' }, context, cause);
  return unreachable(codes, text, context, cause);
}

/** From the driver's wrapper to the innermost cause; of several tried addresses the first. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  let next: unknown = error;
  while (next instanceof Error && !chain.includes(next)) {
    chain.push(next);
    const inner = next as Error & { originalError?: unknown; errors?: unknown };
    next = inner.originalError ?? inner.cause ?? (Array.isArray(inner.errors) ? inner.errors[0] : undefined);
  }
  return chain;
}

function isTlsCode(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code);
}

function refused(
  { number, text }: LoginMessage,
  { server, place }: LoginContext,
  cause: Error,
): LifeboatError {
  const user = server.domain === undefined ? server.user : `${server.domain}\\${server.user}`;
  const hint = REFUSALS[number];
  if (hint === undefined) return mssqlError(Object.assign(new Error(text), { number }), place);
  return new LifeboatError(
    'database-login-refused',
    `${place} refused login "${user}": ${sentenceOf(text)} (error ${number})`,
    { hint, cause },
  );
}

function encryptionError({ server, place }: LoginContext, cause: Error): LifeboatError {
  const wanted = server.tls !== undefined;
  return new LifeboatError(
    'database-tls-failed',
    wanted ? `${place} offers no encryption` : `${place} takes only encrypted connections`,
    {
      hint: wanted
        ? 'give the server a certificate, or set encrypt = no where nobody can listen in'
        : 'set encrypt = yes for this server',
      cause,
    },
  );
}

function tlsError(code: string, text: string, { place }: LoginContext, cause: Error): LifeboatError {
  return new LifeboatError('database-tls-failed', `TLS with ${place} failed: ${text}`, {
    hint: tlsHint(code),
    cause,
  });
}

function tlsHint(code: string): string {
  if (/SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)) {
    return 'nobody this machine trusts has signed the certificate of the server: name its authority (or the certificate itself) with ca = FILE, or take it unseen with trust_server_certificate = yes';
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'the certificate is for another name: write that name into host, or give the server a certificate for this one';
  }
  if (code.startsWith('CERT_'))
    return 'give the server a certificate that is valid today, and check the clocks';
  return 'the server offers only what is too old or too weak today (TLS before 1.2, or the short key of the certificate that it made itself): update it, give it a certificate of its own, and see its error log';
}

function unreachable(
  codes: string[],
  text: string,
  { server, place }: LoginContext,
  cause: Error,
): LifeboatError {
  const named = 'instance' in server.address;
  const lookup = codes.includes('EINSTLOOKUP') || (named && codes.includes('ETIMEOUT'));
  const hint = lookup
    ? 'check the name of the instance, and that its host runs the service SQL Server Browser and lets UDP 1434 through; or give its port with the key port'
    : 'check that the server runs, that host and port are right, and that TCP/IP is switched on in the SQL Server Configuration Manager';
  return new LifeboatError('database-unreachable', `cannot reach ${place}: ${text}`, { hint, cause });
}
