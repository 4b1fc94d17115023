import type { SectionReader } from '../section-reader.ts';
import type { MariadbSettings, TlsSettings } from '../settings.ts';
import { parseDatabases } from './parse-databases.ts';
import { parseSecret } from './parse-secret.ts';

/** They belong to the server; the accounts that the databases need are saved with the databases. */
const SERVER_DATABASES = ['information_schema', 'mysql', 'performance_schema', 'sys'];

/** `[mariadb NAME]`: one server and the databases of it that are saved. */
export function parseMariadb(section: SectionReader): MariadbSettings {
  return {
    name: section.name,
    address: parseAddress(section),
    user: section.requiredText('user', { allowed: 'the name of a database account' }),
    password: parseSecret(section, 'password'),
    tls: parseTls(section),
    databases: parseDatabases(section, { own: SERVER_DATABASES, longest: 64 }),
    importance: section.importance(),
    exact: section.choice('exact', ['snapshot', 'lock'], 'snapshot'),
    accounts: section.choice('accounts', ['needed', 'own'], 'needed'),
  };
}

function parseAddress(section: SectionReader): MariadbSettings['address'] {
  const socket = section.path('socket');
  const host = section.text('host', { allowed: 'a host name or IP address', pattern: /^[^\s/\\]+$/ });
  const port = section.wholeNumber('port', { from: 1, to: 65_535, otherwise: 3306 });
  if (section.has('socket') && (section.has('host') || section.has('port'))) {
    section.mistake('socket', 'this key beside host or port', 'either socket, or host and port');
  }
  return socket === undefined ? { host: host ?? '127.0.0.1', port } : { socket };
}

/** TLS keys without `tls = yes` are a mistake: they would look like protection and be none. */
function parseTls(section: SectionReader): TlsSettings | undefined {
  const wanted = section.yesNo('tls', false);
  const tls: TlsSettings = {
    ca: section.path('tls_ca'),
    certificate: section.path('tls_certificate'),
    key: section.path('tls_key'),
    verify: section.yesNo('tls_verify', true),
  };
  for (const key of ['tls_ca', 'tls_certificate', 'tls_key', 'tls_verify'] as const) {
    if (!wanted && section.has(key)) section.mistake(key, 'this key without tls = yes', 'both, or neither');
  }
  if (section.has('tls_certificate') !== section.has('tls_key')) {
    const alone = section.has('tls_key') ? 'tls_key' : 'tls_certificate';
    section.mistake(alone, 'this key alone', 'tls_certificate and tls_key together');
  }
  return wanted ? tls : undefined;
}
