import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { addTenant, type FleetFolder, makeFleet } from '../fleet/make-fleet.ts';
import { runProgram } from './run-program.ts';
import { startService } from './start-service.ts';

let server: TestMariadb;
let fleet: FleetFolder;

const profile = (port: number, password: string) => `[system]
version = 1.0

[mariadb main]
host = 127.0.0.1
port = ${port}
user = root
password_file = ${password}
databases = app_*, log_*

[canary people]
of = mariadb/main/app_*
query = SELECT COUNT(*) FROM person
at_least = 1

[backup]
frequency = Not Use
`;

beforeAll(async () => {
  server = await startMariadb();
  fleet = await makeFleet();
  const password = join(fleet.folder, 'password');
  await writeFile(password, `${server.password}\n`, { mode: 0o600 });
  await writeFile(fleet.profile, profile(server.port, password));
  for (const name of ['acme', 'beta']) {
    await addTenant(fleet, name);
    await server.sql([
      `CREATE DATABASE app_${name}`,
      `CREATE DATABASE log_${name}`,
      `CREATE TABLE app_${name}.person (name VARCHAR(40))`,
      `INSERT INTO app_${name}.person VALUES ('only of ${name}')`,
      `CREATE TABLE log_${name}.line (text VARCHAR(40))`,
      `INSERT INTO log_${name}.line VALUES ('begun by ${name}')`,
      `CREATE USER own_${name}@localhost IDENTIFIED BY 'secret of ${name}'`,
      `GRANT ALL ON \`app\\_${name}\`.* TO own_${name}@localhost`,
      `GRANT SELECT ON log_${name}.line TO own_${name}@localhost`,
    ]);
  }
  await server.sql([
    "CREATE USER shared@localhost IDENTIFIED BY 'of all'",
    'GRANT SELECT ON `app\\_%`.* TO shared@localhost',
    "CREATE USER two@localhost IDENTIFIED BY 'of both'",
    'GRANT SELECT ON app_acme.person TO two@localhost',
    'GRANT SELECT ON app_beta.person TO two@localhost',
    'CREATE ROLE readers',
    'GRANT SELECT ON *.* TO readers',
    "CREATE USER reader@localhost IDENTIFIED BY 'by a role'",
    'GRANT SELECT ON app_acme.* TO reader@localhost',
    'GRANT readers TO reader@localhost',
  ]);
}, 120_000);

afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const lifeboat = (...args: string[]) => runProgram('service', ['--conf', fleet.conf, ...args]);

async function archiveOf(name: string): Promise<string> {
  const folder = join(fleet.tenants, name, 'backups');
  const made = (await readdir(folder)).filter((file) => file.endsWith('.zip')).sort();
  return join(folder, made.at(-1) ?? expect.fail('no archive'));
}

async function restore(name: string, ...args: string[]) {
  const tenants = JSON.parse((await lifeboat('--json', 'tenants')).stdout);
  const { conf } = tenants.find((tenant: { name: string }) => tenant.name === name);
  return await runProgram('restore', ['--conf', conf, ...args]);
}

const people = async (name: string) =>
  (await server.sql(`SELECT name FROM app_${name}.person`)).map((row) => row['name']);

test('[TN-09] tenants with databases on one server: each set holds its own databases and the accounts that nobody else uses', async () => {
  await using _service = await startService(fleet);
  for (const name of ['acme', 'beta']) {
    const made = await lifeboat('backup', '--tenant', name);
    expect(made, made.stdout + made.stderr).toMatchObject({ status: 0 });
  }
  const into = join(fleet.folder, 'acme extracted');
  expect(await restore('acme', 'extract', await archiveOf('acme'), '--into', into)).toMatchObject({
    status: 0,
  });
  const files = await readdir(into, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  );
  const all = texts.join('\n');
  for (const own of ['only of acme', 'begun by acme', 'own_acme']) expect(all).toContain(own);
  for (const foreign of ['only of beta', 'begun by beta', 'app_beta', 'log_beta', 'own_beta']) {
    expect(all).not.toContain(foreign);
  }
  const accounts = texts.find((text) => text.includes('"accounts"') && text.includes('own_acme')) ?? '';
  expect(JSON.parse(accounts).accounts.map(({ user }: { user: string }) => user)).toEqual(['own_acme']);
});

test('[TN-09] [TN-11] one of them restored leaves the other as it is; nobody is restored over another', async () => {
  await lifeboat('backup', '--tenant', 'acme');
  await lifeboat('backup', '--tenant', 'beta');
  await server.sql([
    "UPDATE app_acme.person SET name = 'spoilt'",
    "INSERT INTO app_beta.person VALUES ('since then')",
  ]);
  const foreign = await restore('acme', 'apply', await archiveOf('beta'), '--yes');
  expect(foreign.status).not.toBe(0);
  expect(await people('acme')).toEqual(['spoilt']);
  const applied = await restore('acme', 'apply', await archiveOf('acme'), '--yes');
  expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
  expect(await people('acme')).toEqual(['only of acme']);
  expect(await people('beta')).toEqual(['only of beta', 'since then']);
  expect(await server.sql('SELECT text FROM log_beta.line')).toEqual([{ text: 'begun by beta' }]);
});

test('[LB-03] a drill of one tenant asks its canary of its own data and leaves the server as it was', async () => {
  await lifeboat('backup', '--tenant', 'acme');
  const before = await server.sql('SHOW DATABASES');
  const green = await lifeboat('drill', '--tenant', 'acme');
  expect(green, green.stdout + green.stderr).toMatchObject({ status: 0 });
  expect(green.stdout).toMatch(/canary|people/);
  expect(await server.sql('SHOW DATABASES')).toEqual(before);
});

test('a tenant whose name no database can have gets no backup, and the list says why', async () => {
  await addTenant(fleet, 'a,app_beta');
  await using service = await startService(fleet);
  const refused = await lifeboat('backup', '--tenant', 'a,app_beta');
  expect(refused.status).not.toBe(0);
  expect(refused.stdout + refused.stderr).toContain(
    'a database cannot be called after the tenant "a,app_beta"',
  );
  expect(await (await fetch(`${service.url}metrics`)).text()).toMatch(
    /lifeboat_tenants\{state="problem"\} 1/,
  );
});
