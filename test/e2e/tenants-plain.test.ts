import { readdir, rename } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Credentials, type SendOptions, type TenantSite, tenantSite } from '../fakes/tenant-site.ts';

const ADDRESS = '/t/blue/settings/admin/backup';

let site: TenantSite;
let anna: Credentials;

beforeAll(async () => {
  site = await tenantSite();
  anna = site.person('administrator', 'blue', 'session');
});

afterAll(() => site?.[Symbol.asyncDispose]());

test('[TN-04] create makes one, the list shows it with time and size, all by forms without a script', async () => {
  const empty = await page();
  expect(empty).toContain('There is no archive yet.');
  expect(empty).not.toMatch(/<script|javascript:|\son\w+=/i);
  const said = await submit('create', {});
  expect(said).toMatch(/Done.*blue-\d{8}T\d{6}Z-1\.zip written and verified/);
  expect(await archives('blue')).toHaveLength(1);
  expect(await archives('green')).toEqual([]);
  const list = await page();
  expect(list).toMatch(/>\w+ \d+, \d{4}, [\d:]+.{0,5}[AP]M<\/td><td data-label="Size">[\d.]+ kB<\/td>/);
  expect(list).toContain('good, the last good one');
});

test('[TN-04] by the host name as well, and where it is the whole address', async () => {
  const answer = await site.send('GET', '/settings/admin/backup', { as: anna, host: 'blue.app.example.org' });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('Backups of blue');
});

test('[TN-04] settings are saved, and a wrong one is said beside its field with what was typed', async () => {
  const good = await submit('settings', { ...(await fieldsOfPage()), keep: '14', time: '02:30' });
  expect(good).toMatch(/The settings were saved.*keep is 14 now, was 7/);
  expect(good).toMatch(/time is 02:30 now/);
  const wrong = await submit('settings', { ...(await fieldsOfPage()), keep: '101', compression: 'None' });
  expect(wrong).toMatch(/That did not work.*nothing was changed/);
  expect(wrong).toMatch(
    /name="keep" aria-invalid="true"[^>]* value="101"[^>]*\/><small id="keep-wrong">[^<]*1 to 100/,
  );
  expect(await fieldsOfPage()).toMatchObject({ keep: '14', compression: 'Fast', time: '02:30' });
  await submit('settings', { ...(await fieldsOfPage()), frequency: '', every: '6 hours' });
  expect(await fieldsOfPage()).toMatchObject({ frequency: '', every: '6 hours' });
  await submit('settings', { ...(await fieldsOfPage()), frequency: 'Weekly' });
  expect(await fieldsOfPage()).toMatchObject({ frequency: 'Weekly', every: '' });
});

test('[TN-06] delete asks first, says when the last good one is to go, and takes no for an answer', async () => {
  const [file] = (await archives('blue')) as [string];
  const question = await site.send('POST', `${ADDRESS}/delete`, form({ name: file }));
  expect(question.status).toBe(200);
  expect(question.text).toContain(`Delete ${file}?`);
  expect(question.text).toContain('This is the last good one: without it nothing can be restored.');
  expect(await archives('blue')).toEqual([file]);
  expect(await submit('delete', { name: file, confirm: 'yes' })).toMatch(
    /is the last good archive of this system/,
  );
  expect(await archives('blue')).toEqual([file]);
  await submit('create', {});
  const newest = (await archives('blue')).find((name) => name !== file);
  const plain = await site.send('POST', `${ADDRESS}/delete`, form({ name: file }));
  expect(plain.text).not.toContain('last good one');
  expect(await submit('delete', { name: file, confirm: 'yes' })).toContain(`${file} was deleted`);
  expect(await archives('blue')).toEqual([newest]);
  const last = await site.send('POST', `${ADDRESS}/delete`, form({ name: String(newest) }));
  const fields = Object.fromEntries(
    [...last.text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
  expect(await submit('delete', fields as Record<string, string>)).toContain(`${newest} was deleted`);
});

test.each([
  '../green/backups/X',
  '..%2fgreen%2fbackups%2fX',
  '/etc/passwd',
  '.lifeboat',
  '.lifeboat/X.json',
  'X\0',
  'X/',
  './X',
  '1',
  'backupHistory.json',
  '../blue/backups/X',
])('[TN-06] only names of the own folder, by the letter: %s', async (trick) => {
  const [archive] = (await archives('green')) as [string];
  const other = archive ?? String((await site.tenants.green.served.startBackup({}).ended).archive);
  await site.tenants.blue.served.startBackup({}).ended;
  const before = await Promise.all([archives('blue'), archives('green')]);
  for (const name of [trick.replace('X', other), other]) {
    for (const more of [{}, { confirm: 'yes', last_good: 'yes' }]) {
      expect(await submit('delete', { name, ...more })).toMatch(
        /That did not work.*there is no archive called/,
      );
      const asJson = { as: anna, body: { name, ...more }, accept: 'application/json' };
      const answer = await site.send('POST', `${ADDRESS}/delete`, asJson);
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.text).code).toBe('archive-missing');
    }
  }
  expect(await Promise.all([archives('blue'), archives('green')])).toEqual(before);
});

test('[TN-04] as JSON for whoever prefers that: the same four, each with what a program wants to know', async () => {
  const json = { as: anna, accept: 'application/json' };
  const list = JSON.parse((await site.send('GET', ADDRESS, json)).text);
  expect(list).toMatchObject({ system: 'blue', problem: null, values: { compression: 'Fast' } });
  expect(list.csrf).toBe(anna['x-lifeboat-csrf']);
  const wrong = await site.send('POST', `${ADDRESS}/settings`, { ...json, body: { keep: '0' } });
  expect(wrong.status).toBe(400);
  expect(JSON.parse(wrong.text).fields.keep).toMatch(/1 to 100/);
  const saved = await site.send('POST', `${ADDRESS}/settings`, { ...json, body: { keep: '5' } });
  expect(JSON.parse(saved.text).changed).toEqual([expect.stringMatching(/^keep is 5 now/)]);
  const made = await site.send('POST', `${ADDRESS}/create`, { ...json, body: {} });
  expect(made.status).toBe(202);
  await site.tenants.blue.served.runs.current()?.ended;
  const name = (await archives('blue'))[0];
  const asked = await site.send('POST', `${ADDRESS}/delete`, { ...json, body: { name } });
  expect(asked.status).toBe(400);
  expect(JSON.parse(asked.text).code).toBe('not-confirmed');
  const gone = await site.send('POST', `${ADDRESS}/delete`, { ...json, body: { name, confirm: true } });
  expect(JSON.parse(gone.text)).toMatchObject({ state: 'done', archive: name });
});

test('[TN-05] a form needs the token of its own session; whoever is not signed in is shown the way', async () => {
  const out = await site.send('GET', ADDRESS, { accept: 'text/html' });
  expect(out.status).toBe(401);
  expect(out.text).toContain('<a href="../../">To the sign-in</a>');
  const before = await archives('blue');
  const other = site.person('administrator', 'blue', 'session')['x-lifeboat-csrf'];
  for (const csrf of ['', String(other)]) {
    const answer = await site.send('POST', `${ADDRESS}/create`, {
      as: { cookie: String(anna['cookie']) },
      body: new URLSearchParams({ csrf }).toString(),
    });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('does not come from the page of this service');
  }
  const viewer = site.person('viewer', 'blue', 'session');
  expect((await site.send('GET', ADDRESS, { as: viewer })).status).toBe(403);
  expect(await archives('blue')).toEqual(before);
});

test('[TN-05] a form is taken for a body here alone: elsewhere a foreign page could send one', async () => {
  const answer = await site.send('POST', '/t/blue/api/backup', { as: anna, body: 'force=true' });
  expect(answer.status).toBe(415);
});

test('what was typed is shown as text, never obeyed, and to nobody else', async () => {
  const evil = '"><script>alert(1)</script>';
  const answer = await site.send('POST', `${ADDRESS}/settings`, form({ time: evil }));
  const location = String(answer.headers['location']);
  const mine = await site.send(
    'GET',
    new URL(location, `http://x${ADDRESS}/settings`).pathname + location.slice(location.indexOf('?')),
    { as: anna },
  );
  expect(mine.text).toContain('alert(1)');
  expect(mine.text).not.toContain('<script');
  const other = site.person('administrator', 'blue', 'session');
  const theirs = await site.send('GET', `${ADDRESS}${location.slice(location.indexOf('?'))}`, { as: other });
  expect(theirs.text).not.toContain('alert(1)');
  expect(mine.headers['content-security-policy']).toMatch(/^default-src 'none'/);
});

test('in German for whoever asks for it', async () => {
  const as = { ...anna, 'accept-language': 'de-DE,de;q=0.9,en;q=0.5' };
  const answer = await site.send('GET', ADDRESS, { as });
  expect(answer.text).toContain('Sicherungen von blue');
  expect(answer.text).toContain('<html lang="de">');
});

test('[TN-10] a folder that cannot be used is named, and the settings are there all the same', async () => {
  await using _away = await movedAway(site.tenants.blue.backups);
  const shown = await page();
  expect(shown).toContain(`the backup path ${site.tenants.blue.backups} does not exist`);
  expect(shown).toContain('name="keep"');
  expect(await submit('create', {})).toMatch(/That did not work.*does not exist/);
});

async function movedAway(path: string): Promise<AsyncDisposable> {
  await rename(path, `${path} away`);
  return { [Symbol.asyncDispose]: () => rename(`${path} away`, path) };
}

async function page(): Promise<string> {
  const answer = await site.send('GET', ADDRESS, { as: anna, accept: 'text/html,*/*;q=0.8' });
  expect(answer.status, answer.text).toBe(200);
  return answer.text;
}

function form(fields: Record<string, string>): SendOptions {
  const csrf = String(anna['x-lifeboat-csrf']);
  return {
    as: { cookie: String(anna['cookie']) },
    body: new URLSearchParams({ csrf, ...fields }).toString(),
  };
}

/** Sends a form as a browser does, follows it back to the list, and gives what that says, in one line. */
async function submit(what: string, fields: Record<string, string>): Promise<string> {
  const answer = await site.send('POST', `${ADDRESS}/${what}`, form(fields));
  expect(answer.status, answer.text).toBe(303);
  const { pathname, search } = new URL(String(answer.headers['location']), `http://x${ADDRESS}/${what}`);
  expect(pathname).toBe(ADDRESS);
  const back = await site.send('GET', pathname + search, { as: anna });
  expect(back.status, back.text).toBe(200);
  return back.text.replaceAll('\n', ' ');
}

/** The fields of the settings as a browser would send them. */
async function fieldsOfPage(): Promise<Record<string, string>> {
  const text = await page();
  const typed = [...text.matchAll(/name="(\w+)" type="text" value(?:="([^"]*)")?/g)];
  const chosen = [...text.matchAll(/<select id="\w+" name="(\w+)".*?<\/select>/g)].map(([all, key]) => {
    const value = /<option value="([^"]*)" selected/.exec(all)?.[1] ?? '';
    return [key, value] as const;
  });
  return Object.fromEntries([...typed.map(([, key, value = '']) => [key, value] as const), ...chosen]);
}

async function archives(tenant: 'blue' | 'green'): Promise<string[]> {
  const names = await readdir(site.tenants[tenant].backups);
  return names.filter((name) => name.endsWith('.zip')).sort();
}
