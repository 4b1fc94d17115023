import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HttpReceiver, httpReceiver } from '../fakes/http-receiver.ts';
import { openSite, type Site } from './open-site.ts';
import { signInFirst } from './sign-in.ts';
import { textOf } from './text-of.ts';

let site: Site;
let page: Page;
let chat: HttpReceiver;

beforeAll(async () => {
  chat = await httpReceiver();
  site = await openSite({ conf: { 'webhook chat': ['url_file = ../chat-url'] } });
  await writeFile(join(site.system.root, '..', 'chat-url'), `${chat.url}/hook\n`, { mode: 0o600 });
  page = (await site.browser.open()).page;
  await signInFirst(page, site.system, site.url);
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await chat?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await page.goto(site.url);
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByLabel('Backup path').waitFor();
});

const save = () => page.getByRole('button', { name: 'Save' }).click();
const saved = () => page.getByText('The settings are saved.').waitFor();
const confText = () => readFile(site.system.conf, 'utf8');

/** What stands beside the field as its error. */
async function errorOf(label: string): Promise<string> {
  const field = page.getByLabel(label, { exact: true });
  await page.locator('[aria-invalid=true]').first().waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  const [, error] = /(\S+-error)/.exec((await field.getAttribute('aria-describedby')) ?? '') ?? [];
  return await textOf(page.locator(`[id="${error}"]`));
}

test('[BS-06] the frequency offers exactly Not Use, Daily, Weekly, Monthly', async () => {
  const frequency = page.getByLabel('Frequency');
  expect(await frequency.locator('option').allInnerTexts()).toEqual([
    'Not Use',
    'Daily',
    'Weekly',
    'Monthly',
  ]);
});

test('right values are saved together, and stand there afterwards', async () => {
  await page.getByLabel('Frequency').selectOption('Weekly');
  await page.getByLabel('Weekday').selectOption('Tuesday');
  await page.getByLabel('Time').fill('04:30');
  await page.getByLabel('Compression').selectOption('Compact');
  await save();
  await saved();
  expect(await confText()).toMatch(/frequency = Weekly/);
  await page.reload();
  await expect.poll(() => page.getByLabel('Weekday').inputValue()).toBe('Tuesday');
  expect(await page.getByLabel('Time').inputValue()).toBe('04:30');
  const values = JSON.parse((await site.system.lifeboat('--json', 'settings')).stdout);
  expect(values).toMatchObject({
    frequency: 'Weekly',
    weekday: 'Tuesday',
    time: '04:30',
    compression: 'Compact',
  });
});

test.each(['0', '101', '2.5', 'ten', ''])(
  '[BS-10] keep count "%s" is refused beside its field with the range, and nothing is saved',
  async (wrong) => {
    const before = await confText();
    await page.getByLabel('Archives to keep').fill(wrong);
    await page.getByLabel('Compression').selectOption('None');
    await save();
    expect(await errorOf('Archives to keep')).toMatch(/1 to 100/);
    await page.getByText('One value is wrong; nothing was saved.').waitFor();
    expect(await confText()).toBe(before);
  },
);

test.each(['1', '100'])('[BS-10] keep count %s is taken', async (right) => {
  await page.getByLabel('Archives to keep').fill(right);
  await save();
  await saved();
  expect(await confText()).toMatch(new RegExp(`^keep = ${right}$`, 'm'));
});

test('[BS-12] a path that is missing is refused beside its field and not made; so is a file', async () => {
  const missing = join(site.system.root, 'not there');
  await page.getByLabel('Backup path').fill(missing);
  await save();
  expect(await errorOf('Backup path')).toContain(missing);
  await expect(stat(missing)).rejects.toThrow(/ENOENT/);

  const file = join(site.system.root, 'a file');
  await writeFile(file, '');
  await page.getByLabel('Backup path').fill(file);
  await save();
  await expect.poll(() => errorOf('Backup path')).toContain(file);

  const folder = `${site.system.backups} 2`;
  await mkdir(folder);
  await page.getByLabel('Backup path').fill(folder);
  await save();
  await saved();
  await page.getByLabel('Backup path').fill(site.system.backups);
  await save();
  await saved();
});

test('several wrong values are all named at once, each beside its field, and the first has the focus', async () => {
  await page.getByLabel('Frequency').selectOption('Monthly');
  await page.getByLabel('Time').fill('25:00');
  await page.getByLabel('Day of the month').fill('32');
  await save();
  await page.getByText('2 values are wrong; nothing was saved.').waitFor();
  expect(await errorOf('Time')).toMatch(/HH:MM/);
  expect(await errorOf('Day of the month')).toMatch(/1 to 31/);
  const first = await page.getByLabel('Time').getAttribute('id');
  expect(await page.locator(':focus').getAttribute('id')).toBe(first);
});

test('[FD-17] an interval in the place of the frequency, with its weekdays; and back', async () => {
  await page.getByLabel('Use an interval of my own instead').check();
  await page.getByLabel('Every', { exact: true }).fill('2');
  await page.getByLabel('Unit', { exact: true }).selectOption('weeks');
  const days = page.getByRole('group', { name: 'Weekdays' });
  for (const box of await days.getByRole('checkbox').all()) await box.uncheck();
  await days.getByLabel('Monday').check();
  await days.getByLabel('Thursday').check();
  await save();
  await saved();
  expect(await confText()).toMatch(/^every = 2 weeks$/m);
  expect(await confText()).toMatch(/^weekdays = "?Monday, Thursday"?$/m);
  expect(await confText()).not.toMatch(/^frequency/m);
  await page.getByLabel('Unit', { exact: true }).selectOption('hours');
  await page.getByLabel('Every', { exact: true }).fill('25');
  await save();
  expect(await errorOf('Every')).toMatch(/1 to 24 hours/);
  await page.getByLabel('Use an interval of my own instead').uncheck();
  await page.getByLabel('Frequency').selectOption('Daily');
  await save();
  await saved();
  expect(await confText()).toMatch(/^frequency = Daily$/m);
  expect(await confText()).not.toMatch(/^every/m);
});

test('how long archives stay: by number, by age, by both', async () => {
  await page.getByLabel('Limit').selectOption('days');
  await page.getByLabel('Days to keep').fill('90');
  await save();
  await saved();
  expect(await confText()).toMatch(/^keep_days = 90$/m);
  expect(await confText()).not.toMatch(/^keep = /m);
  await page.reload();
  await expect.poll(() => page.getByLabel('Limit').inputValue()).toBe('days');
  await page.getByLabel('Limit').selectOption('both');
  await page.getByLabel('Archives to keep').fill('9');
  await save();
  await saved();
  expect(await confText()).toMatch(/^keep = 9$/m);
  expect(await confText()).toMatch(/^keep_days = 90$/m);
});

test.each([
  ['off', 'Automatic backup is switched off.'],
  ['paused', 'Automatic backup is paused.'],
])('[TN-08] automation %s: the page says plainly that nothing will run by itself', async (value, said) => {
  await page.getByLabel('Automatic backup', { exact: true }).selectOption(value);
  await save();
  await saved();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByText('No backup will run by itself').waitFor();
  await page.getByText(said).waitFor();
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByLabel('Automatic backup', { exact: true }).selectOption('on');
  await save();
  await saved();
});

test('[TN-08] frequency Not Use: the page says so, too', async () => {
  await page.getByLabel('Frequency').selectOption('Not Use');
  await save();
  await saved();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByText('The frequency is set to Not Use.').waitFor();
});

test('notifications: a test is sent to a channel, and one that cannot be sent says why', async () => {
  await page.getByRole('button', { name: 'Send a test to chat' }).click();
  await page.getByText('The test to webhook chat was sent.').waitFor();
  expect(chat.received).toHaveLength(1);
  expect(chat.received[0]?.body).toMatch(/"test"/);
  chat.answer = 500;
  await page.getByRole('button', { name: 'Send a test to chat' }).click();
  await page.getByText('The test to webhook chat failed.').waitFor();
  expect(await textOf(page.locator('.notice').filter({ hasText: 'webhook chat failed' }))).toMatch(/500/);
});
