import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { findTenants } from '../../../apps/service/tenants/find-tenants.ts';
import { knownTenants } from '../../../apps/service/tenants/known-tenants.ts';
import { settleIds } from '../../../apps/service/tenants/settle-ids.ts';
import { type FleetFolder, makeFleet } from '../../fleet/make-fleet.ts';

let fleet: FleetFolder;

beforeEach(async () => {
  fleet = await makeFleet();
  return () => fleet[Symbol.asyncDispose]();
});

const look = () => findTenants(join(fleet.tenants, '*'), knownTenants(fleet.state));
const add = (name: string) => mkdir(join(fleet.tenants, name));
const idFile = (name: string) => join(fleet.tenants, name, '.lifeboat-tenant');
const byName = async () => new Map((await look()).map((tenant) => [tenant.name, tenant]));

describe('a tenant', () => {
  test('gets an id at first sight, in a private file of its root, and keeps it', async () => {
    await add('acme');
    const [first] = await look();
    expect(first?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await readFile(idFile('acme'), 'utf8')).trim()).toBe(first?.id);
    expect((await stat(idFile('acme'))).mode & 0o777).toBe(0o600);
    expect(await look()).toEqual([first]);
  });

  test('whose folder is renamed is the same one with another name', async () => {
    await add('acme');
    const [before] = await look();
    await rename(join(fleet.tenants, 'acme'), join(fleet.tenants, 'Acme Ltd'));
    expect(await look()).toEqual([
      { id: before?.id, name: 'Acme Ltd', root: join(fleet.tenants, 'Acme Ltd') },
    ]);
  });

  test('that lost its file is known by its folder', async () => {
    await add('acme');
    const [before] = await look();
    await rm(idFile('acme'));
    expect(await look()).toEqual([before]);
    expect((await readFile(idFile('acme'), 'utf8')).trim()).toBe(before?.id);
  });

  test('that is gone and whose name is taken by a new folder is another one', async () => {
    await add('acme');
    const [before] = await look();
    await rm(join(fleet.tenants, 'acme'), { recursive: true });
    expect(await look()).toEqual([]);
    await add('acme');
    const [after] = await look();
    expect(after?.id).toBeDefined();
    expect(after?.id).not.toBe(before?.id);
  });

  test('may be moved to another disk, where nothing but its file tells who it is', async () => {
    await add('acme');
    const [before] = await look();
    await cp(join(fleet.tenants, 'acme'), join(fleet.folder, 'elsewhere'), { recursive: true });
    await rm(join(fleet.tenants, 'acme'), { recursive: true });
    await cp(join(fleet.folder, 'elsewhere'), join(fleet.tenants, 'acme2'), { recursive: true });
    expect(await look()).toMatchObject([{ id: before?.id, name: 'acme2' }]);
  });
});

describe('two folders with one id', () => {
  test('the one that was known before keeps it; the copy is told, and a tenant when its file is removed', async () => {
    await add('m-original');
    const [before] = await look();
    await cp(join(fleet.tenants, 'm-original'), join(fleet.tenants, 'a-copy'), { recursive: true });
    const both = await byName();
    expect(both.get('m-original')?.id).toBe(before?.id);
    expect(both.get('a-copy')?.problem).toContain(`holds the id of ${join(fleet.tenants, 'm-original')}`);
    await rm(idFile('a-copy'));
    const after = await byName();
    expect(after.get('m-original')?.id).toBe(before?.id);
    expect(after.get('a-copy')?.id).not.toBe(before?.id);
    expect(after.get('a-copy')?.id).toBeDefined();
  });

  test('the one that was known keeps it when it was renamed at the same time', async () => {
    await add('original');
    const [before] = await look();
    await cp(join(fleet.tenants, 'original'), join(fleet.tenants, 'copy'), { recursive: true });
    await rename(join(fleet.tenants, 'original'), join(fleet.tenants, 'renamed'));
    const both = await byName();
    expect(both.get('renamed')?.id).toBe(before?.id);
    expect(both.get('copy')?.problem).toBeDefined();
  });

  test('of two that nobody knew neither is taken', () => {
    const folder = (name: string) => ({ name, root: `/t/${name}`, identity: name, id: 'one' });
    const settled = settleIds([folder('a'), folder('b')], []);
    expect(settled.map(({ is }) => is)).toEqual(['nobody', 'nobody']);
  });

  test('[TN-09] a tenant does not become another by what it writes into its file', async () => {
    await add('acme');
    await add('victim');
    const before = await byName();
    await writeFile(idFile('acme'), `${before.get('victim')?.id}\n`);
    const after = await byName();
    expect(after.get('acme')?.problem).toContain('holds the id of another tenant');
    expect(after.get('victim')?.id).toBe(before.get('victim')?.id);
    await rm(join(fleet.tenants, 'victim'), { recursive: true });
    expect((await byName()).get('acme')?.problem).toContain('holds the id of another tenant');
  });
});

describe('what is no tenant', () => {
  test('a file, a folder with a dot, and one below it that is missing', async () => {
    await writeFile(join(fleet.tenants, 'file'), '');
    await add('.hidden');
    await add('acme');
    expect((await look()).map(({ name }) => name)).toEqual(['acme']);
    expect(await findTenants(join(fleet.tenants, '*', 'data'), knownTenants(fleet.state))).toEqual([]);
    await mkdir(join(fleet.tenants, 'acme', 'data'));
    const [deep] = await findTenants(join(fleet.tenants, '*', 'data'), knownTenants(fleet.state));
    expect(deep).toMatchObject({ name: 'acme', root: join(fleet.tenants, 'acme', 'data') });
  });

  test('a link, also to another tenant', async () => {
    await add('acme');
    await symlink(join(fleet.tenants, 'acme'), join(fleet.tenants, 'alias'));
    const found = await byName();
    expect(found.get('alias')).toMatchObject({ problem: expect.stringContaining('is a link') });
    expect(found.get('acme')?.id).toBeDefined();
  });

  test.each([
    ['with a line break', 'a\nb', /cannot be shown/],
    ['that turns the direction of writing', 'a\u202eb', /cannot be shown/],
    ['that is too long', 'x'.repeat(101), /longer than 100/],
  ])('a name %s', async (_what, name, problem) => {
    await add(name);
    expect(await look()).toMatchObject([{ problem: expect.stringMatching(problem) }]);
  });

  test.each([['Größe (1) 东京'], ["o'brien & sons; #1"], ['%2e%2e'], ['constructor']])(
    'but any other name is one: %s',
    async (name) => {
      await add(name);
      expect(await look()).toMatchObject([{ name, id: expect.any(String) }]);
    },
  );

  test.each([
    ['something else', (path: string) => writeFile(path, 'hello')],
    ['too much', (path: string) => writeFile(path, 'a'.repeat(100_000))],
    ['a folder', (path: string) => mkdir(path)],
    ['a link', (path: string) => symlink('/etc/passwd', path)],
    ['a pipe', async (path: string) => void spawnSync('mkfifo', [path])],
  ])('an id file that is %s is told, and waited for by nobody', async (_what, make) => {
    await add('acme');
    await make(idFile('acme'));
    expect(await look()).toMatchObject([{ problem: expect.stringContaining("no tenant's id in") }]);
  });
});

test('a folder of tenants that cannot be read is an error: nobody is taken for gone', async () => {
  await rename(fleet.tenants, join(fleet.folder, 'away'));
  await expect(look()).rejects.toMatchObject({ code: 'source-missing' });
});

test('several programs that look at once agree on each id', async () => {
  for (const name of ['a', 'b', 'c']) await add(name);
  const looks = await Promise.all([look(), look(), look(), look()]);
  const settled = await look();
  for (const one of looks) expect(one).toEqual(settled);
});
