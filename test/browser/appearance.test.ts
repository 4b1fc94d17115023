import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Texts } from '../../apps/service/web/texts/en.ts';
import { LANGUAGES } from '../../apps/service/web/texts/languages.ts';
import { type OtherMedium, otherMedium } from '../fakes/other-medium.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';
import { tenantsFolder } from '../fakes/tenants-folder.ts';
import { openSite, type Site } from './open-site.ts';
import { signIn, signInFirst } from './sign-in.ts';
import { textOf } from './text-of.ts';

const SHOTS = join(import.meta.dirname, '..', '..', 'test-results', 'screenshots');
const VIEWS = ['', 'tenants', 'archives', 'settings', 'journal', 'history', 'drills', 'access', 'docs'];
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let site: Site;
let medium: OtherMedium;
let tenants: TemporaryFolder;

beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  medium = await otherMedium();
  tenants = await temporaryFolder();
  const { conf } = await tenantsFolder(tenants.path, ['anchor-books', 'harbour café', 'lighthouse']);
  const channels = { 'webhook night shift': ['url_env = CHAT'], 'ping monitor': ['url_env = MONITOR'] };
  site = await openSite({ conf: { tenants: conf, backup: [`second_path = "${medium.path}"`], ...channels } });
  const { page } = await site.browser.open();
  await page.goto(site.url);
  await page.getByRole('heading', { name: 'Set up the first administrator' }).waitFor();
  await page.screenshot({ path: join(SHOTS, 'first-run.png'), fullPage: true });
  await signInFirst(page, site.system, site.url);
  await page.context().close();
  for (const _ of [1, 2, 3]) expect((await site.system.lifeboat('backup', '--force')).status).toBe(0);
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await medium?.[Symbol.asyncDispose]();
  await tenants?.[Symbol.asyncDispose]();
});

test.each([
  ['light', 360, 'en-GB'],
  ['light', 1280, 'en-GB'],
  ['light', 360, 'de-DE'],
  ['dark', 360, 'en-GB'],
  ['dark', 1280, 'en-GB'],
  ['dark', 1280, 'de-DE'],
] as const)(
  'in %s every view fits %i px in %s, and axe finds nothing serious',
  async (colorScheme, width, locale) => {
    const language = locale.slice(0, 2);
    const t = LANGUAGES[language] as Texts;
    const { page, troubles } = await site.browser.open({
      colorScheme,
      locale,
      viewport: { width, height: 800 },
      reducedMotion: 'reduce',
    });
    const look = async (name: string) => {
      await expectGood(page, name, width);
      const path = join(SHOTS, `${name}-${language}-${colorScheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
    };
    await page.goto(site.url);
    await page.getByLabel(t.signIn.password).waitFor();
    await look('sign-in');
    await signIn(page, site.url, t.signIn);
    for (const view of VIEWS) {
      await show(page, view);
      await look(view || 'start');
    }
    await show(page, 'archives');
    await page
      .getByRole('button', { name: new RegExp(`^${t.archives.delete}`) })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    await look('delete');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t.me.open }).click();
    await page.getByRole('dialog').waitFor();
    await look('password');
    await page.keyboard.press('Escape');
    await show(page, 'settings');
    await page.getByLabel(t.settings.keep).fill('101');
    await page.getByRole('button', { name: t.settings.save }).click();
    await page.locator('[aria-invalid=true]').waitFor();
    await look('settings-wrong');
    await page.getByRole('button', { name: t.channels.add }).click();
    await page.getByRole('dialog').getByLabel(t.channels.kind).selectOption('mail');
    await look('channel');
    await page.getByRole('dialog').getByRole('button', { name: t.settings.save }).click();
    await page.getByText(t.settings.wrong(4)).waitFor();
    await look('channel-wrong');
    await page.keyboard.press('Escape');
    await show(page, '');
    await page.getByRole('button', { name: t.now.button }).click();
    await page.getByText(t.now.ended.done, { exact: true }).waitFor();
    await look('start-ended');
    await medium.unplug();
    await page.getByRole('button', { name: t.now.button }).click();
    await page.getByText(t.now.copyMissing, { exact: true }).waitFor();
    await page.getByText(t.risk['second-unusable'].title).waitFor();
    await look('start-copy-missing');
    await medium.plugIn();
    await page.goto(`${site.url}t/lighthouse/`);
    await page.getByText(t.tenants.of('lighthouse')).waitFor();
    await look('tenant');
    expect(troubles).toEqual([]);
    await page.context().close();
  },
);

async function show(page: Page, view: string): Promise<void> {
  await page.goto(`${site.url}#/${view}`);
  await page.locator('main :is(article, table, form, ol, section)').first().waitFor();
  await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
}

async function expectGood(page: Page, what: string, width: number): Promise<void> {
  const scrolled = await page.evaluate('document.documentElement.scrollWidth');
  expect(scrolled, `${what} is not wider than the screen`).toBeLessThanOrEqual(width);
  // Not by a script element, which the page's policy refuses.
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  const serious = found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary}`));
  expect(serious, what).toEqual([]);
}

test('by keyboard alone: sign in, skip link, Backup Now, another view, a dialog and out of it', async () => {
  const { page } = await site.browser.open();
  const press = (key: string) => page.keyboard.press(key);
  const focused = () =>
    page.evaluate(
      '(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()',
    );
  const tabTo = async (name: RegExp) => {
    for (let steps = 0; steps < 40; steps += 1) {
      await press('Tab');
      if (name.test(String(await focused()))) {
        const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
        const shadow = await page.evaluate('getComputedStyle(document.activeElement).boxShadow');
        expect(outline !== 'none' || shadow !== 'none', `the focus on ${name} is seen`).toBe(true);
        return;
      }
    }
    throw new Error(`${name} cannot be reached by Tab; the focus is on ${await focused()}`);
  };

  await page.goto(site.url);
  await page.getByLabel('Password').waitFor();
  await press('Tab');
  await press('Tab');
  await page.keyboard.type('anna');
  await press('Tab');
  await page.keyboard.type('correct horse battery');
  await press('Enter');
  await page.getByRole('button', { name: 'Backup Now' }).waitFor();

  await tabTo(/^Skip to the content$/);
  await press('Enter');
  expect(await focused()).toBe('Overview');
  await tabTo(/^Backup Now$/);
  await press('Enter');
  await page.getByText(/^The backup succeeded$/).waitFor();

  await tabTo(/^Skip to the content$/);
  await tabTo(/^Archives$/);
  await press('Enter');
  await page.getByRole('heading', { name: 'Archives' }).waitFor();
  await expect.poll(focused, { message: 'a new view begins at its heading' }).toBe('Archives');
  await page.getByRole('table').waitFor();
  await tabTo(/^Delete: /);
  const named = await focused();
  await press('Enter');
  await page.getByRole('dialog').waitFor();
  for (let steps = 0; steps < 8; steps += 1) {
    await press('Tab');
    const inside = await page.evaluate(
      'document.activeElement === document.body || document.activeElement.closest("dialog") !== null',
    );
    expect(inside, 'the focus stays in the dialog').toBe(true);
  }
  await press('Escape');
  await expect.poll(focused).toBe(named);
  await page.context().close();
});

test('for a screen reader: landmarks, one first heading, live regions, the language', async () => {
  const { page } = await site.browser.open();
  await signIn(page, site.url);
  for (const role of ['banner', 'navigation', 'main'] as const) {
    expect(await page.getByRole(role).count(), role).toBe(1);
  }
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  await page.getByRole('button', { name: 'Backup Now' }).click();
  await page.getByRole('status').filter({ hasText: 'The backup succeeded' }).waitFor();
  await page.context().close();
});

test('German by the browser, dates and sizes in its way; English by choice, also after coming again', async () => {
  const { page } = await site.browser.open({ locale: 'de-DE' });
  await signIn(page, site.url, { name: 'Name', password: 'Passwort', submit: 'Anmelden' });
  await page.getByText('Die letzte Sicherung ist gelungen').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  expect(await textOf(page.locator('main'))).toMatch(/\d\d\.\d\d\.20\d\d, \d\d:\d\d/);
  expect(await textOf(page.locator('main'))).toMatch(/\d+,\d kB/);
  await page.getByLabel('Sprache').selectOption('en');
  await page.getByText('The last backup succeeded').waitFor();
  await page.reload();
  await page.getByText('The last backup succeeded').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.context().close();
});

test('the page may run nothing but its own code, stand in no frame, and is kept by its tag', async () => {
  const first = await fetch(site.url);
  const policy = first.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src 'self'/);
  expect(policy).toMatch(/frame-ancestors 'none'/);
  expect(policy).not.toMatch(/unsafe/);
  expect(first.headers.get('x-content-type-options')).toBe('nosniff');
  expect(first.headers.get('referrer-policy')).toBe('no-referrer');
  const tag = first.headers.get('etag') ?? '';
  const again = await fetch(site.url, { headers: { 'if-none-match': tag } });
  expect(again.status).toBe(304);
});

test('the API is shown at an address of its own, each route with what it takes', async () => {
  const { page } = await site.browser.open();
  await signIn(page, `${site.url}api/docs`);
  await page.getByRole('heading', { name: 'API', exact: true }).waitFor();
  const backup = page.locator('details').filter({ hasText: 'POST /api/backup' });
  await backup.locator('summary').click();
  await backup.getByRole('heading', { name: 'Request body' }).waitFor();
  expect(await textOf(backup)).toMatch(/"force"/);
  await page.getByText('With curl').click();
  await page.getByText(`${site.url}api/backup`).first().waitFor();
  await page.context().close();
});
