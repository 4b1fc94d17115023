import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { type HttpReceiver, httpReceiver } from '../fakes/http-receiver.ts';
import { MAIL_AUTHORITY, MAIL_PASSWORD, MAIL_USER, mailReceiver } from '../fakes/mail-receiver.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';

const TOKEN = '/hooks/T0K3N-T0K3N?key=geheim-geheim';

/** A system that tells a chat, a monitor and, if there is one, a mail server. */
async function tellingSystem(
  chat: HttpReceiver,
  monitor: HttpReceiver,
  more: Record<string, string[]> = {},
): Promise<RealSystem & { journal(): Promise<string> }> {
  const system = await realSystem({
    conf: {
      'webhook chat': ['url_file = ../chat-url', 'on = failure, incomplete, recovered, alert, too-old'],
      'ping monitor': ['url_file = ../ping-url'],
      ...more,
    },
  });
  await writeFile(join(system.root, '..', 'chat-url'), `${chat.url}${TOKEN}\n`, { mode: 0o600 });
  await writeFile(join(system.root, '..', 'ping-url'), `${monitor.url}/0190-uuid-of-the-monitor\n`, {
    mode: 0o600,
  });
  const path = join(system.state, 'logs', 'Backup Journal[001].txt');
  return Object.assign(system, { journal: () => readFile(path, 'utf8').catch(() => '') });
}

function told(receiver: HttpReceiver): string[] {
  return receiver.received.map(({ path, body }) => (body === '' ? path : JSON.parse(body).kind));
}

test('[FD-08] fail, fail, good: failure, alarm with the cause, recovered; the monitor hears of each run', async () => {
  await using chat = await httpReceiver();
  await using monitor = await httpReceiver();
  await using system = await tellingSystem(chat, monitor);
  const id = '/0190-uuid-of-the-monitor';
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(told(chat)).toEqual([]);
  await rename(system.backups, `${system.backups} away`);
  const outputs: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const ended = await system.lifeboat('backup');
    expect(ended.status).toBe(ERRORS['destination-missing'].exit);
    outputs.push(ended.stdout, ended.stderr);
  }
  expect(told(chat)).toEqual(['failure', 'alert']);
  expect(JSON.parse(chat.received[1]?.body ?? '').message).toMatch(
    /^backups failed 2 times in a row: the backup path .* does not exist$/,
  );
  await rename(`${system.backups} away`, system.backups);
  const alarmed = await system.lifeboat('status');
  expect(alarmed.stdout).toMatch(/^ALARM {9}since .*: backups failed 2 times in a row: the backup path/m);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect((await system.lifeboat('status')).stdout).not.toContain('ALARM');
  expect(told(chat)).toEqual(['failure', 'alert', 'recovered']);
  expect(told(monitor)).toEqual([
    `${id}/start`,
    id,
    `${id}/start`,
    `${id}/fail`,
    `${id}/start`,
    `${id}/fail`,
    `${id}/start`,
    id,
  ]);
  const journal = await system.journal();
  expect(journal).toMatch(
    /ALARM alert: backups failed 2 times in a row: the backup path .* does not exist$/m,
  );
  expect(journal).toContain('notify webhook chat: told of alert');
  for (const text of [journal, ...outputs]) expect(text).not.toMatch(/T0K3N|geheim|0190-uuid/);
});

test('[FD-08] the alert hook is run once with the alarm, and its failure changes nothing', async () => {
  await using chat = await httpReceiver();
  await using system = await tellingSystem(chat, chat, {
    hooks: [`alert = "${process.execPath}" "PROGRAM"`],
  });
  const program = join(system.root, '..', 'alert.mjs');
  const text = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, text.replace('PROGRAM', program));
  await writeFile(
    program,
    `import { appendFileSync } from 'node:fs';
    const { LIFEBOAT_ALERT: kind, LIFEBOAT_MESSAGE: message } = process.env;
    appendFileSync(import.meta.dirname + '/told', kind + ' ' + message + '\\n');
    process.exit(5);`,
  );
  await rm(system.backups, { recursive: true });
  for (let run = 0; run < 2; run += 1) await system.lifeboat('backup');
  expect(await readFile(join(system.root, '..', 'told'), 'utf8')).toMatch(
    /^alert backups failed 2 times in a row: the backup path .* does not exist\n$/,
  );
  expect(await system.journal()).toContain('notify hook alert: the hook alert ended with status 5');
});

test('a broken channel neither fails nor delays the backup, and is journaled', async () => {
  await using chat = await httpReceiver();
  await using monitor = await httpReceiver();
  await using system = await tellingSystem(chat, monitor, { 'file gone': ['path = gone'] });
  monitor.answer = 'never';
  chat.answer = 500;
  const begin = performance.now();
  let finalLine = 0;
  const ended = await runProgram('service', ['--conf', system.conf, 'backup'], {
    onOutput: (text) => {
      if (text.includes('backup incomplete')) finalLine = performance.now() - begin;
    },
  });
  expect(ended.status).toBe(ERRORS.incomplete.exit);
  expect(finalLine).toBeGreaterThan(0);
  expect(finalLine).toBeLessThan(5000);
  expect(performance.now() - begin).toBeLessThan(40_000);
  const journal = await system.journal();
  expect(journal).toMatch(
    /attempt 1 of 5 to tell of incomplete failed, again in 1 min: webhook chat: .* 500/,
  );
  expect(journal).toMatch(/attempt 1 of 4 to tell of .* failed.*: ping monitor: no answer in time/);
});

test('[LB-10] lifeboat watch raises the alarm without any run, once', async () => {
  await using chat = await httpReceiver();
  await using monitor = await httpReceiver();
  await using system = await tellingSystem(chat, monitor, { watch: ['max_age = 1 hours'] });
  expect(await system.lifeboat('watch')).toMatchObject({
    status: 0,
    stdout: 'watch done: no good backup yet\n',
  });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await system.lifeboat('watch')).toMatchObject({ status: 0 });
  for (const archive of await system.archives()) await rm(archive);
  for (let look = 0; look < 3; look += 1) {
    expect(await system.lifeboat('watch')).toMatchObject({
      status: ERRORS['backup-too-old'].exit,
      stdout: 'watch ALARM: there is no good backup any more\n',
    });
  }
  expect(told(chat)).toEqual(['too-old']);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(told(chat)).toEqual(['too-old', 'recovered']);
});

test('lifeboat notify --test: each channel by itself and all of them; a broken one has status 18', async () => {
  await using chat = await httpReceiver();
  await using monitor = await httpReceiver();
  await using mails = await mailReceiver();
  await using system = await tellingSystem(chat, monitor, {
    'mail admins': [
      'host = 127.0.0.1',
      `port = ${mails.port}`,
      `tls_ca = ${MAIL_AUTHORITY}`,
      `user = ${MAIL_USER}`,
      'password_env = MAIL_PASSWORD',
      'from = backup@example.org',
      'to = admin@example.org',
    ],
  });
  const env = { MAIL_PASSWORD };
  const notify = (...args: string[]) => runProgram('service', ['--conf', system.conf, ...args], { env });
  expect((await notify('notify')).stdout).toBe('webhook chat\nping monitor\nmail admins\n');
  const all = await notify('notify', '--test');
  expect(all).toMatchObject({
    status: 0,
    stdout: 'sent   webhook chat\nsent   ping monitor\nsent   mail admins\n',
  });
  expect(told(chat)).toEqual(['test']);
  expect(told(monitor)).toEqual(['/0190-uuid-of-the-monitor']);
  expect(mails.mails[0]?.text).toContain('Subject: ');
  chat.answer = 404;
  const one = await notify('notify', '--test', 'chat');
  expect(one.status).toBe(ERRORS['notify-failed'].exit);
  expect(one.stdout).toMatch(/^FAILED webhook chat\n {7}webhook chat: the server answered with status 404\n/);
  expect(told(monitor)).toHaveLength(1);
  expect(await notify('notify', '--test', 'nobody')).toMatchObject({
    status: ERRORS.usage.exit,
    stderr: expect.stringContaining('it has "webhook chat", "ping monitor", "mail admins"'),
  });
  for (const { stdout, stderr } of [all, one])
    expect(stdout + stderr).not.toMatch(/T0K3N|geheim|pass "word"/);
});

test('an address that cannot be read fails no backup and is said by the journal', async () => {
  await using chat = await httpReceiver();
  await using system = await tellingSystem(chat, chat, { 'file gone': ['path = gone'] });
  await rm(join(system.root, '..', 'chat-url'));
  await rm(join(system.root, '..', 'ping-url'));
  await mkdir(join(system.root, '..', 'ping-url'));
  expect(await system.lifeboat('backup')).toMatchObject({ status: ERRORS.incomplete.exit });
  const journal = await system.journal();
  expect(journal).toMatch(/to tell of incomplete failed.*: cannot read the password file .*chat-url: ENOENT/);
  expect(journal).toMatch(/to tell of started failed.*: cannot read the password file .*ping-url: EISDIR/);
});
