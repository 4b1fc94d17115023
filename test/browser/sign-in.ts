import type { Page } from 'playwright-core';
import type { RealSystem } from '../e2e/real-system.ts';

export const PASSWORD = 'correct horse battery';

/** The first administrator, as a person becomes it: by the code of the command line, typed into the page. */
export async function signInFirst(page: Page, system: RealSystem, url: string): Promise<void> {
  const { code } = JSON.parse((await system.lifeboat('--json', 'sign-in', 'code')).stdout);
  await page.goto(url);
  await page.getByLabel('One-time code').fill(code);
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set the password and sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

/** Words: what the page's language calls the fields. */
export async function signIn(
  page: Page,
  url: string,
  words = { name: 'Name', password: 'Password', submit: 'Sign in' },
): Promise<void> {
  await page.goto(url);
  await page.getByLabel(words.name).fill('anna');
  await page.getByLabel(words.password).fill(PASSWORD);
  await page.getByRole('button', { name: words.submit }).click();
  await page.getByRole('navigation').waitFor();
}
