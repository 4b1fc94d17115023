import { expect, test } from 'vitest';
import { inTenantsName } from '#settings/in-tenants-name.ts';
import { parseProfile } from '#settings/parse/parse-profile.ts';
import { settingsOf } from '#settings/read-settings.ts';
import { tenantConf } from '#settings/tenant-conf.ts';

const FILE = '/etc/lifeboat/tenant.conf';

const profile = (...lines: string[]) => `[system]
version = 1.0

[mariadb main]
user = lifeboat_*
password_file = /etc/lifeboat/passwords/*
${lines.join('\n')}
`;

const mistakesOf = (text: string) => {
  const parsed = parseProfile(text, { file: FILE });
  return parsed.ok ? [] : parsed.mistakes.map((mistake) => mistake.text.replace(`${FILE} `, ''));
};

function settingsFor(name: string, text: string) {
  const places = {
    id: 'x',
    name,
    root: `/t/${name}`,
    backups: `/t/${name}/backups`,
    second: undefined,
    state: '/s',
  };
  return settingsOf(tenantConf({ file: FILE, text }, places, {}), '/s/sysbackup.conf');
}

test('[TN-09] the name of a tenant stands in what names its databases, and no account of others comes along', () => {
  const text = profile(
    'databases = app_*',
    'databases[] = log_*',
    'accounts = needed',
    '',
    '[canary people]',
    'of = mariadb/main/app_*',
    'query = SELECT 2 * 3',
    'expect = 6',
  );
  expect(mistakesOf(text)).toEqual([]);
  const { mariadb, canaries } = settingsFor('acme', text);
  expect(mariadb).toMatchObject([
    {
      databases: ['app_acme', 'log_acme'],
      user: 'lifeboat_acme',
      password: { from: 'file', file: '/etc/lifeboat/passwords/acme' },
      accounts: 'own',
    },
  ]);
  expect(canaries).toMatchObject([{ of: 'mariadb/main/app_acme', query: 'SELECT 2 * 3' }]);
});

test.each([
  [
    'databases = app',
    /line 7, \[mariadb main\] databases: found "app", which would be the same for every tenant/,
  ],
  ['databases = app_*, shared', /found "shared", which would be the same/],
  ['databases = *_*', /found "\*_\*"/],
  [
    'databases = app_*\nsocket = run/maria.sock',
    /socket: found "run\/maria.sock", allowed is an absolute path/,
  ],
  ['databases = app_*\ntls = yes\ntls_ca = ca.pem', /tls_ca: found "ca.pem", allowed is an absolute path/],
  [
    'databases = app_*\n\n[mssql other]\nhost = h\nuser = u\npassword_env = P\ndatabases = x',
    /\[mssql other\]: found this section/,
  ],
  ['databases = app_*\n\n[drill]\nnice = 5', /\[drill\] nice: found this key/],
])('[TN-09] a profile that would lead tenants to one place is refused: %s', (lines, mistake) => {
  expect(mistakesOf(profile(lines)).join('\n')).toMatch(mistake);
});

test.each(['a,b', 'a b', 'a;b', 'a"b', 'a`b', 'a/b', 'a*', 'ä', '', 'a'.repeat(41)])(
  '[TN-09] no database is called after %j',
  (name) => {
    expect(() => inTenantsName(profile('databases = app_*'), name)).toThrow(
      /cannot be called after the tenant/,
    );
    expect(inTenantsName('[sqlite main]\npath = a*\n', name)).toBe('[sqlite main]\npath = a*\n');
  },
);
