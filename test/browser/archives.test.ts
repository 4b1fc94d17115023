import { basename } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, type Site } from './open-site.ts';
import { PASSWORD, signInFirst } from './sign-in.ts';
import { textOf } from './text-of.ts';

let site: Site;
let page: Page;

beforeAll(async () => {
  site = await openSite();
  for (const _ of [1, 2]) expect((await site.system.lifeboat('backup')).status).toBe(0);
  page = (await site.browser.open()).page;
  await signInFirst(page, site.system, site.url);
  await page.getByRole('link', { name: 'Archives' }).click();
  await page.getByRole('table').waitFor();
});

afterAll(() => site?.[Symbol.asyncDispose]());

const rows = () => page.getByRole('row').filter({ has: page.getByRole('button', { name: /^Verify/ }) });
const names = async () => (await site.system.archives()).map((path) => basename(path));

test('[BS-14] the list: number, time, version, size, state, newest first', async () => {
  const [newest = '', oldest = ''] = await rows().allInnerTexts();
  expect(newest).toMatch(
    /^2\s+\d{1,2} \w{3} 20\d\d, \d\d:\d\d\s+zutritt-\S+-2\.zip\s+2\.9\.1\s+[\d.]+ kB\s+✓ good/,
  );
  expect(newest).toMatch(/verified \d{1,2} \w{3} 20\d\d/);
  expect(oldest).toMatch(/^1\s/);
});

test('verify reads an archive back, and says that it is good', async () => {
  await rows()
    .first()
    .getByRole('button', { name: /^Verify/ })
    .click();
  await page.getByText('The archive is good: it was read in full and every hash is equal').waitFor();
});

test('an archive is kept for an update with a note, and released', async () => {
  await rows().last().getByRole('button', { name: /^Keep/ }).click();
  await page.getByRole('dialog').getByLabel('Note').fill('before 3.0');
  await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
  await page.getByText('is kept until it is released.').waitFor();
  await expect.poll(() => textOf(rows().last())).toMatch(/kept for an update[\s\S]*before 3\.0/);
  await rows()
    .last()
    .getByRole('button', { name: /^Release/ })
    .click();
  await page.getByText('is released.', { exact: false }).waitFor();
  await expect.poll(() => textOf(rows().last())).not.toMatch(/kept for an update/);
});

test('[TN-06] delete asks first; Escape changes nothing and gives the focus back', async () => {
  const before = await names();
  const button = rows()
    .last()
    .getByRole('button', { name: /^Delete/ });
  await button.click();
  await page.getByRole('dialog', { name: 'Delete this archive?' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  const label = await button.getAttribute('aria-label');
  expect(await page.locator(':focus').getAttribute('aria-label')).toBe(label);
  expect(await names()).toEqual(before);
});

test('delete takes the archive, and only this one', async () => {
  const [first, second] = await names();
  await rows()
    .last()
    .getByRole('button', { name: /^Delete/ })
    .click();
  const dialog = page.getByRole('dialog');
  expect(await textOf(dialog)).toContain(first);
  expect(await textOf(dialog)).not.toMatch(/last good/);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText(`${first} was deleted.`).waitFor();
  await expect.poll(() => rows().count()).toBe(1);
  expect(await names()).toEqual([second]);
});

test('[TN-06] the last good one: it says so, and goes only after an agreement of its own', async () => {
  await rows()
    .first()
    .getByRole('button', { name: /^Delete/ })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This is the last good archive. Without it nothing could be restored.').waitFor();
  expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Delete it although it is the last good one').check();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('There are no archives yet.').waitFor();
  expect(await names()).toEqual([]);
});

test('accounts: a new one chooses its password by a code, and sees and may what its role allows', async () => {
  await page.getByRole('link', { name: 'Access' }).click();
  await page.getByRole('button', { name: 'New account' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('vera');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  const code = await textOf(page.locator('pre.secret'));
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

  const { page: hers } = await site.browser.open();
  await hers.goto(site.url);
  await hers.getByRole('button', { name: 'I have a one-time code' }).click();
  await hers.getByLabel('One-time code').fill(code);
  await hers.getByLabel('Name').fill('vera');
  await hers.getByLabel('New password').fill(PASSWORD);
  await hers.getByRole('button', { name: 'Set the password and sign in' }).click();
  await hers.getByText('Last good archive').or(hers.getByText('The last backup succeeded')).first().waitFor();
  expect(await hers.getByRole('button', { name: 'Backup Now' }).count()).toBe(0);
  expect(await hers.getByRole('link', { name: 'Access' }).count()).toBe(0);
  await hers.getByRole('link', { name: 'Settings', exact: true }).click();
  await hers.getByText('Only administrators can change settings.').waitFor();
  expect(await hers.getByLabel('Backup path').isDisabled()).toBe(true);
  expect(await hers.getByRole('button', { name: 'Save' }).count()).toBe(0);
  await hers.context().close();
});

test('tokens: shown once, good until revoked', async () => {
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByRole('dialog').getByLabel('Used by').fill('the product');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  const secret = await textOf(page.locator('pre.secret'));
  expect(secret).toMatch(/^lb_/);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  const ask = () => fetch(`${site.url}api/status`, { headers: { authorization: `Bearer ${secret}` } });
  expect((await ask()).status).toBe(200);
  await page.reload();
  await page.getByRole('cell', { name: 'operator' }).waitFor();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole('button', { name: 'Revoke the token for the product' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('There are no tokens.').waitFor();
  expect((await ask()).status).toBe(401);
});
