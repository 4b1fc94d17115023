import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { tenantsFolder } from '../fakes/tenants-folder.ts';
import { openSite, type Site } from './open-site.ts';
import { PASSWORD, signInFirst } from './sign-in.ts';
import { textOf } from './text-of.ts';

const NAMES = [
  ...Array.from({ length: 130 }, (_, at) => `shop-${String(at + 1).padStart(3, '0')}`),
  'Größe & Co',
];

let base: AsyncDisposable & { path: string };
let site: Site;
let page: Page;

beforeAll(async () => {
  base = await temporaryFolder();
  const { conf } = await tenantsFolder(base.path, NAMES);
  site = await openSite({ conf: { tenants: conf } });
  page = (await site.browser.open()).page;
  await signInFirst(page, site.system, site.url);
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await base?.[Symbol.asyncDispose]();
});

const rows = () => page.getByRole('row').filter({ has: page.getByRole('rowheader') });

async function openTenants(): Promise<void> {
  await page.goto(`${site.url}#/tenants`);
  await page.getByRole('heading', { level: 1, name: 'Tenants' }).waitFor();
  await page.getByRole('table').waitFor();
}

test('all tenants are listed page by page, and found by a part of the name', async () => {
  await page.getByRole('link', { name: 'Tenants' }).click();
  await page.getByText('100 of 131 tenants').waitFor();
  expect(await rows().count()).toBe(100);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('131 of 131 tenants').waitFor();
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  await page.getByLabel('Search by name').fill('SHOP-12');
  await page.getByText('10 of 131 tenants').waitFor();
  await page.getByLabel('Search by name').fill('nobody');
  await page.getByText('No tenant is found.').waitFor();
  await page.getByLabel('Search by name').fill('größe');
  await expect.poll(() => rows().count()).toBe(1);
  expect(await textOf(rows().first())).toMatch(/Größe & Co[\s\S]*none yet/);
});

test('a tenant’s page is the same page at its address: its name, its backup, its archive, its settings', async () => {
  await openTenants();
  await page.getByLabel('Search by name').fill('größe');
  await page.getByRole('link', { name: 'Größe & Co' }).click();
  await page.getByText('Tenant Größe & Co').waitFor();
  expect(page.url()).toContain('/t/Gr%C3%B6%C3%9Fe%20%26%20Co/');
  expect(await page.getByRole('link', { name: 'Tenants', exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'Backup Now' }).click();
  await page.getByRole('status').filter({ hasText: 'The backup succeeded' }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the archive' }).click(),
  ]);
  expect(await download.failure()).toBeNull();
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  const path = page.getByLabel('Backup path');
  expect(await path.inputValue()).toBe(join(base.path, 'tenants', 'Größe & Co', 'backups'));
  expect(await path.isDisabled()).toBe(true);
  expect(await page.getByLabel('Second place, for copies').count()).toBe(0);
  await page.getByLabel('Archives to keep').fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The settings are saved.').waitFor();
  for (const view of ['Archives', 'Journal', 'History']) {
    await page.getByRole('link', { name: view, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: view }).waitFor();
    await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
    expect(await page.locator('.notice.bad').count()).toBe(0);
  }
  await page.getByRole('link', { name: 'All tenants' }).click();
  await page.getByLabel('Search by name').fill('größe');
  await expect.poll(() => textOf(rows().first())).toMatch(/✓ done/);
});

test('those with a problem are found among all', async () => {
  await rm(join(base.path, 'tenants', 'shop-007', 'db', 'main.sqlite'));
  await page.goto(`${site.url}t/shop-007/`);
  await page.getByRole('button', { name: 'Backup Now' }).click();
  await page.getByText('The backup is incomplete').waitFor();
  await openTenants();
  await page.getByLabel('Only those with a problem').check();
  await expect.poll(() => rows().count()).toBe(1);
  expect(await textOf(rows().first())).toMatch(/shop-007[\s\S]*! incomplete/);
});

test('[TN-05] [TN-09] whoever is bound to a tenant sees that one alone', async () => {
  await page.goto(`${site.url}t/shop-001/#/access`);
  await page.getByRole('button', { name: 'New account' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('vera');
  await page.getByRole('dialog').getByLabel('Role').selectOption('administrator');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  const code = await textOf(page.locator('pre.secret'));

  const { page: hers } = await site.browser.open();
  await hers.goto(`${site.url}t/shop-001/`);
  await hers.getByRole('button', { name: 'I have a one-time code' }).click();
  await hers.getByLabel('One-time code').fill(code);
  await hers.getByLabel('Name').fill('vera');
  await hers.getByLabel('New password').fill(PASSWORD);
  await hers.getByRole('button', { name: 'Set the password and sign in' }).click();
  await hers.getByText('Tenant shop-001').waitFor();
  expect(await hers.getByRole('link', { name: /All tenants|^Tenants$/ }).count()).toBe(0);
  await hers.goto(`${site.url}t/shop-002/`);
  await hers.getByLabel('Password').waitFor();
  await hers.goto(site.url);
  await hers.getByLabel('Password').waitFor();
  await hers.context().close();
});
