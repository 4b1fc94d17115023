import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse as iniParse } from 'ini';
import { describe, expect, test } from 'vitest';
import { neverInside } from '#settings/never-inside.ts';
import { FREQUENCIES } from '#settings/parse/parse-schedule.ts';
import { readValue } from '#settings/read-value.ts';
import { scanConf } from '#settings/scan-conf.ts';
import { SECTION_KEYS } from '#settings/section-keys.ts';
import { anySettings, confOf, confText, GOOD, good, mistakesOf } from './conf-text.ts';

/** The mistakes of a right conf in which one section has these lines. */
function mistakesWith(section: string, ...lines: string[]): string[] {
  const before: readonly string[] = GOOD[section as keyof typeof GOOD] ?? [];
  const keys = lines.map((line) => line.split('=')[0]?.trim());
  const kept = before.filter((line) => !keys.includes(line.split('=')[0]?.trim()));
  return mistakesOf(confText({ ...GOOD, [section]: [...kept, ...lines] }));
}

function goodWith(section: string, ...lines: string[]) {
  const before: readonly string[] = GOOD[section as keyof typeof GOOD] ?? [];
  return good(confText({ ...GOOD, [section]: [...before, ...lines] }));
}

const MSSQL = ['user = backup', 'password_env = P', 'databases = AC'];
const MARIADB = ['user = backup', 'databases = ac'];

describe('what a conf says', () => {
  test('[BT-05] the least conf gets the defaults: on, daily 23:45; keep 7, Fast', () => {
    const settings = good(confText(GOOD));
    expect(settings.backup).toEqual({
      path: '/backup',
      frequency: 'Daily',
      time: '23:45',
      weekday: 'Sunday',
      day: 1,
      every: undefined,
      weekdays: ['Sunday'],
      automation: 'on',
      missed: 'run',
      retry: { count: 10, unit: 'minutes' },
      cancelAfter: undefined,
      keep: 7,
      keepDays: undefined,
      deleteOld: 'after',
      naming: 'numbered',
      prefix: undefined,
      onlyIfChanged: false,
      compression: 'Fast',
      second: undefined,
      state: undefined,
      journal: undefined,
      verbose: true,
      nice: 0,
      ioLimit: undefined,
    });
    expect(settings.hooks).toEqual({
      before: undefined,
      after: undefined,
      alert: undefined,
      afterRestore: undefined,
      timeLimit: 300,
    });
    expect(settings).toMatchObject({ channels: [], watch: { maxAge: 'schedule' }, log: { level: 'info' } });
    expect(settings.system).toEqual({
      id: undefined,
      name: 'Door control',
      root: '/srv/door',
      version: { from: 'literal', version: '2.9.1' },
      stop: undefined,
      start: undefined,
      startCheck: undefined,
      startCheckLimit: 300,
      units: [],
      services: [],
      keepOldDays: 7,
    });
    expect(settings.folders).toEqual([
      {
        name: 'images',
        path: { from: 'literal', path: '/srv/door/data/images' },
        importance: 'normal',
        exclude: [],
      },
    ]);
  });

  test('random settings written as a conf are read as the same settings', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        expect(good(confOf(settings))).toEqual(settings);
      }),
      { numRuns: 500 },
    );
  });

  test('keys and values mean what the package ini reads', () => {
    const value = fc.string({ unit: fc.constantFrom(...'ab1=;#"\'\\[] \t'), minLength: 1, maxLength: 8 });
    const line = fc.oneof(
      fc
        .tuple(fc.constantFrom('a', ' b', 'c d'), fc.constantFrom('=', ' = '), value)
        .map((parts) => parts.join('')),
      fc.constantFrom('a = true', "b = '12'", '', '; a = 1', ' # b = 1', '[s]', '[t u]  '),
    );
    let compared = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), (lines, eol) => {
        const text = lines.join(eol);
        const theirs = iniParse(text);
        const ours = new Map<string, { scope: Record<string, unknown>; key: string; value: string }>();
        for (const { section, what } of scanConf(text)) {
          if (what.kind !== 'entry') continue;
          const { value, trap } = readValue(what.raw ?? '');
          const scope = section === undefined ? theirs : theirs[section];
          ours.delete(`${section} ${what.key}`);
          if (!trap) ours.set(`${section} ${what.key}`, { scope, key: what.key, value });
        }
        for (const { scope, key, value } of ours.values()) {
          // In quotes ini makes a number of 12; as text it is the same.
          expect(String(scope[key])).toBe(value);
          compared += 1;
        }
      }),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(3000);
  });

  test('[BS-03] a folder whose path stands under a key of another conf file', () => {
    const settings = goodWith('folder util', 'path_from = conf/system.conf', 'path_key = util.path');
    expect(settings.folders[1]?.path).toEqual({
      from: 'key',
      file: '/srv/door/conf/system.conf',
      key: 'util.path',
    });
  });

  test('marks of importance: required, normal, optional', () => {
    const settings = good(
      confText({
        ...GOOD,
        'file enckey': ['path = conf/enckey', 'required = yes'],
        'folder upload': ['path = upload', 'optional = YES'],
        'file log': ['path = log.conf', 'required = no', 'optional = no'],
      }),
    );
    expect(settings.files.map((file) => file.importance)).toEqual(['required', 'normal']);
    expect(settings.folders.map((folder) => folder.importance)).toEqual(['normal', 'optional']);
  });

  test('a database server: defaults, socket, TLS, database names with commas', () => {
    const [plain] = goodWith('mariadb main', ...MARIADB).mariadb;
    expect(plain).toMatchObject({
      address: { host: '127.0.0.1', port: 3306 },
      password: undefined,
      tls: undefined,
      exact: 'snapshot',
      accounts: 'needed',
    });
    const [full] = goodWith(
      'mariadb main',
      'socket = /run/mysqld/mysqld.sock',
      'user = backup',
      'password_file = secret/db',
      'databases = ac, ta',
      'databases[] = video, old',
      'tls = yes',
      'tls_ca = /etc/ca.pem',
      'exact = Lock',
      'accounts = own',
    ).mariadb;
    expect(full).toMatchObject({
      address: { socket: '/run/mysqld/mysqld.sock' },
      password: { from: 'file', file: '/srv/door/secret/db' },
      databases: ['ac', 'ta', 'video, old'],
      tls: { ca: '/etc/ca.pem', verify: true },
      exact: 'lock',
      accounts: 'own',
    });
  });

  test('a SQL Server: encrypted, physical check, 30 minutes by default; instance, domain, staging', () => {
    const [plain] = goodWith('mssql main', ...MSSQL).mssql;
    expect(plain).toEqual({
      name: 'main',
      address: { host: '127.0.0.1', port: 1433 },
      user: 'backup',
      domain: undefined,
      password: { from: 'environment', variable: 'P' },
      tls: { trust: false, ca: undefined },
      databases: ['AC'],
      importance: 'normal',
      staging: undefined,
      stallMs: 1_800_000,
      check: 'physical_only',
    });
    const [full] = goodWith(
      'mssql main',
      'host = sql.example.org',
      'instance = SQLEXPRESS',
      'user = svc',
      'domain = EXAMPLE',
      'password_file = secret/sql',
      'encrypt = no',
      "databases[] = O'Brien, [old] Türen",
      "staging_server_path = '\\\\nas\\lifeboat staging'",
      'staging_local_path = /mnt/staging',
      'stall = 90 s',
      'check = Full',
    ).mssql;
    expect(full).toMatchObject({
      address: { host: 'sql.example.org', instance: 'SQLEXPRESS' },
      domain: 'EXAMPLE',
      password: { from: 'file', file: '/srv/door/secret/sql' },
      tls: undefined,
      databases: ["O'Brien, [old] Türen"],
      staging: { serverPath: '\\\\nas\\lifeboat staging', localPath: '/mnt/staging' },
      stallMs: 90_000,
      check: 'full',
    });
  });

  test('the staging folder of a SQL Server is never part of a folder that holds it', () => {
    const settings = goodWith(
      'mssql main',
      ...MSSQL,
      'staging_server_path = /s',
      'staging_local_path = data/staging',
    );
    expect(neverInside(settings, '/state')).toContain('/srv/door/data/staging');
  });

  test('stop and start are a program and its arguments; quotes belong to the words', () => {
    const { system } = goodWith(
      'system',
      'stop = "/opt/door control/stop"',
      "start = systemctl start 'door control' --now ; a comment",
    );
    expect(system.stop).toEqual(['/opt/door control/stop']);
    expect(system.start).toEqual(['systemctl', 'start', 'door control', '--now']);
  });

  test('channels: defaults, in the order of the file', () => {
    const { channels } = good(
      confText({
        ...GOOD,
        'ping monitor': ['url_env = PING_URL', 'start = none'],
        'mail admins': [
          'host = mail.example.org',
          'from = a@example.org',
          'to = b@example.org, c@example.org',
        ],
        'webhook chat': ['url_file = /etc/hook', 'on = alert, Too-Old'.toLowerCase()],
      }),
    );
    expect(channels).toEqual([
      {
        kind: 'ping',
        name: 'monitor',
        url: { from: 'environment', variable: 'PING_URL' },
        start: undefined,
        success: '',
        fail: '/fail',
      },
      {
        kind: 'mail',
        name: 'admins',
        host: 'mail.example.org',
        port: 587,
        tls: 'starttls',
        ca: undefined,
        verify: true,
        user: undefined,
        password: undefined,
        from: 'a@example.org',
        to: ['b@example.org', 'c@example.org'],
        on: [
          'failure',
          'incomplete',
          'interrupted',
          'recovered',
          'alert',
          'too-old',
          'drill-failed',
          'drill-passed',
        ],
      },
      { kind: 'webhook', name: 'chat', url: { from: 'file', file: '/etc/hook' }, on: ['alert', 'too-old'] },
    ]);
  });

  test('exclude patterns keep the commas of their braces', () => {
    const settings = goodWith(
      'folder logs',
      'path = logs',
      'exclude = *.{log,tmp}, cache/**',
      'exclude[] = a,b',
    );
    expect(settings.folders[1]?.exclude).toEqual(['*.{log,tmp}', 'cache/**', 'a,b']);
  });

  test('[BS-13] in the conf: paths with spaces, parentheses and non-ASCII letters', () => {
    const path = '/backup (daily)/Sicherung für 출입';
    expect(good(confText({ ...GOOD, backup: [`path = ${path}`] })).backup.path).toBe(path);
  });

  test('a Windows path keeps its backslashes', () => {
    expect(readValue(' C:\\Program Files\\Door ').value).toBe('C:\\Program Files\\Door');
    expect(readValue("'\\\\server\\share'").value).toBe('\\\\server\\share');
  });

  test('lines may end with CR LF', () => {
    expect(good(confText(GOOD).replaceAll('\n', '\r\n'))).toEqual(good(confText(GOOD)));
  });
});

describe('[BS-06] frequency', () => {
  test.each(['Not Use', 'Daily', 'Weekly', 'Monthly'] as const)(
    '[BS-06] %s, in any case of letters',
    (frequency) => {
      for (const written of [frequency, frequency.toLowerCase(), frequency.toUpperCase()]) {
        expect(goodWith('backup', `frequency = ${written}`).backup.frequency).toBe(frequency);
      }
    },
  );

  test('[BS-06] there are exactly these four and any other is refused with all of them named', () => {
    expect(FREQUENCIES).toEqual(['Not Use', 'Daily', 'Weekly', 'Monthly']);
    for (const written of ['Hourly', 'NotUse', 'never', 'Yearly', '']) {
      expect(mistakesWith('backup', `frequency = ${written}`)).toEqual([
        expect.stringMatching(/\[backup\] frequency: found .*, allowed is Not Use, Daily, Weekly, Monthly$/),
      ]);
    }
  });
});

describe('[BS-10] keep', () => {
  test.each(['1', '100', '42'])('[BS-10] %s is accepted', (keep) => {
    expect(goodWith('backup', `keep = ${keep}`).backup.keep).toBe(Number(keep));
  });

  test.each(['0', '101', '2.5', 'ten', '', '-1', '1e1', '0x10', '٣', "' 7'"])(
    '[BS-10] "%s" is refused with the range',
    (keep) => {
      expect(mistakesWith('backup', `keep = ${keep}`)).toEqual([
        expect.stringMatching(
          /^\/etc\/sysbackup\.conf line \d+, \[backup\] keep: found .+, allowed is a whole number from 1 to 100$/,
        ),
      ]);
    },
  );
});

describe('rotation', () => {
  test('[TN-07] a count, a period, or both; a period alone is not cut short by a count', () => {
    expect(goodWith('backup', 'keep_days = 30').backup).toMatchObject({ keep: Infinity, keepDays: 30 });
    expect(goodWith('backup', 'keep_days = 30', 'keep = 5').backup).toMatchObject({ keep: 5, keepDays: 30 });
    for (const days of ['0', '3651', '1.5', 'ten', '']) {
      expect(mistakesWith('backup', `keep_days = ${days}`)).toEqual([
        expect.stringMatching(/keep_days: found .+, allowed is a whole number from 1 to 3650$/),
      ]);
    }
  });

  test('[FD-20] old archives go after the new one or before it', () => {
    expect(goodWith('backup', 'delete_old = Before').backup.deleteOld).toBe('before');
    expect(mistakesWith('backup', 'delete_old = never')).toEqual([
      expect.stringMatching(/delete_old: found "never", allowed is after, before$/),
    ]);
  });

  test('[BT-02] calendar names with a prefix that can begin the name of a file anywhere', () => {
    const { backup } = goodWith('backup', 'naming = calendar', 'prefix = BT8');
    expect(backup).toMatchObject({ naming: 'calendar', prefix: 'BT8' });
    for (const prefix of ['../x', 'a/b', 'a.b', '-a', 'a b', 'a:b', '', 'x'.repeat(41)]) {
      expect(mistakesWith('backup', `prefix = ${prefix}`)).toEqual([
        expect.stringMatching(/prefix: found .+, allowed is at most 40 letters, digits, _ and -/),
      ]);
    }
  });
});

describe('mistakes', () => {
  test('all at once, each one line with file, line, section, key, what was found and what is allowed', () => {
    const text = confText({
      system: ['name = Door', 'root = relative', 'version = 1', 'stop = a && b'],
      'mariadb main': ['databases = ac', 'port = 99999'],
      backup: ['path = /backup', 'keep = 0', 'time = 9:30'],
    });
    expect(mistakesOf(text)).toEqual([
      '/etc/sysbackup.conf line 3, [system] root: found "relative", allowed is an absolute path',
      '/etc/sysbackup.conf line 5, [system] stop: found the word "&&", allowed is one program and its arguments: no shell reads it (use a script)',
      '/etc/sysbackup.conf line 7, [mariadb main] user: found no such key, allowed is the name of a database account (required)',
      '/etc/sysbackup.conf line 9, [mariadb main] port: found "99999", allowed is a whole number from 1 to 65535',
      '/etc/sysbackup.conf line 13, [backup] keep: found "0", allowed is a whole number from 1 to 100',
      '/etc/sysbackup.conf line 14, [backup] time: found "9:30", allowed is HH:MM from 00:00 to 23:59',
    ]);
  });

  test('an empty file: what is missing', () => {
    const found = mistakesOf('').join('\n');
    expect(found).toContain('[system]: found no such section');
    expect(found).toContain('[backup]: found no such section');
    expect(found).toContain('nothing to back up');
  });

  const cases: [title: string, section: string, lines: string[], found: RegExp][] = [
    [
      'an unknown key, with the nearest known one',
      'file key',
      ['path = k', 'requird = yes'],
      /requird: found an unknown key \(did you mean required\?\)/,
    ],
    ['a key in capitals', 'backup', ['Keep = 5'], /Keep: found an unknown key \(did you mean keep\?\)/],
    [
      'required and optional',
      'file key',
      ['path = k', 'required = yes', 'optional = yes'],
      /optional: found yes beside required/,
    ],
    [
      'a mark that is neither yes nor no',
      'file key',
      ['path = k', 'required = true'],
      /required: found "true", allowed is yes, no/,
    ],
    [
      'a key twice',
      'file key',
      ['path = k', 'path = l'],
      /path: found this key a second time \(first on line/,
    ],
    ['a key without =', 'file key', ['path = k', 'required'], /required: found no = after the key/],
    ['a list where one value is allowed', 'file key', ['path[] = k'], /path: found a list/],
    ['a missing path', 'file key', [], /path: found no such key, allowed is a path/],
    ['an empty path', 'file key', ['path ='], /path: found nothing/],
    ['a home folder', 'file key', ['path = ~/k'], /path: found "~\/k"/],
    ['a # inside a word', 'file key', ['path = a#b'], /path: found a # inside a word/],
    ['a ; inside a word', 'file key', ['path = a;b'], /path: found a ; inside a word/],
    ['an open quote', 'file key', ['path = "a'], /path: found a value that begins with "/],
    ['a comment after quotes', 'file key', ["path = 'a' ; b"], /path: found a value that begins with '/],
    [
      'a backslash in double quotes',
      'file key',
      ['path = "C:\\data"'],
      /path: found a value that begins with "/,
    ],
    [
      'a line break in a value',
      'file key',
      ['path = "a\\nrequired = no"'],
      /path: found a control character/,
    ],
    ['a NUL in a value', 'file key', ['path = "a\\u0000b"'], /path: found a control character/],
    ['a NUL in the file', 'file key', ['path = a\0b'], /found the control character "\\u0000"/],
    ['a line separator', 'file key', ['path = a\u2028b'], /found the control character "\\u2028"/],
    [
      'a lone carriage return',
      'file key',
      ['path = a\rrequired = yes'],
      /found a carriage return without line feed/,
    ],
    ['a line without a key', 'file key', ['path = k', '= x'], /found no key before the =/],
    [
      'an indented header',
      'file key',
      ['path = k', ' [file other]', 'path = l'],
      /found a line that starts with \[/,
    ],
    [
      'a comment after a header',
      'file key',
      ['path = k', '[file other] ; x', 'path = l'],
      /found a line that starts with \[/,
    ],
    [
      'a name with a dot',
      'folder a.b',
      ['path = k'],
      /\[folder a\.b\]: found the name "a\.b", allowed is a name of letters.*no dot/,
    ],
    ['a name with a slash', 'folder ../x', ['path = k'], /found the name/],
    ['no name', 'folder', ['path = k'], /\[folder\]: found no name/],
    ['a name where none is', 'backup now', ['path = /k'], /\[backup now\]: found the name "now"/],
    ['a name of 81 bytes', `folder ${'é'.repeat(40)}x`, ['path = k'], /found a name of 81 bytes/],
    [
      'an unknown kind',
      'oracle main',
      ['path = k'],
      /\[oracle main\]: found an unknown kind of section, allowed is \[system\], \[mariadb NAME\]/,
    ],
    ['a mistyped kind', 'foldr x', ['path = k'], /unknown kind of section \(did you mean folder\?\)/],
    [
      'a twin that differs in case',
      'folder IMAGES',
      ['path = k'],
      /\[folder IMAGES\]: found this section a second time/,
    ],
    [
      'two components of one place',
      'folder other',
      ['path = data/../data/images'],
      /\[folder other\] path: found the place of \[folder images\]/,
    ],
    [
      'path and path_from',
      'folder x',
      ['path = a', 'path_from = b', 'path_key = c'],
      /path_from: found this key beside path/,
    ],
    ['path_from without path_key', 'folder x', ['path_from = b'], /path_from: found this key alone/],
    ['no path at all', 'folder x', ['optional = yes'], /path: found neither path nor path_from/],
    ['an absolute exclude', 'folder x', ['path = a', 'exclude = /tmp'], /exclude: found "\/tmp"/],
    [
      'an exclude that leaves the folder',
      'folder x',
      ['path = a', 'exclude = b/../../c'],
      /exclude: found "b/,
    ],
    [
      'an exclude that is turned round',
      'folder x',
      ['path = a', 'exclude = !*.db'],
      /exclude: found "!\*\.db"/,
    ],
    [
      'an exclude cut by a #',
      'folder x',
      ['path = a', 'exclude = *.tmp, #*#'],
      /exclude: found an empty item/,
    ],
    [
      'version and version_file',
      'system',
      ['version = 1', 'version_file = b'],
      /version_file: found this key beside version/,
    ],
    ['version_key alone', 'system', ['version_key = b'], /version_key: found this key without version_file/],
    [
      'an id that is no file name',
      'system',
      ['id = ../x'],
      /id: found "\.\.\/x", allowed is letters, digits and dashes/,
    ],
    ['a stop command with an open quote', 'system', ['stop = "a b'], /stop: found .* allowed is a program/],
    ['a stop command of nothing', 'system', ['stop = ""'], /stop: found an empty program name/],
    [
      'a relative destination',
      'backup',
      ['path = backups'],
      /path: found "backups", allowed is an absolute path/,
    ],
    [
      'a day that no month has',
      'backup',
      ['day = 32'],
      /day: found "32", allowed is a whole number from 1 to 31/,
    ],
    ['an hour that no day has', 'backup', ['time = 24:00'], /time: found "24:00"/],
    ['a weekday cut short', 'backup', ['weekday = Sun'], /weekday: found "Sun", allowed is Monday/],
    [
      'an unknown compression',
      'backup',
      ['compression = Best'],
      /compression: found "Best", allowed is None, Fast, Compact/,
    ],
    [
      'socket beside host',
      'mariadb m',
      [...MARIADB, 'socket = s', 'host = h'],
      /socket: found this key beside host or port/,
    ],
    ['no databases', 'mariadb m', ['user = b'], /databases: found no such key/],
    [
      "the server's own database",
      'mariadb m',
      ['user = b', 'databases = ac, MySQL'],
      /databases: found "MySQL", which belongs to the server/,
    ],
    ['a database twice', 'mariadb m', ['user = b', 'databases = ac,ac'], /databases: found "ac" twice/],
    [
      'an instance within the host',
      'mssql m',
      [...MSSQL, 'host = SQL1\\EXPRESS'],
      /host: found "SQL1\\\\EXPRESS", allowed is a host name.*named instance goes into the key instance/,
    ],
    [
      'instance beside port',
      'mssql m',
      [...MSSQL, 'instance = A', 'port = 1433'],
      /instance: found this key beside port/,
    ],
    ['an instance that is none', 'mssql m', [...MSSQL, 'instance = a b'], /instance: found "a b"/],
    [
      'a domain within the user',
      'mssql m',
      ['user = D\\u', 'password_env = P', 'databases = a'],
      /user: found "D/,
    ],
    [
      'a SQL Server without a password',
      'mssql m',
      ['user = u', 'databases = a'],
      /password_file: found neither password_file nor password_env, allowed is one of the two/,
    ],
    [
      'two passwords of a SQL Server',
      'mssql m',
      [...MSSQL, 'password_file = p'],
      /password_env: found this key beside/,
    ],
    [
      'the databases of SQL Server itself',
      'mssql m',
      ['user = u', 'password_env = P', 'databases = AC, Master'],
      /databases: found "Master", which belongs to the server/,
    ],
    [
      'a database name that SQL Server cannot have',
      'mssql m',
      ['user = u', 'password_env = P', `databases = ${'x'.repeat(129)}`],
      /allowed is names of at most 128 characters/,
    ],
    [
      'a CA without encryption',
      'mssql m',
      [...MSSQL, 'encrypt = no', 'ca = c'],
      /ca: found this key beside encrypt/,
    ],
    [
      'trust without encryption',
      'mssql m',
      [...MSSQL, 'encrypt = no', 'trust_server_certificate = yes'],
      /trust_server_certificate: found this key beside encrypt/,
    ],
    [
      'a CA that is not looked at',
      'mssql m',
      [...MSSQL, 'trust_server_certificate = yes', 'ca = c'],
      /ca: found this key beside trust_server_certificate = yes/,
    ],
    [
      'one view of the staging folder',
      'mssql m',
      [...MSSQL, 'staging_local_path = s'],
      /staging_local_path: found this key alone/,
    ],
    [
      'a staging folder that is relative for the server',
      'mssql m',
      [...MSSQL, 'staging_local_path = s', 'staging_server_path = staging'],
      /staging_server_path: found "staging", allowed is the absolute path/,
    ],
    [
      'a stall without unit',
      'mssql m',
      [...MSSQL, 'stall = 30'],
      /stall: found "30", allowed is a number with its unit/,
    ],
    ['a stall of no time', 'mssql m', [...MSSQL, 'stall = 0 s'], /stall: found "0 s"/],
    ['a stall of days', 'mssql m', [...MSSQL, 'stall = 25 h'], /stall: found "25 h"/],
    [
      'an unknown check',
      'mssql m',
      [...MSSQL, 'check = none'],
      /check: found "none", allowed is physical_only, full/,
    ],
    [
      'two places of a password',
      'mariadb m',
      [...MARIADB, 'password_file = a', 'password_env = B'],
      /password_env: found this key beside password_file/,
    ],
    [
      'TLS keys without TLS',
      'mariadb m',
      [...MARIADB, 'tls_ca = a'],
      /tls_ca: found this key without tls = yes/,
    ],
    [
      'a client certificate without key',
      'mariadb m',
      [...MARIADB, 'tls = yes', 'tls_certificate = a'],
      /tls_certificate: found this key alone/,
    ],
    [
      'a drill before its folder is absolute',
      'drill',
      ['folder = scratch'],
      /folder: found "scratch", allowed is an absolute path/,
    ],
    ['a drill without end', 'drill', ['time_limit = 0'], /time_limit: found "0", allowed is a whole number/],
    ['a retry of a drill', 'drill', ['retry = next'], /retry: found an unknown key/],
    [
      'a canary of nothing',
      'canary c',
      ['query = SELECT 1', 'expect = 1'],
      /of: found no such key, allowed is a database/,
    ],
    [
      'a canary of a database that is not there',
      'canary c',
      ['of = sqlite/lag', 'query = SELECT 1', 'expect = 1'],
      /of: found "sqlite\/lag"/,
    ],
    [
      'a canary that writes',
      'canary c',
      ['of = sqlite/log', 'query = DELETE FROM line', 'expect = 1'],
      /query: found "DELETE FROM line", allowed is one SELECT/,
    ],
    [
      'a canary that writes into a table',
      'canary c',
      ['of = sqlite/log', 'query = SELECT * INTO copy FROM line', 'expect = 1'],
      /query: found .*, allowed is one SELECT/,
    ],
    [
      'a canary that wants nothing',
      'canary c',
      ['of = sqlite/log', 'query = SELECT 1'],
      /expect: found neither expect nor at_least/,
    ],
    [
      'a canary that wants two things',
      'canary c',
      ['of = sqlite/log', 'query = SELECT 1', 'expect = 1', 'at_least = 1'],
      /expect: found this key beside at_least/,
    ],
    [
      'a lower bound that is no number',
      'canary c',
      ['of = sqlite/log', 'query = SELECT 1', 'at_least = many'],
      /at_least: found "many", allowed is a number/,
    ],
    ['a hook by a shell', 'hooks', ['before = a | b'], /before: found the word "\|"/],
    ['an age without unit', 'watch', ['max_age = 36'], /max_age: found "36", allowed is 1 to 999 hours/],
    ['an age of nothing', 'watch', ['max_age = 0 hours'], /max_age: found "0 hours"/],
    [
      'nice beyond the range',
      'backup',
      ['nice = 20'],
      /nice: found "20", allowed is a whole number from 0 to 19/,
    ],
    ['no I/O at all', 'backup', ['io_limit = 0'], /io_limit: found "0", allowed is a whole number from 1/],
    [
      'the address of a webhook itself',
      'webhook x',
      ['url_file = a', 'url = http://127.0.0.1/secret'],
      /url: found an address in the conf, allowed is url_file or url_env/,
    ],
    ['a webhook without address', 'webhook x', [], /url_file: found neither url_file nor url_env/],
    [
      'an unknown notice',
      'webhook x',
      ['url_env = X', 'on = failed'],
      /on: found "failed", allowed is a comma/,
    ],
    ['an ending that is none', 'ping x', ['url_env = X', 'fail = fail'], /fail: found "fail"/],
    [
      'a receiver that is none',
      'mail x',
      ['host = h', 'from = a@b', 'to = a@b, "C" <c@d>'],
      /to: found .*<c@d>/,
    ],
    [
      'a mail password in clear',
      'mail x',
      ['host = h', 'from = a@b', 'to = a@b', 'user = u', 'password_env = P', 'tls = no'],
      /tls: found a password that would go over the network in clear/,
    ],
    [
      'a mail user without password',
      'mail x',
      ['host = h', 'from = a@b', 'to = a@b', 'user = u'],
      /user: found user or password alone/,
    ],
    [
      'an unknown way to be exact',
      'mariadb m',
      [...MARIADB, 'exact = yes'],
      /exact: found "yes", allowed is snapshot, lock/,
    ],
  ];

  test.each(cases)('%s', (_title, section, lines, found) => {
    const mistakes = mistakesWith(section, ...lines);
    expect(mistakes.filter((text) => found.test(text))).toHaveLength(1);
    expect(mistakes.every((text) => !/[\r\n\0]/.test(text))).toBe(true);
  });

  test('a byte order mark, keys before any section, a section twice', () => {
    expect(mistakesOf(`\uFEFF${confText(GOOD)}`)).toContainEqual(
      expect.stringContaining('line 1: found a byte order mark'),
    );
    expect(mistakesOf(`keep = 3\n${confText(GOOD)}`)).toEqual([
      expect.stringContaining('line 1, keep: found a key before the first section'),
    ]);
    expect(mistakesOf(`${confText(GOOD)}[backup]\npath = /b\n`)).toEqual([
      expect.stringContaining('[backup]: found this section a second time (first on line 9)'),
    ]);
  });

  test('no mistake shows a password, wherever its writer put it', () => {
    const secret = 'hunter2-geheim';
    const text = confText({
      ...GOOD,
      'mariadb main': [
        ...MARIADB,
        `password = ${secret}`,
        `passwort = ${secret}`,
        `password_env = ${secret}`,
        `password ${secret}`,
      ],
    });
    const found = mistakesOf(text).join('\n');
    expect(found).not.toContain(secret);
    expect(found).toContain(
      'password: found a password in the conf, allowed is password_file or password_env (the conf is part of every archive)',
    );
  });

  test('what is quoted from the file cannot steer a terminal or fill it', () => {
    const [found = ''] = mistakesWith('backup', `keep = \u009b31m\u202e${'x'.repeat(5000)}`);
    expect(found).not.toMatch(/[\u009b\u202e]/);
    for (const text of mistakesWith('backup', `keep = ${'x'.repeat(5000)}`))
      expect(text.length).toBeLessThan(300);
  });

  test('any text is read or refused, never thrown at', () => {
    const piece = fc.constantFrom(
      '[backup]',
      '[folder a]',
      '[system]',
      '\n',
      'keep',
      'path',
      ' = ',
      '"',
      "'",
      '\\',
      ';',
      '#',
      '[]',
      '\0',
      '__proto__',
      'constructor',
      'ß',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          for (const mistake of mistakesOf(text))
            expect(mistake).toMatch(/^\/etc\/sysbackup\.conf line \d+.*: found .+, allowed is .+$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('documentation', () => {
  const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

  test('the example file is right, as it is and with every commented line put in', () => {
    const example = read('sysbackup.example.conf');
    expect(good(example).system.name).not.toBe('');
    const all = example.replace(/^;(?=[a-z_]+(\[\])? = |\[)/gm, '');
    expect(good(all).mariadb.length).toBeGreaterThan(good(example).mariadb.length);
  });

  test('specification and example have every section and key', () => {
    const specification = read('sysbackup-conf.md');
    const example = read('sysbackup.example.conf');
    for (const [kind, keys] of Object.entries(SECTION_KEYS)) {
      const start = specification.indexOf(`## [${kind}`);
      expect(start, kind).toBeGreaterThan(0);
      const chapter = specification.slice(start, specification.indexOf('\n## ', start + 1));
      for (const key of keys) {
        expect(chapter, `${kind}: ${key}`).toContain(`\`${key}\``);
        expect(example, key).toMatch(new RegExp(`^(; ?)?${key}(\\[\\])? = `, 'm'));
      }
    }
  });
});

describe('[LB-05] versions', () => {
  const withVersions = (...lines: string[]) => confText({ ...GOOD, versions: lines });

  test('[LB-05] without the section only equal versions are restored', () => {
    expect(good(confText(GOOD)).versions).toEqual({ restores: [], migrate: undefined });
  });

  test('[LB-05] ranges, a program, what it may change', () => {
    const { restores, migrate } = good(
      withVersions(
        'restores = 2.8 -  2.9.*, 3.0.1',
        'restores[] = 3.1.*',
        'migrate = bin/migrate "a b"',
        'changes = mariadb/main/a b, folder/conf',
      ),
    ).versions;
    expect(restores.map(({ text }) => text)).toEqual(['2.8 - 2.9.*', '3.0.1', '3.1.*']);
    expect(migrate).toEqual({
      command: ['bin/migrate', 'a b'],
      changes: ['mariadb/main/a b', 'folder/conf'],
      timeLimit: 3600,
    });
  });

  test('[LB-05] what is no range, a migration of nothing, and no component are mistakes', () => {
    const lines = ['restores = 2.8, >=2.9, 3.0 - 2.*', 'migrate = m | n', 'changes = main', 'time_limit = 0'];
    const found = mistakesOf(withVersions(...lines));
    expect(found).toHaveLength(5);
    expect(found[0]).toContain('[versions] restores: found ">=2.9", allowed is a comma list of versions');
    expect(found.join('\n')).toContain('found "3.0 - 2.*"');
    expect(mistakesOf(withVersions('migrate = m'))[0]).toContain('this key without restores');
    expect(mistakesOf(withVersions('restores = 2', 'changes = file/a'))[0]).toContain('without migrate');
  });
});
