import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { mailChannel } from '#notify/mail-channel.ts';
import type { Channel, NoticeKind } from '#notify/notice.ts';
import { pingChannel } from '#notify/ping-channel.ts';
import { webhookChannel } from '#notify/webhook-channel.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { type HttpReceiver, httpReceiver } from '../fakes/http-receiver.ts';
import {
  MAIL_AUTHORITY,
  MAIL_PASSWORD,
  MAIL_USER,
  type MailReceiver,
  mailReceiver,
} from '../fakes/mail-receiver.ts';
import { type SettableClock, settableClock } from '../fakes/settable-clock.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { testNotifier } from '../fakes/test-notifier.ts';

const TOKEN = '/hooks/T0K3N-T0K3N-T0K3N?key=geheim-geheim';
const ALL: NoticeKind[] = [
  'success',
  'failure',
  'incomplete',
  'interrupted',
  'recovered',
  'alert',
  'too-old',
];

function webhook(url: string, more: Partial<Channel> = {}): Channel {
  const channel = webhookChannel({ name: 'chat', on: ALL, agent: 'lifeboat/1', readUrl: async () => url });
  return { ...channel, ...more };
}

function mail(
  server: Pick<MailReceiver, 'port'>,
  more: Partial<Parameters<typeof mailChannel>[0]> = {},
): Channel {
  return mailChannel({
    name: 'admins',
    on: ALL,
    host: '127.0.0.1',
    port: server.port,
    tls: 'starttls',
    ca: MAIL_AUTHORITY,
    verify: true,
    user: MAIL_USER,
    readPassword: async () => MAIL_PASSWORD,
    from: 'backup@example.org',
    to: ['admin@example.org'],
    ...more,
  });
}

function run(clock: SettableClock, state: 'done' | 'failed', message = `it is ${state}`) {
  clock.pass(3600);
  const code = state === 'done' ? 'done' : 'space-low';
  return {
    operation: 'backup',
    state,
    code,
    message,
    startedAt: clock.now().toString(),
    durationMs: 2500,
  };
}

/** Ends a run and sends what is due, then and each time a wait is over, for a day. */
async function tellFor(
  channels: Channel[],
  state: 'done' | 'failed' = 'failed',
): Promise<{ told: string[]; text: string }> {
  await using folder = await temporaryFolder();
  const clock = settableClock();
  using notifier = await testNotifier(folder.path, clock, channels);
  await notifier.runEnded(run(clock, state, 'the disk is full'));
  for (let minute = 0; minute < 24 * 60; minute += 30) {
    await notifier.deliver(NEVER);
    clock.pass(1800);
  }
  const raw = await readFile(folder.file('notify/0190-door.sqlite'), 'latin1');
  return { told: notifier.told, text: notifier.told.join('\n') + raw };
}

test('[FD-08] a webhook gets each event as JSON, once, also after a restart', async () => {
  await using folder = await temporaryFolder();
  await using server = await httpReceiver();
  const clock = settableClock();
  const runs = [run(clock, 'failed'), run(clock, 'failed', 'the disk is full')];
  for (const ended of [...runs, runs[1] as (typeof runs)[0]]) {
    using notifier = await testNotifier(folder.path, clock, [webhook(server.url + TOKEN)]);
    await notifier.runEnded(ended);
    await notifier.deliver(NEVER);
    await notifier.deliver(NEVER);
  }
  expect(server.received).toHaveLength(2);
  const [, alert] = server.received;
  expect(alert).toMatchObject({
    method: 'POST',
    path: TOKEN,
    headers: { 'content-type': 'application/json' },
  });
  expect(JSON.parse(alert?.body ?? '')).toEqual({
    id: `${runs[1]?.startedAt} alert`,
    kind: 'alert',
    at: expect.any(String),
    system: { id: '0190-door', name: 'Door Control' },
    host: 'testhost',
    title: 'Door Control: ALARM: backups keep failing',
    message: 'backups failed 2 times in a row: the disk is full',
    text: 'Door Control: ALARM: backups keep failing\nbackups failed 2 times in a row: the disk is full',
    run: expect.objectContaining({ state: 'failed', code: 'space-low', durationMs: 2500 }),
  });
});

const broken: [title: string, make: (server: HttpReceiver) => Channel, cause: RegExp][] = [
  [
    'answers with an error',
    (server) => {
      server.answer = 503;
      return webhook(server.url + TOKEN);
    },
    /webhook chat: the server answered with status 503/,
  ],
  [
    'breaks off',
    (server) => {
      server.answer = 'break off';
      return webhook(server.url + TOKEN);
    },
    /webhook chat: .*(closed|reset|hang up)/i,
  ],
  [
    'never answers',
    (server) => {
      server.answer = 'never';
      return webhook(server.url + TOKEN, { timeLimit: 0.2 });
    },
    /webhook chat: no answer in time/,
  ],
  [
    'leads elsewhere',
    (server) => {
      server.answer = { redirect: `${server.url}/elsewhere` };
      return webhook(server.url + TOKEN);
    },
    /webhook chat: the server answered with status 302/,
  ],
];

test.each(broken)(
  'a webhook that %s: journaled with the cause, tried five times, no secret',
  async (_title, make, cause) => {
    await using server = await httpReceiver();
    const { told, text } = await tellFor([make(server)]);
    expect(server.received).toHaveLength(5);
    expect(server.received.every(({ path }) => path === TOKEN)).toBe(true);
    // The same event can be known again by its receiver.
    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(told).toHaveLength(5);
    for (const line of told) expect(line).toMatch(cause);
    expect(told[0]).toContain('attempt 1 of 5 to tell of failure failed, again in 1 min: ');
    expect(told[4]).toContain('attempt 5 of 5 to tell of failure failed, given up: ');
    expect(text).not.toMatch(/T0K3N|geheim/);
  },
);

test('a webhook that nobody listens at, whose name is not known, or whose address is none', async () => {
  for (const [url, cause] of [
    [`http://127.0.0.1:9${TOKEN}`, /(ECONNREFUSED|bad port)/],
    [`http://name.invalid${TOKEN}`, /ENOTFOUND|EAI_AGAIN/],
    [`ftp://127.0.0.1${TOKEN}`, /its address is no http or https address/],
    ['', /its address is no http or https address/],
    [`http://${TOKEN}`, /webhook chat: /],
  ] as const) {
    const { told, text } = await tellFor([webhook(url)]);
    expect(told).toHaveLength(5);
    expect(told[0]).toMatch(cause);
    expect(text).not.toMatch(/T0K3N|geheim/);
  }
});

test('one broken channel holds no other back', async () => {
  await using server = await httpReceiver();
  await using mails = await mailReceiver();
  await using folder = await temporaryFolder();
  const clock = settableClock();
  const hanging = webhook(server.url, { timeLimit: 3 });
  server.answer = 'never';
  using notifier = await testNotifier(folder.path, clock, [hanging, mail(mails)]);
  await notifier.runEnded(run(clock, 'failed'));
  const delivering = notifier.deliver(NEVER);
  await expect.poll(() => mails.mails.length, { timeout: 2500 }).toBe(1);
  expect(server.received).toHaveLength(1);
  await delivering;
  expect(notifier.told.at(-1)).toContain('webhook chat: no answer in time');
});

test('a program that stops while it sends: the next one sends it', async () => {
  await using server = await httpReceiver();
  await using folder = await temporaryFolder();
  const clock = settableClock();
  const stop = new AbortController();
  server.answer = 'never';
  {
    using notifier = await testNotifier(folder.path, clock, [webhook(server.url)]);
    await notifier.runEnded(run(clock, 'failed'));
    const delivering = notifier.deliver(stop.signal);
    await expect.poll(() => server.received.length).toBe(1);
    stop.abort();
    await delivering;
  }
  server.answer = 200;
  using notifier = await testNotifier(folder.path, clock, [webhook(server.url)]);
  await notifier.deliver(NEVER);
  expect(server.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
    server.received[0]?.headers['idempotency-key'],
    server.received[0]?.headers['idempotency-key'],
  ]);
});

test('a service sends what becomes due by itself, and what another program put in', async () => {
  await using server = await httpReceiver();
  await using folder = await temporaryFolder();
  const clock = settableClock();
  const stop = new AbortController();
  const channel = webhook(server.url);
  using service = await testNotifier(folder.path, clock, [channel]);
  const running = service.run(stop.signal);
  await service.runEnded(run(clock, 'failed'));
  await expect.poll(() => server.received.length, { timeout: 2000 }).toBe(1);
  using other = await testNotifier(folder.path, clock, [channel]);
  await other.runEnded(run(clock, 'done'));
  await expect.poll(() => server.received.length, { timeout: 8000 }).toBe(2);
  stop.abort();
  await running;
});

test('a monitor is told of start, success and failure, in order, and of nothing out of date', async () => {
  await using server = await httpReceiver();
  await using folder = await temporaryFolder();
  const clock = settableClock();
  const endings = { start: '/start', success: '', fail: '/fail' };
  const monitor = pingChannel({
    name: 'm',
    agent: 'a',
    readUrl: async () => `${server.url}/uuid`,
    ...endings,
  });
  using notifier = await testNotifier(folder.path, clock, [monitor]);
  for (const state of ['done', 'failed'] as const) {
    await notifier.runStarted(clock.now());
    await notifier.deliver(NEVER);
    await notifier.runEnded(run(clock, state));
    await notifier.deliver(NEVER);
  }
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /uuid/start',
    'GET /uuid',
    'GET /uuid/start',
    'GET /uuid/fail',
  ]);
  server.answer = 500;
  await notifier.runStarted(clock.now().add({ seconds: 1 }));
  await notifier.deliver(NEVER);
  await notifier.runEnded(run(clock, 'done'));
  server.answer = 200;
  clock.pass(3600);
  await notifier.deliver(NEVER);
  expect(server.received.slice(4).map(({ path }) => path)).toEqual(['/uuid/start', '/uuid']);
});

test('[FD-08] a mail by STARTTLS with sign-in: subject, text, and the same message id for the same event', async () => {
  await using server = await mailReceiver();
  const { told } = await tellFor([mail(server, { to: ['admin@example.org', 'deputy@example.org'] })]);
  expect(told).toEqual(['notify mail admins: told of failure']);
  expect(server.mails).toMatchObject([
    { to: ['admin@example.org', 'deputy@example.org'], tls: true, user: MAIL_USER },
  ]);
  const [{ text = '' } = {}] = server.mails;
  expect(text).toMatch(/^Subject: Door Control: backup failed\r$/m);
  expect(text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(text).toMatch(/^Message-ID: <[0-9a-f]{32}@lifeboat\.example\.org>\r$/m);
  expect(text).toContain('the disk is full');
});

const brokenMail: [string, (server: MailReceiver) => Channel, RegExp][] = [
  ['a wrong password', (server) => mail(server, { readPassword: async () => 'wrong-geheim' }), /EAUTH|535/],
  ['a certificate nobody vouches for', (server) => mail(server, { ca: undefined }), /certificate/i],
  ['a certificate of other name', (server) => mail(server, { host: 'localhost' }), /localhost|altnames/i],
  [
    'an authority file that is not there',
    (server) => mail(server, { ca: '/absent.pem' }),
    /cannot read \/absent\.pem: ENOENT/,
  ],
  [
    'a refused receiver',
    (server) => mail(server, { to: ['nobody@example.org'] }),
    /nobody of this name|EENVELOPE/,
  ],
  ['plain text where TLS is expected', (server) => mail(server, { tls: 'yes' }), /mail admins: /],
];

test.each(brokenMail)(
  'mail with %s: journaled with the cause, five attempts, no secret',
  async (_title, make, cause) => {
    await using server = await mailReceiver();
    const { told, text } = await tellFor([make(server)]);
    expect(server.mails).toEqual([]);
    expect(told).toHaveLength(5);
    for (const line of told) expect(line).toMatch(cause);
    expect(text).not.toContain('geheim');
    expect(text).not.toContain(MAIL_PASSWORD);
  },
);

test('a mail server without STARTTLS gets neither the password nor the mail', async () => {
  await using server = await mailReceiver({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
  const { told } = await tellFor([mail(server)]);
  expect(told).toHaveLength(5);
  expect(told[0]).toMatch(/STARTTLS|ETLS/i);
  expect(server.mails).toEqual([]);
});

test('one refused receiver among others: the mail is sent once and the journal names who did not get it', async () => {
  await using server = await mailReceiver();
  const { told } = await tellFor([mail(server, { to: ['admin@example.org', 'nobody@example.org'] })]);
  expect(server.mails).toHaveLength(1);
  expect(told).toContain('notify mail admins: the server took the mail, but not for nobody@example.org');
});

test('a mail server that says nothing, and one that is not there', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  try {
    const channel = { ...mail({ port }), timeLimit: 0.3 };
    const { told } = await tellFor([channel]);
    expect(told[0]).toContain('mail admins: no answer in time');
    expect(told).toHaveLength(5);
  } finally {
    silent.close();
  }
  const { told } = await tellFor([mail({ port })]);
  expect(told[0]).toMatch(/ECONNREFUSED|ESOCKET/);
});
