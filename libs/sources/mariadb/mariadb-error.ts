import { type ErrorCode, LifeboatError } from '#platform/errors.ts';

/** Error numbers of the server that mean more than "it failed". */
const MEANING: Record<number, ErrorCode> = {
  1040: 'database-busy',
  1044: 'database-right-missing',
  1049: 'database-missing',
  1142: 'database-right-missing',
  1143: 'database-right-missing',
  1205: 'database-busy',
  1213: 'database-busy',
  1226: 'database-busy',
  1227: 'database-right-missing',
  1345: 'database-right-missing',
  1370: 'database-right-missing',
  1410: 'database-right-missing',
  1412: 'database-changed',
};

/** Login refusals: wrong password, no such account, host not allowed, account locked or expired. */
const LOGIN_REFUSED = new Set([1045, 1129, 1130, 1698, 1820, 1862, 4151]);

/**
 * An error of mysql2 as ours: `place` names the server. The statement that mysql2 attaches is left behind,
 * since it may hold a password's hash; the server's number stays readable through `serverErrno`.
 */
export function mariadbError(error: unknown, place: string): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const { errno, message, code } = parts(error);
  const cause = Object.assign(new Error(message), { errno, code });
  if (errno === undefined) {
    return new LifeboatError('database-unreachable', `the connection to ${place} was lost: ${message}`, {
      hint: 'see the error log of the server for why it ended the connection',
      cause,
    });
  }
  return new LifeboatError(MEANING[errno] ?? 'database-failed', `${place}: ${message} (error ${errno})`, {
    cause,
  });
}

/** The same for everything that can go wrong before a session stands. */
export function connectError(error: unknown, place: string, user: string): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const { errno, message, code } = parts(error);
  const cause = Object.assign(new Error(message), { errno, code });
  if (errno !== undefined && LOGIN_REFUSED.has(errno)) {
    return new LifeboatError('database-login-refused', `${place} refused user "${user}": ${message}`, {
      hint: 'check user and password, and that the account may sign in from this machine',
      cause,
    });
  }
  if (code?.startsWith('HANDSHAKE_') || isTlsCode(code)) return tlsError(code, message, place, cause);
  if (errno === 3159 || /secure transport|require_secure_transport/i.test(message)) {
    return new LifeboatError('database-tls-failed', `${place} takes only encrypted connections`, {
      hint: 'set tls = on for this server',
      cause,
    });
  }
  const plugin = /unknown plugin (\S+)\. /.exec(message)?.[1];
  if (plugin !== undefined || code === 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED') {
    return pluginError(plugin ?? 'mysql_clear_password', place, user, cause);
  }
  if (errno !== undefined) return mariadbError(error, place);
  return new LifeboatError('database-unreachable', `cannot reach ${place}: ${message}`, {
    hint: 'check that the server runs and that host and port, or socket, are right',
    cause,
  });
}

function parts(error: unknown): { errno: number | undefined; message: string; code: string | undefined } {
  if (!(error instanceof Error)) return { errno: undefined, message: String(error), code: undefined };
  const fields = error as Error & {
    errno?: unknown;
    sqlState?: unknown;
    sqlMessage?: unknown;
    code?: unknown;
    errors?: unknown;
  };
  const code = typeof fields.code === 'string' ? fields.code : undefined;
  const fromServer = typeof fields.sqlMessage === 'string' || typeof fields.sqlState === 'string';
  const errno = fromServer && typeof fields.errno === 'number' ? fields.errno : undefined;
  // An AggregateError (all addresses of a host refused) has an empty message of its own.
  const inner = Array.isArray(fields.errors) ? fields.errors.find((e) => e instanceof Error) : undefined;
  const message =
    (typeof fields.sqlMessage === 'string' && fields.sqlMessage) || error.message || inner?.message || code;
  return { errno, message: message ?? 'no reason given', code };
}

function isTlsCode(code: string | undefined): boolean {
  return code !== undefined && /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code);
}

function tlsError(code: string | undefined, message: string, place: string, cause: Error): LifeboatError {
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return new LifeboatError('database-tls-failed', `${place} offers no TLS`, {
      hint: 'give the server a certificate (ssl_cert, ssl_key), or set tls = off',
      cause,
    });
  }
  return new LifeboatError('database-tls-failed', `TLS with ${place} failed: ${message}`, {
    hint: 'check the CA file, the name in the certificate of the server, and the client certificate',
    cause,
  });
}

function pluginError(plugin: string, place: string, user: string, cause: Error): LifeboatError {
  const shown = plugin === 'client_ed25519' ? 'ed25519 (client_ed25519)' : plugin;
  return new LifeboatError(
    'database-unsupported',
    `${place} wants "${user}" to sign in by the plugin ${shown}, which lifeboat does not have`,
    {
      hint: 'check that the account exists (for an unknown one the server names any plugin); make one for backups that is identified via mysql_native_password or unix_socket',
      cause,
    },
  );
}
