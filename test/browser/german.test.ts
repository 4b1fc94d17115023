import { rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { openSite, type Site } from './open-site.ts';
import { signIn, signInFirst } from './sign-in.ts';
import { textOf } from './text-of.ts';

/** What lies open in English: not behind "In the service's own words", and not a language's own name. */
const ENGLISH = 'main [lang=en]:visible, dialog [lang=en]:visible';

let mariadb: TestMariadb;
let site: Site;
let page: Page;

beforeAll(async () => {
  mariadb = await startMariadb();
  site = await openSite({
    mariadb,
    conf: { 'file licence': ['path = lic/site.lic', 'required = yes'], 'ping far': ['url_file = ../nobody'] },
  });
  await writeFile(join(site.system.root, '..', 'nobody'), 'http://127.0.0.1:1/\n', { mode: 0o600 });
  const first = await site.browser.open();
  await signInFirst(first.page, site.system, site.url);
  await first.page.context().close();
  page = (await site.browser.open({ locale: 'de-DE' })).page;
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await mariadb?.[Symbol.asyncDispose]();
});

async function show(view: string): Promise<void> {
  await page.getByRole('link', { name: view, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: view }).waitFor();
  await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
}

async function backUp(end: string): Promise<void> {
  await page.getByRole('button', { name: 'Jetzt sichern' }).click();
  await page.locator('[role=status], [role=alert]').filter({ hasText: end }).waitFor();
}

const english = async (): Promise<string[]> => await page.locator(ENGLISH).allInnerTexts();

test('who cannot sign in reads why in German', async () => {
  await page.goto(site.url);
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('Passwort').fill('falsch');
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.getByText('Name und Passwort passen nicht zusammen.').waitFor();
  expect(await english()).toEqual([]);
  await signIn(page, site.url, { name: 'Name', password: 'Passwort', submit: 'Anmelden' });
});

test('a backup that succeeds, one that finds nothing changed, one that lacks something: all told in German', async () => {
  await backUp('Die Sicherung ist gelungen');
  expect(await textOf(page.locator('main'))).toMatch(
    /ist geschrieben und geprüft: [\d,]+ kB, \d+ Bestandteile/,
  );
  expect(await english()).toEqual([]);

  expect((await site.system.lifeboat('settings', 'only_if_changed=yes')).status).toBe(0);
  await backUp('Die Sicherung ist gelungen');
  await backUp('Seit der letzten Sicherung hat sich nichts geändert');
  expect(await english()).toEqual([]);

  await unlink(join(site.system.root, 'lic', 'site.lic'));
  await backUp('Die Sicherung ist unvollständig');
  await page.getByText('file/licence (erforderlich) fehlt:').first().waitFor();
  expect(await english()).toEqual([]);
  await show('Archive');
  await page.getByRole('table').getByText('file/licence (erforderlich) fehlt:').waitFor();
  expect(await english()).toEqual([]);
  await writeFile(join(site.system.root, 'lic', 'site.lic'), 'doors=32\n');
  await show('Übersicht');
});

test('failures, and the alarm of the second, are told in German; the service’s own words are one step away', async () => {
  await show('Übersicht');
  await mariadb.kill();
  for (const _ of [1, 2]) await backUp('Die Sicherung ist fehlgeschlagen');
  await page.getByText('Sicherungen sind 2-mal in Folge fehlgeschlagen.').waitFor();
  expect(await textOf(page.locator('main'))).toContain('Die Datenbank ist nicht erreichbar.');
  expect(await english()).toEqual([]);
  await page.getByText('Wortlaut des Dienstes (englisch)').first().click();
  expect((await english()).join()).toMatch(/127\.0\.0\.1/);
  await show('Verlauf');
  expect(await english()).toEqual([]);
  await mariadb.restart();
});

test('[BS-10] [BS-12] what is wrong with a value is told in German beside its field', async () => {
  await show('Einstellungen');
  await page.getByLabel('Uhrzeit').fill('25:00');
  await page.getByLabel('Aufzubewahrende Archive').fill('101');
  await page.getByRole('button', { name: 'Speichern' }).click();
  await page.getByText('2 Werte sind falsch; nichts wurde gespeichert.').waitFor();
  await page.getByText('Erlaubt ist eine ganze Zahl von 1 bis 100.').waitFor();
  await page.getByText('Erlaubt ist HH:MM, von 00:00 bis 23:59.').waitFor();
  await page.getByRole('button', { name: 'Änderungen verwerfen' }).click();
  await page.getByLabel('Sicherungspfad').fill(join(site.system.root, 'fehlt'));
  await page.getByRole('button', { name: 'Speichern' }).click();
  await page.getByText(/Der Sicherungspfad .*fehlt existiert nicht\./).waitFor();
  await page.getByRole('button', { name: 'Test senden an far' }).click();
  await page.getByText('Die Benachrichtigung ist nicht angekommen.').waitFor();
  expect(await english()).toEqual([]);
});

test('a damaged archive is told in German: in the list, and when it is verified', async () => {
  const [archive = ''] = await site.system.archives();
  await rename(archive, `${archive}.real`);
  await writeFile(archive, 'no archive');
  await page.reload();
  await show('Archive');
  await page.getByText('unlesbar').waitFor();
  expect(await english()).toEqual([]);
});
