import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HttpReceiver, httpReceiver } from '../fakes/http-receiver.ts';
import { MAIL_AUTHORITY, MAIL_PASSWORD, MAIL_USER, mailReceiver } from '../fakes/mail-receiver.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { type Browser, bodyOf, signInFirst } from './sign-in.ts';
import { startService, type TestService } from './start-service.ts';

const TOKEN = 'T0K3N-of-the-chat';

let system: RealSystem;
let service: TestService;
let anna: Browser;
let chat: HttpReceiver;
/** The conf as a person left it. */
let written: string;

beforeAll(async () => {
  chat = await httpReceiver();
  system = await realSystem({
    conf: {
      'webhook by hand': ['# as agreed with the night shift', 'url_file = ../hand-url ; not ours'],
      log: ['level = debug', 'file = ../service.log'],
      watch: ['max_age = never ; for now'],
    },
  });
  await writeFile(beside('hand-url'), `${chat.url}/by-hand\n`, { mode: 0o600 });
  service = await startService(system);
  anna = await signInFirst(system, service.url);
  written = await confText();
});

afterAll(async () => {
  await service?.stop();
  await system?.[Symbol.asyncDispose]();
  await chat?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  chat.received.length = 0;
});

const beside = (name: string) => join(system.root, '..', name);
const confText = () => readFile(system.conf, 'utf8');
const url = () => `${chat.url}/hooks/${TOKEN}?key=geheim`;
const pathOf = (name: string) => `api/channels/${encodeURIComponent(name)}`;
const add = (body: object) => anna.send('POST', 'api/channels', { values: {}, ...body });
const channel = async (name: string) => {
  const { channels } = await bodyOf(anna.get('api/channels'));
  return channels.find((one: { kind: string; name: string }) => `${one.kind} ${one.name}` === name);
};

/** The private files of what was typed. */
async function typed(): Promise<string[]> {
  const folder = join(system.state, 'secrets');
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test('a channel is added: the conf names a private file, the running service tells it, and no word has its address', async () => {
  const answer = await add({ kind: 'webhook', name: 'chat', values: { on: 'success' }, secret: url() });
  const said = [await answer.text()];
  expect(answer.status, said[0]).toBe(200);
  const [file = '', ...others] = await typed();
  expect(others).toEqual([]);
  expect(await readFile(file, 'utf8')).toBe(`${url()}\n`);
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await confText()).toBe(`${written}\n[webhook chat]\nurl_file = ${file}\non = success\n`);

  const tested = await anna.send('POST', `${pathOf('webhook chat')}/test`);
  said.push(await tested.text());
  expect(JSON.parse(said[1] ?? '')).toEqual([{ channel: 'webhook chat', sent: true, remarks: [] }]);
  expect(chat.received.map(({ path }) => path)).toEqual([`/hooks/${TOKEN}?key=geheim`]);

  await anna.send('POST', 'api/backup');
  await expect.poll(() => chat.received.length, { timeout: 30_000 }).toBe(2);
  expect(JSON.parse(chat.received[1]?.body ?? '')).toMatchObject({ kind: 'success' });

  said.push(await (await anna.get('api/channels')).text(), await (await anna.get('api/settings')).text());
  const journal = await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
  expect(journal).toContain('settings: webhook chat: added');
  expect(journal).toContain('api: anna: POST /api/channels gave 200');
  const log = await readFile(beside('service.log'), 'utf8');
  expect(log).toContain('"level"');
  for (const text of [...said, journal, log, await confText()]) expect(text).not.toMatch(/T0K3N|geheim/);
  expect(await channel('webhook chat')).toEqual({
    kind: 'webhook',
    name: 'chat',
    values: { on: 'success' },
    secret: 'typed',
  });
  expect(await channel('webhook by hand')).toMatchObject({ values: { on: null }, secret: 'file' });
});

const MAIL = { host: 'mail.example.org', from: 'backup@example.org', to: 'admin@example.org' };

test.each<[string, object, Record<string, RegExp>]>([
  [
    'an address of another kind',
    { kind: 'webhook', name: 'a', secret: 'ftp://x/geheim' },
    { secret: /http/ },
  ],
  ['no address', { kind: 'ping', name: 'a' }, { secret: /found nothing/ }],
  ['an address with a user', { kind: 'ping', name: 'a', secret: 'http://u:geheim@x/' }, { secret: /user/ }],
  ['two lines', { kind: 'webhook', name: 'a', secret: 'http://x/\ngeheim' }, { secret: /http/ }],
  ['a name with a dot', { kind: 'webhook', name: 'a.b', secret: 'http://x/' }, { name: /no dot/ }],
  [
    'a name that ends a section',
    { kind: 'webhook', name: 'a]\n[hooks', secret: 'http://x/' },
    { name: /letters/ },
  ],
  ['no name', { kind: 'webhook', name: ' ', secret: 'http://x/' }, { name: /no name/ }],
  ['a name that is taken', { kind: 'webhook', name: 'BY  hand', secret: 'http://x/' }, { name: /already/ }],
  [
    'events that there are not, and all else that is wrong beside',
    { kind: 'webhook', name: '', values: { on: 'succes' }, secret: 'x' },
    { name: /no name/, secret: /http/, on: /success, failure/ },
  ],
  [
    'a key of another kind',
    { kind: 'webhook', name: 'a', values: { host: 'x' }, secret: 'http://x' },
    { host: /unknown key/ },
  ],
  ['an empty mail', { kind: 'mail', name: 'a' }, { host: /nothing/, from: /nothing/, to: /mail addresses/ }],
  [
    'mail addresses and a port that are none',
    { kind: 'mail', name: 'a', values: { ...MAIL, from: 'me', to: 'a@b, c', port: '70000' } },
    { from: /mail address/, to: /"c"/, port: /1 to 65535/ },
  ],
  [
    'an account without a password',
    { kind: 'mail', name: 'a', values: { ...MAIL, user: 'x' } },
    { secret: /no password/ },
  ],
  [
    'a password without an account',
    { kind: 'mail', name: 'a', values: MAIL, secret: 'geheim' },
    { user: /account/ },
  ],
  [
    'a password in clear',
    { kind: 'mail', name: 'a', values: { ...MAIL, user: 'x', tls: 'no' }, secret: 'geheim' },
    { tls: /in clear/ },
  ],
  [
    'an authority that cannot be read',
    { kind: 'mail', name: 'a', values: { ...MAIL, tls_ca: '/nowhere/ca.pem' } },
    { tls_ca: /nowhere.*ENOENT/ },
  ],
  [
    'an authority that is none',
    { kind: 'mail', name: 'a', values: { ...MAIL, tls_ca: '/etc/passwd' } },
    { tls_ca: /no certificate/ },
  ],
  [
    'what is put behind a ping',
    { kind: 'ping', name: 'a', values: { fail: 'x' }, secret: 'http://x' },
    { fail: /from a \// },
  ],
])('%s is refused beside its field, and nothing is written', async (_what, body, wanted) => {
  const before = [await confText(), await typed()];
  const answer = await add(body);
  const text = await answer.text();
  expect(answer.status, text).toBe(400);
  const { fields } = JSON.parse(text);
  expect(Object.keys(fields).toSorted()).toEqual(Object.keys(wanted).toSorted());
  for (const [key, words] of Object.entries(wanted)) expect(fields[key]).toMatch(words);
  expect(text).not.toMatch(/geheim/);
  expect([await confText(), await typed()]).toEqual(before);
});

test.each(['url_file', 'url_env', 'password_file', 'password_env', 'before', 'alert', 'path'])(
  'no request sets %s: neither the place of a secret nor a program',
  async (key) => {
    const before = await confText();
    const values = { [key]: '/etc/shadow' };
    expect((await add({ kind: 'webhook', name: 'a', values, secret: 'http://x/' })).status).toBe(400);
    expect((await anna.send('PATCH', pathOf('webhook by hand'), { values })).status).toBe(400);
    expect((await anna.send('PUT', 'api/watch', { values })).status).toBe(400);
    expect(await confText()).toBe(before);
  },
);

test('a change: what is not named stays, also an address that was written by hand, whose file is nobody else’s', async () => {
  const text = await confText();
  const changed = await anna.send('PATCH', pathOf('webhook by hand'), { values: { on: 'failure, too-old' } });
  expect((await bodyOf(changed)).changed).toEqual([
    'webhook by hand: on is failure, too-old now, was not set',
  ]);
  expect(await confText()).toBe(text.replace('; not ours\n', '; not ours\non = failure, too-old\n'));
  await anna.send('PATCH', pathOf('webhook by hand'), { secret: `${chat.url}/typed` });
  expect(await readFile(beside('hand-url'), 'utf8')).toBe(`${chat.url}/by-hand\n`);
  expect(await confText()).toMatch(/# as agreed with the night shift\nurl_file = \S.*secrets.* ; not ours\n/);
  await anna.send('POST', `${pathOf('webhook by hand')}/test`);
  expect(chat.received.map(({ path }) => path)).toEqual(['/typed']);
  const before = await typed();
  await anna.send('PATCH', pathOf('webhook by hand'), { values: { on: null }, secret: `${chat.url}/again` });
  const after = await typed();
  expect(after).toHaveLength(before.length);
  expect(
    after.filter((file) => !before.includes(file)),
    'the old one is gone',
  ).toHaveLength(1);
  expect(await channel('webhook by hand')).toMatchObject({ values: { on: null }, secret: 'typed' });
});

test('a mail account: its password is taken nowhere else unless it is given again, and leaves with the account', async () => {
  await using mails = await mailReceiver();
  const values = { host: '127.0.0.1', port: String(mails.port), tls_ca: MAIL_AUTHORITY, user: MAIL_USER };
  const made = await add({
    kind: 'mail',
    name: 'admins',
    values: { ...MAIL, ...values },
    secret: MAIL_PASSWORD,
  });
  expect(made.status, await made.text()).toBe(200);
  const tested = await bodyOf(anna.send('POST', `${pathOf('mail admins')}/test`));
  expect(tested).toMatchObject([{ sent: true }]);
  expect(mails.mails[0]).toMatchObject({ user: MAIL_USER, tls: true });

  for (const elsewhere of [{ host: 'localhost' }, { port: '1' }, { tls_verify: 'no' }, { tls_ca: null }]) {
    const refused = await anna.send('PATCH', pathOf('mail admins'), { values: elsewhere });
    expect(refused.status).toBe(400);
    expect((await bodyOf(refused)).fields.secret).toMatch(/password once more/);
  }
  const moved = { values: { host: 'localhost' }, secret: MAIL_PASSWORD };
  expect((await anna.send('PATCH', pathOf('mail admins'), moved)).status).toBe(200);
  expect(
    (await anna.send('PATCH', pathOf('mail admins'), { values: { from: 'b@example.org' } })).status,
  ).toBe(200);
  const before = (await typed()).length;
  expect((await anna.send('PATCH', pathOf('mail admins'), { values: { user: null } })).status).toBe(200);
  expect(await channel('mail admins')).toMatchObject({
    secret: 'none',
    values: { user: null, host: 'localhost' },
  });
  expect(await typed()).toHaveLength(before - 1);
  const journal = await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
  expect(journal).toContain('settings: mail admins: host is localhost now, was 127.0.0.1');
  expect(journal).toContain('settings: mail admins: another password');
  expect(journal).not.toContain(MAIL_PASSWORD);
});

test('the age of the last good backup: wrong ones are refused, a right one is looked at without a restart', async () => {
  const wrong = await anna.send('PUT', 'api/watch', { values: { max_age: '3 fortnights' } });
  expect(wrong.status).toBe(400);
  expect((await bodyOf(wrong)).fields.max_age).toMatch(/1 to 999 hours, days or weeks/);
  expect(await confText()).toContain('max_age = never ; for now\n');
  for (const archive of await system.archives()) await writeFile(archive, 'no archive any more');
  const right = await anna.send('PUT', 'api/watch', { values: { max_age: '36 hours' } });
  expect((await bodyOf(right)).changed).toEqual(['watch: max_age is 36 hours now, was never']);
  expect(await confText()).toContain('max_age = 36 hours ; for now\n');
  await expect
    .poll(() => chat.received.map(({ body }) => JSON.parse(body).kind), { timeout: 30_000 })
    .toContain('too-old');
  expect((await bodyOf(anna.get('api/channels'))).watch).toEqual({ max_age: '36 hours' });
});

test('removed: its lines and its private file go, every other byte and each comment of its own line stays', async () => {
  const before = { text: await confText(), files: (await typed()).length };
  expect((await add({ kind: 'ping', name: 'monitor', secret: url() })).status).toBe(200);
  expect(await typed()).toHaveLength(before.files + 1);
  expect((await anna.send('DELETE', pathOf('ping monitor'))).status).toBe(200);
  expect(await confText()).toBe(before.text);
  expect(await typed()).toHaveLength(before.files);
  expect((await anna.send('DELETE', pathOf('webhook by hand'))).status).toBe(200);
  expect(await confText()).toContain('# as agreed with the night shift\n');
  expect(await confText()).not.toContain('by hand');
  expect(await readFile(beside('hand-url'), 'utf8')).toBe(`${chat.url}/by-hand\n`);
  for (const [method, body] of [['DELETE'], ['PATCH', { values: {} }]] as const) {
    expect((await anna.send(method, pathOf('webhook by hand'), body)).status).toBe(404);
    expect((await anna.send(method, pathOf('system'), body)).status).toBe(404);
    expect((await anna.send(method, pathOf('folder cert'), body)).status).toBe(404);
  }
  expect(await confText()).toContain('[folder cert]');
});

test('ten who save at once: nobody’s change is lost', async () => {
  const names = Array.from({ length: 8 }, (_, number) => `at once ${number}`);
  const answers = await Promise.all([
    ...names.map((name) => add({ kind: 'webhook', name, secret: `${chat.url}/${name.length}` })),
    anna.send('PUT', 'api/settings', { values: { keep: '33' } }),
    anna.send('PUT', 'api/watch', { values: { max_age: '2 weeks' } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const text = await confText();
  for (const name of names) expect(text).toContain(`[webhook ${name}]\nurl_file = `);
  expect(text).toMatch(/^keep = 33$/m);
  expect(text).toContain('max_age = 2 weeks ; for now\n');
  const twins = await Promise.all(
    ['Twin', 'twin'].map((name) => add({ kind: 'ping', name, secret: 'http://x/' })),
  );
  expect(twins.map(({ status }) => status).toSorted()).toEqual([200, 400]);
});
