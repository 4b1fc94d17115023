import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { confWithoutSecrets } from '#settings/conf-without-secrets.ts';
import { secretsNamedIn } from '#settings/secrets-named-in.ts';

test('known keys stay with their values and lines; whatever could be a secret goes', () => {
  const text = `; old password: geheim
[system]
name = Door # geheim
root = /srv/door
stop = /opt/stop --token geheim
start = "/opt/door control/start"
geheim
password = geheim

[mariadb main]
user = backup
password_file = secret/db
passwort = geheim
[hooks]
before = curl https://example.org/geheim
[unknown]
name = geheim
[webhook x] geheim
`;
  const shown = confWithoutSecrets(text);
  expect(shown).not.toContain('opt/stop --token');
  expect(shown.split('\n')).toHaveLength(text.split('\n').length);
  expect(shown.split('\n')).toEqual([
    '; (a comment)',
    '[system]',
    'name = Door',
    'root = /srv/door',
    'stop = /opt/stop (arguments)',
    'start = "/opt/door control/start"',
    '; (a key that is not known)',
    '; (a key that is not known)',
    '',
    '[mariadb main]',
    'user = backup',
    'password_file = secret/db',
    '; (a key that is not known)',
    '[hooks]',
    'before = curl (arguments)',
    '[unknown]',
    '; (a key that is not known)',
    '; (a line that cannot be understood)',
    '',
  ]);
});

test('the example keeps every key, and any text is taken', () => {
  const example = readFileSync(new URL('../../../docs/sysbackup.example.conf', import.meta.url), 'utf8');
  const shown = confWithoutSecrets(example);
  expect(shown).toContain('databases = ac, ta, video');
  expect(shown).not.toContain('not known');
  fc.assert(fc.property(fc.string(), (text) => typeof confWithoutSecrets(text) === 'string'));
});

test('the places of secrets are found also in a conf that is broken elsewhere', () => {
  const text =
    '[system]\nroot = /srv\nkeep = 900\n[mariadb m]\npassword_file = db\n[ping p]\nurl_env = PING\n[';
  expect(secretsNamedIn(text)).toEqual([
    { from: 'file', file: '/srv/db' },
    { from: 'environment', variable: 'PING' },
  ]);
});
