import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, type Site } from './open-site.ts';
import { PASSWORD, signIn, signInFirst } from './sign-in.ts';
import { textOf } from './text-of.ts';

const ANOTHER = 'another long password';

let site: Site;
let page: Page;

beforeAll(async () => {
  site = await openSite();
  page = (await site.browser.open()).page;
  await signInFirst(page, site.system, site.url);
});

afterAll(() => site?.[Symbol.asyncDispose]());

const row = (name: string) => page.getByRole('row').filter({ hasText: name });

test('an account gets another role, and a code for a new password; a name that will not do is said beside it', async () => {
  await page.goto(`${site.url}#/access`);
  await page.getByRole('button', { name: 'New account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('../vera');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText('The name is taken, or it is not one').waitFor();
  expect(await dialog.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');
  await dialog.getByLabel('Name').fill('vera');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const first = await textOf(page.locator('pre.secret'));
  await page.getByRole('button', { name: 'Close' }).click();

  expect(await textOf(row('vera'))).toMatch(/viewer/);
  await page.getByRole('button', { name: 'Change the role of vera' }).click();
  await dialog.getByLabel('Role').selectOption('operator');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('vera is operator now.').waitFor();
  await expect.poll(() => textOf(row('vera'))).toMatch(/operator/);

  await page.getByRole('button', { name: 'New one-time code for vera' }).click();
  const second = await textOf(page.locator('pre.secret'));
  expect(second).not.toBe(first);
  await page.getByRole('button', { name: 'Close' }).click();
  // Nobody changes his own role.
  expect(await row('anna').getByRole('button').count()).toBe(0);
});

test('one’s own password: the old one is asked for, the new one counts at once, other sessions end', async () => {
  const { page: elsewhere } = await site.browser.open();
  await signIn(elsewhere, site.url);
  await page.getByRole('button', { name: 'Change password' }).click();
  const dialog = page.getByRole('dialog');
  const fill = async (old: string, password: string, again = password) => {
    await dialog.getByLabel('Current password').fill(old);
    await dialog.getByLabel('New password', { exact: true }).fill(password);
    await dialog.getByLabel('New password once more').fill(again);
    await dialog.getByRole('button', { name: 'Change it' }).click();
  };
  await fill(PASSWORD, ANOTHER, 'not the same');
  await dialog.getByText('The two are not the same.').waitFor();
  await fill(PASSWORD, 'short');
  await dialog.getByText('A password has at least 10 characters.').waitFor();
  await fill('not this one', ANOTHER);
  await dialog.getByText('The current password is not right; nothing was changed.').waitFor();
  await fill(PASSWORD, ANOTHER);
  await dialog.getByText('The password is changed.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();

  // This session goes on, and may change things; the other one is over.
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('button', { name: 'Backup Now' }).click();
  await page.getByRole('status').filter({ hasText: 'The backup succeeded' }).waitFor();
  await elsewhere.reload();
  await elsewhere.getByLabel('Password').waitFor();
  await elsewhere.context().close();
});

test('the journal: the newest lines first, older ones page by page, to its beginning', async () => {
  const path = join(site.system.state, 'logs', 'Backup Journal[001].txt');
  const lines = Array.from({ length: 250 }, (_, at) => `2026-11-22 03:00:00  padded line ${at}`);
  await appendFile(path, `${lines.join('\n')}\n`);
  await page.getByRole('link', { name: 'Journal' }).click();
  const items = page.getByRole('list', { name: /Lines of the journal/ }).getByRole('listitem');
  await expect.poll(() => items.count()).toBe(100);
  expect(await textOf(items.first())).toContain('padded line 249');
  for (const count of [200, 300]) {
    await page.getByRole('button', { name: 'Show older lines' }).click();
    await expect.poll(() => items.count()).toBeGreaterThanOrEqual(Math.min(count, 255));
  }
  await page.getByText('This is where the journal begins.').waitFor();
  const all = await items.allInnerTexts();
  expect(new Set(all.filter((line) => line.includes('padded'))).size).toBe(250);
  expect(all.at(-1)).toContain('/api/sign-in/first');
});
