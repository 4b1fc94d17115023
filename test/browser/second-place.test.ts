import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { type OtherMedium, otherMedium } from '../fakes/other-medium.ts';
import { openSite, type Site } from './open-site.ts';
import { signInFirst } from './sign-in.ts';
import { textOf } from './text-of.ts';

let site: Site;
let medium: OtherMedium;
let page: Page;

beforeAll(async () => {
  medium = await otherMedium();
  site = await openSite();
  page = (await site.browser.open()).page;
  await signInFirst(page, site.system, site.url);
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await medium?.[Symbol.asyncDispose]();
});

async function show(view: string): Promise<void> {
  await page.getByRole('link', { name: view, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: view }).waitFor();
}

async function backUp(end: string): Promise<void> {
  await page.getByRole('button', { name: 'Backup Now' }).click();
  await page.getByRole('status').filter({ hasText: end }).waitFor();
}

test('[TN-12] one place alone is shown as a risk, with the way to the settings', async () => {
  const risk = page.locator('.notice').filter({ hasText: 'Risk: there is only one place' });
  await risk.waitFor();
  expect(await textOf(risk)).toContain(site.system.backups);
  await risk.getByRole('link').click();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
});

test('[TN-12] [BS-12] a second place is set; one that is not there is refused beside its field', async () => {
  const field = page.getByLabel('Second place, for copies');
  expect(await page.getByLabel('Copies to keep there').count()).toBe(0);
  const missing = join(site.system.root, 'not there');
  await field.fill(missing);
  await page.getByLabel('Copies to keep there').fill('101');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('[aria-invalid=true]').waitFor();
  expect(await page.getByLabel('Copies to keep there').getAttribute('aria-invalid')).toBe('true');
  await page.getByLabel('Copies to keep there').fill('2');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  const [, error] = /(\S+-error)/.exec((await field.getAttribute('aria-describedby')) ?? '') ?? [];
  expect(await textOf(page.locator(`[id="${error}"]`))).toContain(`${missing} does not exist`);
  expect(await page.getByLabel('Backup path').getAttribute('aria-invalid')).toBeNull();
  await field.fill(medium.path);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The settings are saved.').waitFor();
});

test('[TN-12] a backup is copied there: the list and the overview say where copies lie, and no risk is left', async () => {
  await show('Overview');
  await backUp('The backup succeeded');
  const space = page.getByRole('article').filter({ hasText: 'Space' });
  await expect.poll(() => textOf(space)).toMatch(/Copies in[\s\S]*1 good copy, [\d.]+ [kMGT]B free there/);
  expect(await page.getByText('Risk:').count()).toBe(0);
  await show('Archives');
  const row = page.getByRole('row').nth(1);
  expect(await textOf(row)).toContain(`copy in ${medium.path}`);
  await row.getByRole('button', { name: /^Delete/ }).click();
  await page.getByRole('dialog').getByText(`Its copy in ${medium.path} stays.`).waitFor();
  await page.keyboard.press('Escape');
});

test('[TN-12] a medium that is gone: the backup succeeds, its copy is said to be missing, its archive is offered', async () => {
  await medium.unplug();
  await show('Overview');
  await backUp('The backup succeeded, but its copy is missing');
  await page.getByRole('link', { name: 'Download the archive' }).waitFor();
  await page.getByText('The last backup succeeded, but its copy is missing').waitFor();
  await page.getByText('Risk: the second place cannot be used').waitFor();
  await medium.plugIn();
  await page.reload();
  await page.getByText('Risk: copies are missing').waitFor();
  await backUp('The backup succeeded');
  await expect.poll(() => page.getByText('Risk:').count()).toBe(0);
});

test('[TN-12] an archive that lies there alone is listed, can be downloaded and verified, and not deleted', async () => {
  const names = (await site.system.archives()).map((path) => basename(path));
  expect(names).toHaveLength(3);
  const kept = names[1] ?? '';
  expect(await site.system.lifeboat('delete', kept, '--yes')).toMatchObject({ status: 0 });
  await show('Archives');
  const row = page.getByRole('row').filter({ hasText: kept });
  expect(await textOf(row)).toContain(`only in ${medium.path}`);
  expect(await row.getByRole('button', { name: /^(Delete|Keep)/ }).count()).toBe(0);
  await row.getByRole('button', { name: /^Verify/ }).click();
  await page.getByText('The archive is good: it was read in full and every hash is equal').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    row.getByRole('link', { name: /^Download/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(kept);
  expect(await download.failure()).toBeNull();
});

test('[TN-12] a second place on the same medium is no second one', async () => {
  await show('Settings');
  await page.getByLabel('Second place, for copies').fill(site.system.root);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The settings are saved.').waitFor();
  await show('Overview');
  await page.getByText('Risk: both places lie on one medium').waitFor();
});

test('[FD-08] a backup path that is gone: the page says so, and shows what else is known', async () => {
  await rename(site.system.backups, `${site.system.backups} gone`);
  await page.reload();
  const trouble = page.locator('.notice').filter({ hasText: 'The archives cannot be looked at' });
  await trouble.waitFor();
  expect(await textOf(trouble)).toContain(`${site.system.backups} does not exist`);
  await page.getByText('The last backup succeeded').waitFor();
  expect(await page.getByText('nothing could be restored').count()).toBe(0);
  const ended = await site.system.lifeboat('status');
  expect(ended.status).toBe(ERRORS['destination-missing'].exit);
  expect(ended.stdout).toMatch(/^PROBLEM .*does not exist/m);
  expect(ended.stdout).toMatch(/^last backup .*done/m);
  await rename(`${site.system.backups} gone`, site.system.backups);
});
