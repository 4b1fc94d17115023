import { copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Credentials, type TenantSite, tenantSite } from '../fakes/tenant-site.ts';

let site: TenantSite;
let anna: Credentials;
let own: string;
let other: string;

beforeAll(async () => {
  site = await tenantSite();
  anna = site.person('administrator', 'blue', 'session');
  own = String((await site.tenants.blue.served.startBackup({}).ended).archive);
  other = String((await site.tenants.green.served.startBackup({}).ended).archive);
});

afterAll(() => site?.[Symbol.asyncDispose]());

test('[TN-03] [TN-09] the list has the own archives; what another tenant has is not there, by name or number', async () => {
  expect(await listed()).toEqual([own]);
  for (const name of [other, '2']) {
    for (const [method, path] of ACTIONS) {
      const answer = await site.send(method, `/t/blue/api/archives/${name}${path}`, { as: anna, body: {} });
      expect(answer.status, `${method} ${path}`).toBe(404);
    }
  }
});

test("[TN-09] an archive of another's that lies in the own folder, as after a copy of all of it, is not there either", async () => {
  const { blue, green } = site.tenants;
  await copyFile(join(green.backups, other), join(blue.backups, other));
  await copyFile(
    join(green.backups, '.lifeboat', `${other}.json`),
    join(blue.backups, '.lifeboat', `${other}.json`),
  );
  await copyFile(join(green.backups, other), join(blue.backups, 'renamed.zip'));
  expect(await listed()).toEqual([own]);
  for (const name of [other, 'renamed.zip']) {
    for (const [method, path] of ACTIONS) {
      const body = { lastGood: true };
      const answer = await site.send(method, `/t/blue/api/archives/${name}${path}`, {
        as: anna,
        ...(method === 'DELETE' ? { body } : {}),
      });
      expect(answer.status, `${method} ${path}`).toBe(404);
    }
  }
  expect(await readdir(blue.backups)).toContain(other);
});

test('[TN-09] a summary that is made up gives nothing away: what is sent away is proven by its manifest', async () => {
  const { blue, green } = site.tenants;
  const notes = join(blue.backups, '.lifeboat');
  const note = JSON.parse(await readFile(join(notes, `${own}.json`), 'utf8'));
  const { length: bytes } = await readFile(join(green.backups, other));
  await writeFile(join(notes, 'renamed.zip.json'), JSON.stringify({ ...note, name: 'renamed.zip', bytes }));
  expect(await listed(), 'it is believed in the list, which holds nothing of another').toContain(
    'renamed.zip',
  );
  const answer = await site.send('GET', '/t/blue/api/archives/renamed.zip/file', { as: anna });
  expect(answer.status).toBe(404);
  expect(answer.text).toContain('there is no archive called or numbered');
  expect((await site.send('GET', `/t/blue/api/archives/${own}/file`, { as: anna })).status).toBe(200);
});

test('[TN-09] a link to what another has is not followed', async () => {
  const { blue, green } = site.tenants;
  await symlink(join(green.backups, other), join(blue.backups, 'link.zip'));
  expect(await listed()).not.toContain('link.zip');
  expect((await site.send('GET', '/t/blue/api/archives/link.zip/file', { as: anna })).status).toBe(404);
});

test('a file that cannot be read is shown, can be deleted, and is not given out', async () => {
  const path = join(site.tenants.blue.backups, 'broken.zip');
  await writeFile(path, 'no archive');
  expect(await listed()).toContain('broken.zip');
  const answer = await site.send('GET', '/t/blue/api/archives/broken.zip/file', { as: anna });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.text).not.toContain('no archive"');
  expect((await site.send('DELETE', '/t/blue/api/archives/broken.zip', { as: anna })).status).toBe(200);
});

const ACTIONS = [
  ['GET', '/file'],
  ['POST', '/verify'],
  ['POST', '/pin'],
  ['POST', '/release'],
  ['DELETE', ''],
] as const;

async function listed(): Promise<string[]> {
  const { status, text } = await site.send('GET', '/t/blue/api/archives', { as: anna });
  expect(status, text).toBe(200);
  return JSON.parse(text).map(({ file }: { file: string }) => file);
}
