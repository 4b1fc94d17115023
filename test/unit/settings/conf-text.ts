import fc from 'fast-check';
import { expect } from 'vitest';
import { WEEKDAYS } from '#schedule/schedule.ts';
import { type ChannelSettings, NOTICES } from '#settings/channel-settings.ts';
import { parseSettings } from '#settings/parse/parse-settings.ts';
import type { SecretSource } from '#settings/secret-source.ts';
import type { Settings } from '#settings/settings.ts';
import { writeValue } from '#settings/write-value.ts';
import { parseRange, type VersionRange } from '#versions/parse-range.ts';

/** A conf that is right, each section as its lines; tests replace or add some. */
export const GOOD = {
  system: ['name = Door control', 'root = /srv/door', 'version = 2.9.1'],
  'folder images': ['path = data/images'],
  backup: ['path = /backup'],
} as const;

export function confText(sections: Record<string, readonly string[]>): string {
  return Object.entries(sections)
    .map(([title, lines]) => `[${title}]\n${lines.map((line) => `${line}\n`).join('')}`)
    .join('\n');
}

export function good(text: string): Settings {
  const parsed = parseSettings(text, { file: '/etc/sysbackup.conf' });
  if (!parsed.ok) throw new Error(parsed.mistakes.map((mistake) => mistake.text).join('\n'));
  return parsed.settings;
}

export function mistakesOf(text: string): string[] {
  const parsed = parseSettings(text, { file: '/etc/sysbackup.conf' });
  expect(parsed.ok, 'the text has mistakes').toBe(false);
  return parsed.ok ? [] : parsed.mistakes.map((mistake) => mistake.text);
}

/** A conf for settings of any kind, the way a person could have written it. */
export function confOf(settings: Settings): string {
  const { system, backup } = settings;
  const sections: Record<string, string[]> = {
    system: [
      ...line('id', system.id),
      ...line('name', system.name),
      ...line('root', system.root),
      ...versionLines(system.version),
      ...commandLine('stop', system.stop),
      ...commandLine('start', system.start),
      ...commandLine('start_check', system.startCheck),
      `start_check_limit = ${system.startCheckLimit}`,
      ...system.units.map((unit) => `units[] = ${unit}`),
      ...system.services.map((service) => `services[] = ${service}`),
      `keep_old_days = ${system.keepOldDays}`,
    ],
  };
  for (const server of settings.mariadb) {
    sections[`mariadb ${server.name}`] = [
      ...('socket' in server.address
        ? line('socket', server.address.socket)
        : [...line('host', server.address.host), `port = ${server.address.port}`]),
      ...line('user', server.user),
      ...(server.password?.from === 'file' ? line('password_file', server.password.file) : []),
      ...(server.password?.from === 'environment' ? line('password_env', server.password.variable) : []),
      ...(server.tls ? ['tls = yes', `tls_verify = ${server.tls.verify ? 'Yes' : 'no'}`] : []),
      ...line('tls_ca', server.tls?.ca),
      ...line('tls_certificate', server.tls?.certificate),
      ...line('tls_key', server.tls?.key),
      ...server.databases.flatMap((database) => line('databases[]', database)),
      `${server.importance} = yes`.replace('normal = yes', 'required = no'),
      `exact = ${server.exact}`,
      `accounts = ${server.accounts}`,
    ];
  }
  for (const server of settings.mssql) {
    sections[`mssql ${server.name}`] = [
      ...line('host', server.address.host),
      'port' in server.address
        ? `port = ${server.address.port}`
        : `instance = ${writeValue(server.address.instance, { command: false })}`,
      ...line('user', server.user),
      ...line('domain', server.domain),
      server.password.from === 'file'
        ? line('password_file', server.password.file).join('')
        : `password_env = ${server.password.variable}`,
      `encrypt = ${server.tls ? 'yes' : 'No'}`,
      ...(server.tls?.trust ? ['trust_server_certificate = yes'] : []),
      ...line('ca', server.tls?.ca),
      ...server.databases.flatMap((database) => line('databases[]', database)),
      ...importanceLine(server.importance),
      ...line('staging_server_path', server.staging?.serverPath),
      ...line('staging_local_path', server.staging?.localPath),
      `stall = ${server.stallMs / 1000} s`,
      `check = ${server.check.toUpperCase()}`,
    ];
  }
  for (const { name, path, importance } of settings.sqlite) {
    sections[`sqlite ${name}`] = [...line('path', path), ...importanceLine(importance)];
  }
  for (const { name, path, importance, exclude } of settings.folders) {
    sections[`folder ${name}`] = [
      ...(path.from === 'literal'
        ? line('path', path.path)
        : [...line('path_from', path.file), ...line('path_key', path.key)]),
      ...exclude.flatMap((pattern) => line('exclude[]', pattern)),
      ...importanceLine(importance),
    ];
  }
  for (const { name, path, importance } of settings.files) {
    sections[`file ${name}`] = [...line('path', path), ...importanceLine(importance)];
  }
  sections['backup'] = [
    ...line('path', backup.path),
    ...line('second_path', backup.second?.path),
    ...(backup.second === undefined ? [] : [`second_keep = ${backup.second.keep}`]),
    ...scheduleLines(backup),
    `time = ${backup.time}`,
    `weekday = ${backup.weekday.toLowerCase()}`,
    `day = ${backup.day}`,
    `keep = ${backup.keep} ; archives`,
    ...(backup.keepDays === undefined ? [] : [`keep_days = ${backup.keepDays}`]),
    `delete_old = ${backup.deleteOld}`,
    `naming = ${backup.naming}`,
    ...line('prefix', backup.prefix),
    `only_if_changed = ${backup.onlyIfChanged ? 'yes' : 'no'}`,
    `compression = ${backup.compression}`,
    ...line('state', backup.state),
    ...line('journal', backup.journal),
    `verbose = ${backup.verbose ? 'yes' : 'no'}`,
    `nice = ${backup.nice}`,
    ...(backup.ioLimit === undefined ? [] : [`io_limit = ${backup.ioLimit / 1_000_000}`]),
  ];
  const { drill } = settings;
  sections['drill'] = [
    `frequency = ${drill.frequency.toUpperCase()}`,
    `time = ${drill.time}`,
    `weekday = ${drill.weekday}`,
    `day = ${drill.day}`,
    `missed = ${drill.missed}`,
    ...line('folder', drill.folder),
    `time_limit = ${drill.timeLimit}`,
    `leave_free = ${drill.leaveFree / 1_000_000}`,
    `keep_reports = ${drill.keepReports}`,
    `nice = ${drill.nice}`,
    ...(drill.ioLimit === undefined ? [] : [`io_limit = ${drill.ioLimit / 1_000_000}`]),
  ];
  for (const { name, of, query, wanted } of settings.canaries) {
    sections[`canary ${name}`] = [
      ...line('of', of),
      ...line('query', query),
      ...('expect' in wanted ? line('expect', wanted.expect) : [`at_least = ${wanted.atLeast}`]),
    ];
  }
  sections['hooks'] = [
    ...(['before', 'after', 'alert'] as const).flatMap((key) => commandLine(key, settings.hooks[key])),
    ...commandLine('after_restore', settings.hooks.afterRestore),
    `time_limit = ${settings.hooks.timeLimit}`,
  ];
  sections['versions'] = versionsLines(settings.versions);
  const { maxAge } = settings.watch;
  sections['watch'] = [`max_age = ${typeof maxAge === 'number' ? `${maxAge / 3600} Hours` : maxAge}`];
  sections['log'] = [`level = ${settings.log.level}`, ...line('file', settings.log.file)];
  if (settings.tenants) {
    const { folder: where, profile, host, atOnce, lookEvery, tellEvery, channels } = settings.tenants;
    const counts = [`at_once = ${atOnce}`, `look_every = ${lookEvery}`, `tell_every = ${tellEvery}`];
    sections['tenants'] = [
      ...line('folder', where),
      ...line('profile', profile),
      ...line('host', host),
      ...line('channels', channels),
      ...counts,
    ];
  }
  for (const channel of settings.channels)
    sections[`${channel.kind} ${channel.name}`] = channelLines(channel);
  return confText(sections);
}

function versionsLines({ restores, migrate }: Settings['versions']): string[] {
  return [
    ...restores.map(({ text }) => `restores[] = ${text}`),
    ...commandLine('migrate', migrate?.command),
    ...(migrate?.changes ?? []).map((id) => `changes[] = ${id}`),
    ...(migrate === undefined ? [] : [`time_limit = ${migrate.timeLimit}`]),
  ];
}

function channelLines(channel: ChannelSettings): string[] {
  if (channel.kind === 'ping') {
    return [
      ...secretLines('url', channel.url),
      ...(['start', 'success', 'fail'] as const).flatMap((key) =>
        channel[key] === '' ? [] : line(key, channel[key] ?? 'none'),
      ),
    ];
  }
  if (channel.kind === 'webhook')
    return [...secretLines('url', channel.url), `on = ${channel.on.join(', ')}`];
  return [
    ...line('host', channel.host),
    `port = ${channel.port}`,
    `tls = ${channel.tls}`,
    ...line('tls_ca', channel.ca),
    ...(channel.verify ? [] : ['tls_verify = no']),
    ...line('user', channel.user),
    ...secretLines('password', channel.password),
    ...line('from', channel.from),
    ...channel.to.map((address) => `to[] = ${address}`),
    `on = ${channel.on.join(', ')}`,
  ];
}

function secretLines(what: 'password' | 'url', secret: SecretSource | undefined): string[] {
  if (secret === undefined) return [];
  return secret.from === 'file' ? line(`${what}_file`, secret.file) : [`${what}_env = ${secret.variable}`];
}

function scheduleLines(backup: Settings['backup']): string[] {
  const { every, retry, cancelAfter } = backup;
  const one = (unit: string, count: number) => (count === 1 ? unit.slice(0, -1) : unit).toUpperCase();
  return [
    every
      ? `every = ${every.count}  ${one(every.unit, every.count)}`
      : `frequency = ${backup.frequency.toUpperCase()}`,
    ...(every?.unit === 'weeks' ? [`weekdays = ${backup.weekdays.join(' ,').toLowerCase()}`] : []),
    `automation = ${backup.automation}`,
    `missed = ${backup.missed}`,
    retry === 'next' ? 'retry = Next' : `retry = ${retry.count} ${one(retry.unit, retry.count)}`,
    `cancel_after = ${cancelAfter === undefined ? 'Off' : `${cancelAfter} ${one('attempts', cancelAfter)}`}`,
  ];
}

function line(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${key} = ${writeValue(value, { command: false })}`];
}

function versionLines(version: Settings['system']['version']): string[] {
  if (version.from === 'literal') return line('version', version.version);
  return [
    ...line('version_file', version.file),
    ...(version.from === 'key' ? line('version_key', version.key) : []),
  ];
}

function commandLine(key: string, words: string[] | undefined): string[] {
  if (words === undefined) return [];
  const command = words.map((word) => (word.includes('"') ? `'${word}'` : `"${word}"`)).join('  ');
  return [`${key} = ${writeValue(command, { command: true })}`];
}

function importanceLine(importance: Settings['files'][number]['importance']): string[] {
  return importance === 'normal' ? [] : [`${importance} = yes`];
}

/** Text with everything in it that the conf's own syntax uses. */
const text = fc
  .string({
    unit: fc.constantFrom(...'abAB 09_-.,:;#=[]{}()"\'\\/$%&*?!~ß한é'),
    minLength: 1,
    maxLength: 20,
  })
  .filter((value) => value.trim() === value);

const path = text.map((value) => `/${value.replaceAll('/', '')}x`).filter((value) => !value.includes('/.'));

const name = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019_- éß한'), minLength: 1, maxLength: 20 })
  .map((value) => value.trim().replace(/\s+/g, ' '))
  .filter((value) => value !== '');

const importance = fc.constantFrom('required' as const, 'normal' as const, 'optional' as const);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const named = <T extends { name: string }>(component: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.uniqueArray(component, { selector: (item) => item.name.normalize('NFC').toLowerCase(), maxLength: 3 });

const word = fc
  .string({ unit: fc.constantFrom(...'ab =;#\\"$-/'), maxLength: 8 })
  .filter((value) => !['&', '|', '<', '>'].includes(value));

const command = fc
  .tuple(
    path.filter((program) => !/["']/.test(program)),
    fc.array(word, { maxLength: 3 }),
  )
  .map(([program, rest]) => [program, ...rest]);

const server = fc.record({
  name,
  address: fc.oneof(
    path.map((socket) => ({ socket })),
    fc.record({
      host: fc.constantFrom('127.0.0.1', 'db.example.org', '::1'),
      port: fc.integer({ min: 1, max: 65_535 }),
    }),
  ),
  user: text,
  password: maybe(
    fc.oneof(
      path.map((file) => ({ from: 'file' as const, file })),
      fc.constant({ from: 'environment' as const, variable: 'DB_PASSWORD' }),
    ),
  ),
  tls: maybe(
    fc
      .tuple(maybe(path), maybe(fc.tuple(path, path)), fc.boolean())
      .map(([ca, pair, verify]) => ({ ca, certificate: pair?.[0], key: pair?.[1], verify })),
  ),
  databases: fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
  importance,
  exact: fc.constantFrom('snapshot' as const, 'lock' as const),
  accounts: fc.constantFrom('needed' as const, 'own' as const),
});

const mssqlServer = fc.record({
  name,
  address: fc.oneof(
    fc.record({
      host: fc.constantFrom('127.0.0.1', 'db.example.org', '::1'),
      port: fc.integer({ min: 1, max: 65_535 }),
    }),
    fc.record({
      host: fc.constantFrom('127.0.0.1', 'db.example.org'),
      instance: fc.constantFrom('SQLEXPRESS', 'BSSERVER_2', 'Türen#1', 'A$'),
    }),
  ),
  user: text.filter((user) => !user.includes('\\')),
  domain: maybe(fc.constantFrom('EXAMPLE', 'example.org')),
  password: fc.oneof(
    path.map((file) => ({ from: 'file' as const, file })),
    fc.constant({ from: 'environment' as const, variable: 'DB_PASSWORD' }),
  ),
  tls: maybe(
    fc.oneof(
      fc.constant({ trust: true, ca: undefined }),
      maybe(path).map((ca) => ({ trust: false, ca })),
    ),
  ),
  databases: fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
  importance,
  staging: maybe(
    fc.record({
      serverPath: fc.constantFrom('/var/backups/staging', 'D:\\Staging (new)', '\\\\nas\\share\\lifeboat'),
      localPath: path,
    }),
  ),
  stallMs: fc.integer({ min: 1, max: 86_400 }).map((seconds) => seconds * 1000),
  check: fc.constantFrom('physical_only' as const, 'full' as const),
});

const exclude = fc.array(
  text.filter((pattern) => !/^([/\\!]|[A-Za-z]:)/.test(pattern) && !pattern.split('/').includes('..')),
  { maxLength: 3 },
);

const folder = fc.record({
  name,
  path: fc.oneof(
    path.map((literal) => ({ from: 'literal' as const, path: literal })),
    fc.record({ from: fc.constant('key' as const), file: path, key: text }),
  ),
  importance,
  exclude,
});

const secret = fc.oneof(
  path.map((file) => ({ from: 'file' as const, file })),
  fc.constant({ from: 'environment' as const, variable: 'SECRET' }),
);

const on = fc.subarray([...NOTICES], { minLength: 1 });

const channel: fc.Arbitrary<ChannelSettings> = fc.oneof(
  fc.record({ kind: fc.constant('webhook' as const), name, url: secret, on }),
  fc.record({
    kind: fc.constant('ping' as const),
    name,
    url: secret,
    start: fc.constantFrom(undefined, '/start', '?state=run&x=1'),
    success: fc.constantFrom(undefined, '', '/ok'),
    fail: fc.constantFrom(undefined, '/fail'),
  }),
  fc
    .record({
      name,
      host: fc.constantFrom('mail.example.org', '::1'),
      port: fc.integer({ min: 1, max: 65_535 }),
      tls: fc.constantFrom('starttls' as const, 'yes' as const, 'no' as const),
      ca: maybe(path),
      verify: fc.boolean(),
      account: maybe(fc.record({ user: text, password: secret })),
      from: fc.constant('backup@example.org'),
      to: fc.uniqueArray(fc.constantFrom('a@example.org', 'b+c@example.org', 'ß@example.org'), {
        minLength: 1,
      }),
      on,
    })
    .map(({ account, ...mail }) => ({
      kind: 'mail' as const,
      ...mail,
      ...(mail.tls === 'no' ? { ca: undefined, verify: true } : {}),
      ...(mail.tls === 'no' && mail.host !== '::1'
        ? { user: undefined, password: undefined }
        : { user: account?.user, password: account?.password }),
    })),
);
const range = fc
  .constantFrom('2.9.1', '2.9.*', '2.8 - 2.9.*', '0 - 2.9.11.1000', '10.0 - 10.0')
  .map((text) => parseRange(text) as VersionRange);

const versionsSettings = fc.record({
  restores: fc.uniqueArray(range, { minLength: 1, maxLength: 3, selector: ({ text }) => text }),
  migrate: maybe(
    fc.record({
      command,
      changes: maybe(
        fc.uniqueArray(fc.constantFrom('mariadb/main/ac', 'folder/conf', 'file/a'), { minLength: 1 }),
      ),
      timeLimit: fc.integer({ min: 1, max: 86_400 }),
    }),
  ),
});

const weekday = fc.constantFrom('Monday' as const, 'Saturday' as const, 'Sunday' as const);

const every = fc.constantFrom('hours' as const, 'days' as const, 'weeks' as const, 'months' as const);

const schedule = {
  frequency: fc.constantFrom('Not Use' as const, 'Daily' as const, 'Weekly' as const, 'Monthly' as const),
  every: maybe(fc.record({ count: fc.integer({ min: 1, max: 24 }), unit: every })),
  weekday,
  weekdays: fc
    .uniqueArray(weekday, { minLength: 1 })
    .map((days) => days.toSorted((a, b) => WEEKDAYS.indexOf(a) - WEEKDAYS.indexOf(b))),
  automation: fc.constantFrom('on' as const, 'off' as const, 'paused' as const),
  missed: fc.constantFrom('run' as const, 'wait' as const),
  retry: fc.oneof(
    fc.constant('next' as const),
    fc.record({
      count: fc.integer({ min: 1, max: 24 }),
      unit: fc.constantFrom('seconds' as const, 'minutes' as const, 'hours' as const),
    }),
  ),
  cancelAfter: maybe(fc.integer({ min: 1, max: 100 })),
};

const megabytes = (from: number) => fc.integer({ min: from, max: 100_000 }).map((count) => count * 1_000_000);

const drill: fc.Arbitrary<Settings['drill']> = fc
  .record({
    frequency: fc.constantFrom('Not Use' as const, 'Daily' as const, 'Weekly' as const, 'Monthly' as const),
    time: fc.constantFrom('00:00', '03:30', '23:59'),
    weekday: fc.constantFrom(...WEEKDAYS),
    day: fc.integer({ min: 1, max: 31 }),
    missed: fc.constantFrom('run' as const, 'wait' as const),
    folder: maybe(path),
    timeLimit: fc.integer({ min: 1, max: 10_080 }),
    leaveFree: megabytes(0),
    keepReports: fc.integer({ min: 1, max: 1000 }),
    nice: fc.integer({ min: 0, max: 19 }),
    ioLimit: maybe(megabytes(1)),
  })
  .map((keys) => ({
    ...keys,
    every: undefined,
    weekdays: [keys.weekday],
    automation: 'on',
    retry: 'next',
    cancelAfter: undefined,
  }));

/** Settings of every shape that a conf can hold. */
export const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    file: fc.constant('/etc/sysbackup.conf'),
    system: fc.record({
      id: maybe(fc.uuid()),
      name: text,
      root: path,
      version: fc.oneof(
        text.map((version) => ({ from: 'literal' as const, version })),
        path.map((file) => ({ from: 'first-line' as const, file })),
        fc.record({ from: fc.constant('key' as const), file: path, key: text }),
      ),
      stop: maybe(command),
      start: maybe(command),
      startCheck: maybe(command),
      startCheckLimit: fc.integer({ min: 1, max: 86_400 }),
      units: fc.uniqueArray(fc.constantFrom('door.service', 'door@1.timer'), { maxLength: 2 }),
      services: fc.uniqueArray(fc.constantFrom('DoorControl', 'Tür (x64)'), { maxLength: 2 }),
      keepOldDays: fc.integer({ min: 0, max: 3650 }),
    }),
    mariadb: named(server),
    mssql: named(mssqlServer),
    sqlite: named(fc.record({ name, path, importance })),
    folders: named(folder),
    files: named(fc.record({ name, path, importance })),
    backup: fc.record({
      path,
      ...schedule,
      time: fc
        .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
        .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')),
      day: fc.integer({ min: 1, max: 31 }),
      keep: fc.integer({ min: 1, max: 100 }),
      keepDays: maybe(fc.integer({ min: 1, max: 3650 })),
      deleteOld: fc.constantFrom('after' as const, 'before' as const),
      naming: fc.constantFrom('numbered' as const, 'calendar' as const),
      prefix: maybe(fc.constantFrom('BT8', 'Türen_1', '2026-x')),
      onlyIfChanged: fc.boolean(),
      compression: fc.constantFrom('None' as const, 'Fast' as const, 'Compact' as const),
      second: maybe(fc.record({ path, keep: fc.integer({ min: 1, max: 100 }) })),
      state: maybe(path),
      journal: maybe(path),
      verbose: fc.boolean(),
      nice: fc.integer({ min: 0, max: 19 }),
      ioLimit: maybe(fc.integer({ min: 1, max: 100_000 }).map((megabytes) => megabytes * 1_000_000)),
    }),
    drill,
    canaries: fc.constant<Settings['canaries']>([]),
    hooks: fc.record({
      before: maybe(command),
      after: maybe(command),
      alert: maybe(command),
      afterRestore: maybe(command),
      timeLimit: fc.integer({ min: 1, max: 86_400 }),
    }),
    versions: versionsSettings,
    channels: fc.uniqueArray(channel, {
      selector: (item) => `${item.kind} ${item.name}`.normalize('NFC').toLowerCase(),
      maxLength: 3,
    }),
    watch: fc.record({
      maxAge: fc.oneof(
        fc.constantFrom('schedule' as const, 'never' as const),
        fc.integer({ min: 1, max: 999 }).map((hours) => hours * 3600),
      ),
    }),
    tenants: maybe(
      fc.record({
        folder: path.map((parent) => `${parent.replaceAll('*', 'x')}/*`),
        profile: path,
        host: maybe(fc.constant('*.app.example.org')),
        atOnce: fc.integer({ min: 1, max: 64 }),
        lookEvery: fc.integer({ min: 1, max: 3600 }),
        tellEvery: fc.integer({ min: 0, max: 10_800 }),
        channels: maybe(path.map((parent) => `${parent.replaceAll('*', 'x')}/*.conf`)),
      }),
    ),
    log: fc.record({
      level: fc.constantFrom('error' as const, 'warn' as const, 'info' as const, 'debug' as const),
      file: maybe(path),
    }),
  })
  .map((settings) => ({ ...settings, backup: withoutUnused(settings.backup) }))
  .filter(({ mariadb, mssql, sqlite, folders, files, backup }) => {
    const literal = folders.flatMap((item) => (item.path.from === 'literal' ? [item.path.path] : []));
    const places = [...sqlite.map((item) => item.path), ...literal, ...files.map((item) => item.path)];
    const count = mariadb.length + mssql.length + sqlite.length + folders.length + files.length;
    const isOnePlace = backup.second?.path === backup.path;
    return count > 0 && new Set(places).size === places.length && !isOnePlace;
  });

/** Keys that a conf cannot give together have what holds without them. */
function withoutUnused(backup: Settings['backup']): Settings['backup'] {
  return {
    ...backup,
    frequency: backup.every === undefined ? backup.frequency : 'Daily',
    weekdays: backup.every?.unit === 'weeks' ? backup.weekdays : [backup.weekday],
  };
}
