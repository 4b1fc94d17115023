import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { breakableLine } from '../fakes/breakable-line.ts';
import type { OpenPage } from './open-browser.ts';
import { openSite, type Site } from './open-site.ts';
import { PASSWORD, signInFirst } from './sign-in.ts';
import { textOf } from './text-of.ts';

/** Slow enough to be seen and stopped: so many bytes at 1 MB a second. */
const SLOW_BYTES = 12_000_000;

let mariadb: TestMariadb;
let site: Site;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  mariadb = await startMariadb();
  site = await openSite({ mariadb });
  opened = await site.browser.open();
  page = opened.page;
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await mariadb?.[Symbol.asyncDispose]();
});

test('the first administrator signs in by the one-time code, and from then on by name and password', async () => {
  await page.goto(site.url);
  await page.getByLabel('One-time code').fill('00000-00000-00000-00000');
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set the password and sign in' }).click();
  await page.getByText('The code is wrong, was used already, or is too old.').waitFor();

  await signInFirst(page, site.system, site.url);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Name and password do not go together.').waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
});

test('[BS-09] before the first backup the page says that there is none', async () => {
  await page.getByText('There is no backup yet').waitFor();
});

test('[BS-14] [BS-09] Backup Now on a real MariaDB system leaves one new archive, is seen to its end and after', async () => {
  const before = await site.system.archives();
  await page.getByRole('button', { name: 'Backup Now' }).click();
  await page.getByText('The backup succeeded').waitFor();
  const after = await site.system.archives();
  expect(after.length).toBe(before.length + 1);
  await page.getByText('The last backup succeeded').waitFor();
  const verified = await site.system.lifeboat('verify');
  expect(verified.status, verified.stderr).toBe(0);
});

test('[BT-06] the archive is offered for download, and comes whole', async () => {
  const [archive] = await site.system.archives();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the archive' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(archive?.split('/').at(-1));
  const got = await readFile(await download.path());
  expect(got.equals(await readFile(archive ?? ''))).toBe(true);
});

test('[FD-02] [FD-31] last and next backup, needed, used and free space are shown, and the way to the settings', async () => {
  const space = page.getByRole('article').filter({ hasText: 'Space' });
  await expect.poll(() => textOf(space)).toContain(site.system.backups);
  expect(await textOf(space)).toMatch(/Free\s+[\d.]+ [kMGT]?B/);
  expect(await textOf(space)).toMatch(/Used by archives\s+[\d.]+ kB \(1 archive\)/);
  expect(await textOf(space)).toMatch(/Needed for the next one\s+[\d.]+ [kM]B/);
  const next = page.getByRole('article').filter({ hasText: 'Next backup' });
  expect(await textOf(next)).toMatch(/\d{1,2} \w{3} \d{4}, 23:45/);
  await page.getByRole('link', { name: 'Change this in the settings' }).click();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  await page.goBack();
});

test('[TN-12] that there is only one place is shown as a risk', async () => {
  await page.getByText('Risk: there is only one place').waitFor();
});

test('[FD-03] [FD-04] stage, percent, bytes and time left are shown while it runs; Stop ends it and leaves nothing', async () => {
  await writeFile(join(site.system.root, 'image', 'large.bin'), randomBytes(SLOW_BYTES));
  expect((await site.system.lifeboat('settings', 'io_limit=1')).status).toBe(0);
  const before = await site.system.archives();
  await page.getByRole('button', { name: 'Backup Now' }).click();
  await page.getByText('Writing the archive').waitFor();
  const live = page.getByRole('article').filter({ hasText: 'A backup is running' });
  await expect
    .poll(() => textOf(live), { timeout: 30_000 })
    .toMatch(/Done\s+[1-9]\d?%[\s\S]*Amount\s+[\d.]+ MB of 1[\d.]+ MB[\s\S]*Time left\s+[\d.]+ sec/);

  // Whoever comes later sees the same run.
  const other = await page.context().newPage();
  await other.goto(site.url);
  await other.getByText('A backup is running').waitFor();
  await other.close();

  await live.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('The backup was stopped; nothing half-made is left').waitFor();
  expect(await site.system.archives()).toEqual(before);
  expect((await readdir(site.system.backups)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  await page.getByText('The last backup was stopped before its end').waitFor();
  expect((await site.system.lifeboat('settings', 'io_limit=')).status).toBe(0);
});

test('[FD-03] a run whose connection breaks is found again while it goes on, and its end is told', async () => {
  expect((await site.system.lifeboat('settings', 'io_limit=2')).status).toBe(0);
  await using line = await breakableLine(site.url);
  const far = await page.context().newPage();
  await far.goto(line.url);
  await far.getByRole('button', { name: 'Backup Now' }).click();
  await far.getByText('Writing the archive').waitFor();
  expect(line.cut()).toBeGreaterThan(0);
  const lost = far.getByText('The connection to the service is lost');
  await lost.waitFor();
  line.mend();
  await expect.poll(() => lost.count()).toBe(0);
  expect(await far.getByText('A backup is running').count(), 'it was cut before its end').toBe(1);
  await far.getByText('The backup succeeded').waitFor();
  await far.close();
});

test('[FD-03] a run that ends while nobody can see it is told afterwards', async () => {
  const before = await site.system.archives();
  await using line = await breakableLine(site.url);
  const far = await page.context().newPage();
  await far.goto(line.url);
  await far.getByRole('button', { name: 'Backup Now' }).click();
  await far.getByText('Writing the archive').waitFor();
  expect(line.cut()).toBeGreaterThan(0);
  await expect
    .poll(async () => (await site.system.archives()).length, { timeout: 40_000 })
    .toBe(before.length + 1);
  line.mend();
  await far.getByText('The backup succeeded').waitFor();
  await far.getByRole('link', { name: 'Download the archive' }).waitFor();
  await far.close();
  expect((await site.system.lifeboat('settings', 'io_limit=')).status).toBe(0);
});

test('[FD-08] a second failure raises an alarm on the page, with its cause', async () => {
  await mariadb.kill();
  for (const _ of [1, 2]) {
    await page.getByRole('button', { name: 'Backup Now' }).click();
    await page.getByText('The backup failed').waitFor();
    await page.getByRole('button', { name: 'Backup Now' }).waitFor();
  }
  await page.getByText('The last backup failed').waitFor();
  await page.getByText('Alert: backups keep failing').waitFor();
  const alarm = page.locator('.notice').filter({ hasText: 'Alert: backups keep failing' });
  expect(await textOf(alarm)).toMatch(/127\.0\.0\.1|cannot be reached|refused/);
  await mariadb.restart();
});

test('nothing went wrong in the page, and it asked nobody but its own service', () => {
  expect(opened.troubles).toEqual([]);
  expect(opened.asked.filter((address) => !address.startsWith(site.url))).toEqual([]);
});
