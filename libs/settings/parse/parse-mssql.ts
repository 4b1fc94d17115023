import { quote } from '../quote.ts';
import type { SecretSource } from '../secret-source.ts';
import type { SectionReader } from '../section-reader.ts';
import type { MssqlSettings, MssqlStaging, MssqlTls } from '../settings.ts';
import { parseDatabases } from './parse-databases.ts';
import { parseSecret } from './parse-secret.ts';

/** They belong to the server; the logins that the databases need are saved with the databases. */
const SERVER_DATABASES = ['master', 'model', 'msdb', 'tempdb', 'resource', 'mssqlsystemresource'];
const LONGEST_NAME = 128;
const DEFAULT_STALL_MS = 30 * 60_000;

/** `[mssql NAME]`: one SQL Server and the databases of it that are saved. */
export function parseMssql(section: SectionReader): MssqlSettings {
  return {
    name: section.name,
    address: parseAddress(section),
    user: parseUser(section),
    domain: section.text('domain', { allowed: 'the name of a Windows domain', pattern: /^[^\s\\/@]+$/ }),
    password: requirePassword(section),
    tls: parseTls(section),
    databases: parseDatabases(section, { own: SERVER_DATABASES, longest: LONGEST_NAME }),
    importance: section.importance(),
    staging: parseStaging(section),
    stallMs: parseStall(section),
    check: section.choice('check', ['physical_only', 'full'], 'physical_only'),
  };
}

function parseAddress(section: SectionReader): MssqlSettings['address'] {
  const allowed = 'a host name or IP address (a named instance goes into the key instance)';
  const host = section.text('host', { allowed, pattern: /^[^\s/\\,]+$/ }) ?? '127.0.0.1';
  const port = section.wholeNumber('port', { from: 1, to: 65_535, otherwise: 1433 });
  const instance = section.text('instance', {
    allowed: "the instance's name alone, at most 16 characters, as in HOST\\NAME",
    pattern: /^[\p{L}_#][\p{L}\p{N}_$#]{0,15}$/u,
  });
  if (section.has('instance') && section.has('port')) {
    section.mistake('instance', 'this key beside port', 'either instance (its port is asked for) or port');
  }
  return instance === undefined ? { host, port } : { host, instance };
}

function parseUser(section: SectionReader): string {
  const allowed = 'the name of a login (that of a Windows account alone, with its domain in the key domain)';
  return section.requiredText('user', { allowed, pattern: /^[^\\]+$/ });
}

/** Both ways to sign in, SQL login and NTLM, need one. */
function requirePassword(section: SectionReader): SecretSource {
  if (!section.has('password_file') && !section.has('password_env')) {
    section.mistake('password_file', 'neither password_file nor password_env', 'one of the two (required)');
  }
  return parseSecret(section, 'password') ?? { from: 'environment', variable: '' };
}

/** Keys that would look like protection and be none are mistakes. */
function parseTls(section: SectionReader): MssqlTls | undefined {
  const wanted = section.yesNo('encrypt', true);
  const trust = section.yesNo('trust_server_certificate', false);
  const ca = section.path('ca');
  for (const key of ['ca', 'trust_server_certificate'] as const) {
    if (!wanted && section.has(key)) section.mistake(key, 'this key beside encrypt = no', 'one of the two');
  }
  if (trust && section.has('ca')) {
    section.mistake('ca', 'this key beside trust_server_certificate = yes', 'one of the two');
  }
  return wanted ? { trust, ca } : undefined;
}

/** Two views of one folder: both or neither, and each an absolute path where it is read. */
function parseStaging(section: SectionReader): MssqlStaging | undefined {
  const server = section.text('staging_server_path', {
    allowed:
      'the absolute path under which the server knows the folder: /..., C:\\... or \\\\HOST\\SHARE\\...',
    pattern: /^(\/|[A-Za-z]:\\|\\\\[^\\]+\\[^\\]+)/,
  });
  const local = section.path('staging_local_path');
  if (section.has('staging_server_path') !== section.has('staging_local_path')) {
    const alone = section.has('staging_local_path') ? 'staging_local_path' : 'staging_server_path';
    section.mistake(alone, 'this key alone', 'staging_server_path and staging_local_path together');
  }
  return server === undefined || local === undefined ? undefined : { serverPath: server, localPath: local };
}

const UNITS = { s: 1000, min: 60_000, h: 3_600_000 } as const;

/** From 1 second to 24 hours. */
function parseStall(section: SectionReader): number {
  const allowed = 'a number with its unit, s, min or h, from 1 s to 24 h';
  const text = section.text('stall', { allowed });
  if (text === undefined) return DEFAULT_STALL_MS;
  const [, number, unit] = /^([1-9]\d{0,5}) *(s|min|h)$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN);
  if (ms <= 24 * UNITS.h) return ms;
  section.mistake('stall', quote(text), allowed);
  return DEFAULT_STALL_MS;
}
