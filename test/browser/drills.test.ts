import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { damageMember } from '../fakes/damage-archive.ts';
import type { OpenPage } from './open-browser.ts';
import { openSite, type Site } from './open-site.ts';
import { signInFirst } from './sign-in.ts';

let site: Site;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  const canary = ['of = sqlite/log', 'query = SELECT count(*) FROM line', 'at_least = 500'];
  site = await openSite({ conf: { 'canary lines': canary } });
  opened = await site.browser.open();
  page = opened.page;
  await page.goto(site.url);
  await signInFirst(page, site.system, site.url);
  await page.getByRole('link', { name: 'Drills' }).click();
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
});

test('[LB-03] before the first drill the page says that nothing is known', async () => {
  await page.getByText('There was no drill yet').waitFor();
  await page.getByText('No drill will run by itself').waitFor();
});

test('[LB-03] a drill started on the page is seen to its end, with what was proven and what not', async () => {
  await site.system.lifeboat('backup');
  await page.getByRole('button', { name: 'Start a drill now' }).click();
  await page.getByText('The drill is green').waitFor();
  await page.getByText('The last drill is green: the archive can be restored').waitFor();
  await page.getByText(/A restore takes about .* for staging and checking/).waitFor();
  const parts = page.getByRole('table', { name: 'What was tried' });
  const rowOf = async (id: string) => await parts.getByRole('row', { name: id }).textContent();
  expect(await rowOf('sqlite/log')).toMatch(
    /✓ Proven[\s\S]*500 rows: equal to the archive; integrity check ok/,
  );
  expect(await rowOf('folder/upload')).toMatch(/Not proven[\s\S]*was missing when the backup was made/);
  const canaries = page.getByRole('table', { name: 'Canary queries' });
  expect(await canaries.getByRole('row', { name: 'lines' }).textContent()).toMatch(
    /✓ Passed[\s\S]*at least 500[\s\S]*500/,
  );
});

test('[LB-12] a damaged archive: red, with what is damaged, here and as an alarm on the overview', async () => {
  const [archive = ''] = await site.system.archives();
  await damageMember(archive, 'folder/image');
  await page.getByRole('button', { name: 'Start a drill now' }).click();
  await page.getByText('The last drill is red: do not rely on the archive').waitFor();
  // So that how the run ended is no longer shown: the report says it.
  await page.reload();
  await page
    .getByText(/the drill is red: folder\/image: /)
    .first()
    .waitFor();
  const history = page.getByRole('table', { name: 'All drills' });
  expect(await history.getByRole('row').allInnerTexts()).toEqual([
    expect.stringContaining('Result'),
    expect.stringContaining('✕ Red'),
    expect.stringContaining('✓ Green'),
  ]);
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByText('Alert: the restore drill is red').waitFor();
});
