import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogLevel } from '#log/log.ts';
import { openLog } from '#log/open-log.ts';
import { withoutSecrets } from '#log/without-secrets.ts';
import { LifeboatError } from '#platform/errors.ts';
import { redactSecrets } from '#platform/redact-secrets.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const SECRETS = [`p"a ß/$&`, 'https://chat.example.org/hooks/T0K3N-T0K3N?key=geheim-geheim', 'x9'];

function log(level: LogLevel = 'info', file?: string) {
  let text = '';
  const stderr = {
    write: (more: string) => {
      text += more;
    },
  };
  const redact = () => redactSecrets(SECRETS);
  const opened = openLog({ level, file, stderr, clock: settableClock(), redact });
  return { ...opened, text: () => text };
}

test('a line of JSON for each entry, with time and level, and none below the level', () => {
  const { info, debug, error, text } = log();
  info('the service has started', { system: '0190-door', port: 4190 });
  debug('not to be seen');
  error('backup ended', {
    state: 'failed',
    error: new LifeboatError('space-low', 'disk full', { hint: 'make room' }),
  });
  const lines = text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    {
      level: 'info',
      time: '2026-04-10T21:45:00Z',
      pid: process.pid,
      system: '0190-door',
      port: 4190,
      what: 'the service has started',
    },
    {
      level: 'error',
      time: '2026-04-10T21:45:00Z',
      pid: process.pid,
      state: 'failed',
      error: { name: 'LifeboatError', message: 'disk full', code: 'space-low', hint: 'make room' },
      what: 'backup ended',
    },
  ]);
});

test('no secret is in the log, wherever it was in what was logged', () => {
  const { warn, text } = log();
  const [password = '', url = ''] = SECRETS;
  const driver = Object.assign(new Error(`access denied using ${password}`, { cause: { password, url } }), {
    config: { auth: { pass: password } },
    sql: `SET PASSWORD '${password}'`,
  });
  warn(`cannot reach ${url}`, {
    error: driver,
    request: {
      url,
      headers: { authorization: `Basic ${Buffer.from(password).toString('base64')}`, host: 'h' },
    },
    settings: {
      mail: [{ user: 'u', password }],
      token: 'not known before',
      deep: { a: { b: [{ c: password }] } },
    },
    body: JSON.stringify({ password }),
    buffer: Buffer.from(password),
    [`key of ${password}`]: encodeURIComponent(password),
    line: `a x9 b`,
  });
  const written = text();
  expect(written).toContain('"host":"h"');
  expect(JSON.parse(written)).toMatchObject({ settings: { mail: [{ user: 'u', password: '[secret]' }] } });
  for (const part of [
    password,
    JSON.stringify(password).slice(1, -1),
    JSON.stringify(JSON.stringify(password).slice(1, -1)).slice(1, -1),
    encodeURIComponent(password),
    Buffer.from(password).toString('base64').replace(/=+$/, ''),
    'T0K3N',
    'geheim',
    'not known before',
    ' x9 ',
  ]) {
    expect(written, part).not.toContain(part);
  }
});

test('any value can be logged, in bounded space, and every line is JSON', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
      (value) => {
        const { info, text } = log();
        info('anything', { value });
        expect(() => JSON.parse(text())).not.toThrow();
      },
    ),
    { numRuns: 300 },
  );
  const round: Record<string, unknown> = {};
  round['self'] = round;
  expect(JSON.stringify(withoutSecrets(round, (text) => text)).length).toBeLessThan(200);
  expect(JSON.stringify(withoutSecrets('x'.repeat(1e7), (text) => text)).length).toBeLessThan(5000);
  expect(withoutSecrets(Temporal.Instant.from('2026-04-10T21:45:00Z'), (text) => text)).toBe(
    '2026-04-10T21:45:00Z',
  );
});

test('a file is private and never takes more than twice its largest size', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('log/service.log');
  const { info } = log('info', path);
  const long = 'x'.repeat(3900);
  for (let line = 0; line < 6000; line += 1) info(`${line}`, { long });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder.file('log'))).toEqual(['service.log', 'service.log.1']);
  for (const name of ['service.log', 'service.log.1']) {
    expect((await stat(folder.file(`log/${name}`))).size).toBeLessThan(10_000_001);
  }
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '').what).toBe('5999');
});

test('a file that cannot be written is said once and ends nothing', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('service.log'));
  const { info, text } = log('info', folder.file('service.log'));
  for (let line = 0; line < 3; line += 1) info('a line');
  expect(text()).toMatch(/^the log .*service\.log cannot be written: EISDIR\n$/);
  await writeFile(folder.file('plain'), '');
  const other = log('info', folder.file('plain/x/service.log'));
  other.info('a line');
  expect(other.text()).toMatch(/ENOTDIR/);
});
