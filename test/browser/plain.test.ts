import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TenantSite, tenantSite } from '../fakes/tenant-site.ts';
import { openBrowser, type TestBrowser } from './open-browser.ts';

const SHOTS = join(import.meta.dirname, '..', '..', 'test-results', 'screenshots');

let site: TenantSite;
let browser: TestBrowser;

beforeAll(async () => {
  site = await tenantSite();
  browser = await openBrowser();
  for (let count = 0; count < 2; count += 1) await site.tenants.blue.served.startBackup({}).ended;
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

test.each([
  [360, '9'],
  [1280, '12'],
])('[TN-04] [TN-06] the plain page in a browser without scripts, %i px wide', async (width, keep) => {
  const { page, troubles } = await browser.open({
    javaScriptEnabled: false,
    viewport: { width, height: 900 },
  });
  const { cookie } = site.person('administrator', 'blue', 'session');
  const [name = '', value = ''] = String(cookie).split('=');
  await page.context().addCookies([{ name, value, url: site.url }]);
  await page.goto(`${site.url}t/blue/settings/admin/backup`);
  const { width: used } = (await page.locator('main').boundingBox()) ?? { width: 0 };
  expect(used).toBeLessThanOrEqual(width);
  await page.screenshot({ path: join(SHOTS, `plain-${width}.png`), fullPage: true });

  await page.getByLabel('How many are kept (1 to 100)').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'That did not work' }).waitFor();
  expect(await page.getByLabel('How many are kept (1 to 100)').inputValue()).toBe('0');
  await page.screenshot({ path: join(SHOTS, `plain-wrong-${width}.png`), fullPage: true });
  await page.getByLabel('How many are kept (1 to 100)').fill(keep);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`keep is ${keep} now`).waitFor();

  const rows = page.getByRole('row');
  const before = await rows.count();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page
    .getByText(/written and verified/)
    .first()
    .waitFor();
  expect(await rows.count()).toBe(before + 1);
  await page
    .getByRole('button', { name: /^Delete: / })
    .first()
    .click();
  await page.getByText('This is the last good one').waitFor({ state: 'hidden' });
  await page.screenshot({ path: join(SHOTS, `plain-delete-${width}.png`) });
  await page.getByRole('link', { name: 'No, keep it' }).click();
  expect(await rows.count()).toBe(before + 1);
  await page
    .getByRole('button', { name: /^Delete: / })
    .last()
    .click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText(/was deleted$/).waitFor();
  expect(await rows.count()).toBe(before);
  expect(troubles).toEqual([]);
});
