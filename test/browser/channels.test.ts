import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bodyOf, signInFirst as enterFirst } from '../e2e/sign-in.ts';
import { type HttpReceiver, httpReceiver } from '../fakes/http-receiver.ts';
import { openSite, type Site } from './open-site.ts';
import { PASSWORD, signIn } from './sign-in.ts';
import { textOf } from './text-of.ts';

let site: Site;
let page: Page;
let chat: HttpReceiver;

beforeAll(async () => {
  chat = await httpReceiver();
  site = await openSite();
  const anna = await enterFirst(site.system, site.url);
  const { code } = await bodyOf(anna.send('POST', 'api/accounts', { name: 'vera', role: 'viewer' }));
  await enterByCode(code);
  page = (await site.browser.open()).page;
  await signIn(page, site.url);
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await chat?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  chat.received.length = 0;
  await page.goto(site.url);
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('heading', { name: 'Notifications' }).waitFor();
});

async function enterByCode(code: string): Promise<void> {
  const body = JSON.stringify({ code, name: 'vera', password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${site.url}api/sign-in/first`, { method: 'POST', headers, body })).status).toBe(200);
}

const confText = () => readFile(site.system.conf, 'utf8');
const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const field = (label: string) => dialog().getByLabel(label, { exact: true });
const save = () => dialog().getByRole('button', { name: 'Save' }).click();

/** What stands beside a field as its error. */
async function errorOf(label: string, within = dialog()): Promise<string> {
  await within.locator('[aria-invalid=true]').first().waitFor();
  const control = within.getByLabel(label, { exact: true });
  expect(await control.getAttribute('aria-invalid'), label).toBe('true');
  const [, error] = /(\S+-error)/.exec((await control.getAttribute('aria-describedby')) ?? '') ?? [];
  return await textOf(page.locator(`[id="${error}"]`));
}

async function typedFiles(): Promise<string[]> {
  const names = await readdir(join(site.system.state, 'secrets'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes('/') || name.includes('\\'));
}

test('a webhook: a wrong address is refused beside its field, a right one saved; tested, changed, removed', async () => {
  await page.getByText('Nobody is notified.').waitFor();
  const before = await confText();
  await button('New channel').click();
  await field('Name').fill('night shift');
  await field('Address').fill('chat.example.org/hook');
  await save();
  expect(await errorOf('Address')).toMatch(/an http or https address/);
  await dialog().getByText('One value is wrong; nothing was saved.').waitFor();
  expect(await page.locator(':focus').getAttribute('id')).toBe(await field('Address').getAttribute('id'));
  expect(await confText()).toBe(before);

  await field('Address').fill(`${chat.url}/T0K3N`);
  await save();
  await page.getByText('night shift is saved.').waitFor();
  expect(await dialog().count()).toBe(0);
  await button('Send a test to night shift').click();
  await page.getByText('The test to webhook night shift was sent.').waitFor();
  expect(chat.received).toMatchObject([{ method: 'POST', path: '/T0K3N' }]);

  await button('Change night shift').click();
  expect(await field('Address').inputValue(), 'what was typed is never shown again').toBe('');
  expect(await field('failure').isChecked()).toBe(true);
  for (const box of await dialog().getByRole('checkbox').all()) await box.uncheck();
  await save();
  await dialog()
    .getByText(/found .*allowed is a comma list of success/)
    .waitFor();
  await field('backup done').check();
  await field('failure').check();
  await save();
  await page.getByText('night shift is saved.').waitFor();
  await expect.poll(() => textOf(page.locator('.channels'))).toMatch(/backup done, failure$/m);
  expect(await confText()).toMatch(/\[webhook night shift\]\nurl_file = .*\non = success, failure\n/);
  await button('Send a test to night shift').click();
  await expect.poll(() => chat.received.length).toBe(2);

  await button('Remove night shift').click();
  await dialog().getByRole('button', { name: 'Remove' }).click();
  await page.getByText('night shift is removed.').waitFor();
  await page.getByText('Nobody is notified.').waitFor();
  expect(await confText()).toBe(before);
  expect(await typedFiles()).toEqual([]);
});

test('by keyboard alone: a channel is added, tested and removed; the focus is never lost', async () => {
  const press = (key: string) => page.keyboard.press(key);
  const focused = () =>
    page.evaluate(
      '(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()',
    );
  const tabTo = async (name: string) => {
    for (let steps = 0; steps < 80; steps += 1) {
      if ((await focused()) === name) return;
      await press('Tab');
    }
    throw new Error(`${name} cannot be reached by Tab; the focus is on ${await focused()}`);
  };
  const tabToField = async (label: string) => {
    const id = await field(label).getAttribute('id');
    for (let steps = 0; steps < 40; steps += 1) {
      if ((await page.evaluate('document.activeElement?.id')) === id) return;
      await press('Tab');
    }
    throw new Error(`${label} cannot be reached by Tab`);
  };
  await tabTo('New channel');
  await press('Enter');
  await dialog().waitFor();
  await tabToField('Kind');
  await page.keyboard.type('dead');
  await tabToField('Name');
  await page.keyboard.type('keys');
  await tabToField('Address');
  await page.keyboard.type('nowhere');
  await press('Enter');
  expect(await errorOf('Address')).toMatch(/http/);
  await press('Control+A');
  await page.keyboard.type(`${chat.url}/keys`);
  await press('Enter');
  await page.getByText('keys is saved.').waitFor();
  await expect.poll(focused).toBe('New channel');
  await press('Shift+Tab');
  await press('Shift+Tab');
  await press('Shift+Tab');
  expect(await focused()).toBe('Send a test to keys');
  await press('Enter');
  await page.getByText('The test to ping keys was sent.').waitFor();
  expect(chat.received).toMatchObject([{ method: 'GET', path: '/keys' }]);
  await tabTo('Remove keys');
  await press('Enter');
  await dialog().waitFor();
  await tabTo('Remove');
  await press('Enter');
  await page.getByText('keys is removed.').waitFor();
  await expect.poll(focused).toBe('New channel');
});

test('a mail account: all that is wrong stands beside its field, and no password is shown again', async () => {
  await button('New channel').click();
  await field('Kind').selectOption('mail');
  await field('To').fill('admin');
  await field('Port').fill('0');
  await field('Encryption').selectOption('no');
  expect(await field('File of the certificate authority').count()).toBe(0);
  await field('Mail account').fill('backup');
  await save();
  await dialog().getByText('7 values are wrong; nothing was saved.').waitFor();
  for (const [label, words] of [
    ['Name', /no name/],
    ['To', /"admin"/],
    ['From', /mail address/],
    ['Mail server', /host name/],
    ['Port', /1 to 65535/],
    ['Encryption', /in clear/],
    ['Password', /password of this mail account/],
  ] as const) {
    expect(await errorOf(label)).toMatch(words);
  }
  await field('Name').fill('admins');
  await field('To').fill('admin@example.org, night@example.org');
  await field('From').fill('backup@example.org');
  await field('Mail server').fill('127.0.0.1');
  await field('Port').fill('9');
  await field('Password').fill('geheim geheim');
  await save();
  await page.getByText('admins is saved.').waitFor();
  expect(await confText()).toMatch(/^to = "?admin@example.org, night@example.org"?$/m);
  await button('Send a test to admins').click();
  await page.getByText('The test to mail admins failed.').waitFor();
  await button('Change admins').click();
  expect(await field('Mail server').inputValue()).toBe('127.0.0.1');
  expect(await field('Encryption').inputValue()).toBe('no');
  expect(await field('Password').inputValue()).toBe('');
  expect(await page.content()).not.toContain('geheim');
  await field('Encryption').selectOption('starttls');
  await field('File of the certificate authority').fill('/nowhere/ca.pem');
  await field('Password').fill('geheim');
  await save();
  expect(await errorOf('File of the certificate authority')).toMatch(/nowhere.*ENOENT/);
  await page.keyboard.press('Escape');
  await expect.poll(() => dialog().count()).toBe(0);
});

test('[LB-10] the age of the last good backup: a wrong one is refused beside its field, a right one holds', async () => {
  const form = page.locator('form').filter({ hasText: 'Age of the last good backup' });
  await form.getByLabel('Raise an alarm').selectOption('age');
  await form.getByLabel('Older than').fill('0');
  await button('Apply').click();
  expect(await errorOf('Older than', form)).toMatch(/1 to 999 hours, days or weeks/);
  await form.getByLabel('Older than').fill('1');
  await form.getByLabel('Hours, days or weeks').selectOption('weeks');
  await button('Apply').click();
  await form.getByText('It holds from now on.').waitFor();
  expect(await confText()).toMatch(/\[watch\]\nmax_age = 1 week\n/);
  await page.reload();
  await expect.poll(() => form.getByLabel('Hours, days or weeks').inputValue()).toBe('weeks');
  await form.getByLabel('Raise an alarm').selectOption('never');
  await button('Apply').click();
  await form.getByText('It holds from now on.').waitFor();
  expect(await confText()).toMatch(/^max_age = never$/m);
});

test('in German: what is wrong is said in German, beside its field', async () => {
  const { page: hers } = await site.browser.open({ locale: 'de-DE' });
  await signIn(hers, site.url, { name: 'Name', password: 'Passwort', submit: 'Anmelden' });
  await hers.goto(`${site.url}#/settings`);
  await hers.getByRole('button', { name: 'Neuer Kanal' }).click();
  await hers.getByRole('dialog').getByRole('button', { name: 'Speichern' }).click();
  await hers.getByText('Erlaubt ist eine http- oder https-Adresse ohne Benutzer darin.').waitFor();
  await hers.getByText(/Erlaubt ist ein Name aus Buchstaben/).waitFor();
  await hers.context().close();
});

test('a viewer sees who is notified, and nothing to change it by', async () => {
  const { page: hers } = await site.browser.open();
  await hers.goto(site.url);
  await hers.getByLabel('Name').fill('vera');
  await hers.getByLabel('Password').fill(PASSWORD);
  await hers.getByRole('button', { name: 'Sign in' }).click();
  await hers.getByRole('link', { name: 'Settings', exact: true }).click();
  await hers.getByText('admins (mail)').waitFor();
  expect(await hers.getByRole('button', { name: /admins|New channel|Apply/ }).count()).toBe(0);
  await hers.context().close();
});
