import { copyFile, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '#platform/errors.ts';
import { serverState } from '../engines/mariadb/server-state.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { readOnlyMount, smallDisk } from '../fakes/small-disk.ts';
import { treeState } from '../fakes/tree-state.ts';
import { filesBelow } from './files-below.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import type { Ended } from './run-program.ts';
import { runProgram } from './run-program.ts';

let mariadb: TestMariadb;

beforeAll(async () => {
  mariadb = await startMariadb();
});

afterAll(async () => {
  await mariadb[Symbol.asyncDispose]();
});

/** One clear final line, its own status, and nothing published or left half-made. */
async function expectRefused(
  system: RealSystem,
  ended: Ended,
  code: ErrorCode,
  words: RegExp,
): Promise<void> {
  expect(`${ended.stdout}${ended.stderr}`).toMatch(words);
  expect(ended.status).toBe(ERRORS[code].exit);
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(mariadb.password);
  const left = await readdir(system.backups).catch(() => []);
  expect(left.filter((name) => name.endsWith('.zip'))).toEqual([]);
  expect(filesBelow(join(system.backups, '.lifeboat'))).toEqual([]);
}

async function changeConf(system: RealSystem, from: RegExp, to: string): Promise<void> {
  const text = await readFile(system.conf, 'utf8');
  expect(text).toMatch(from);
  await writeFile(system.conf, text.replace(from, to));
}

test('an unreachable server is named, with status 30', async () => {
  await using system = await realSystem({ mariadb });
  const port = await closedPort();
  await changeConf(system, /port = \d+/, `port = ${port}`);
  await expectRefused(
    system,
    await system.lifeboat('backup'),
    'database-unreachable',
    new RegExp(`backup failed .*127\\.0\\.0\\.1:${port}`),
  );
});

test('a wrong password is named without showing it, with status 31', async () => {
  await using system = await realSystem({ mariadb });
  await writeFile(join(system.conf, '..', 'password'), 'secret-but-wrong\n');
  const ended = await system.lifeboat('backup');
  await expectRefused(system, ended, 'database-login-refused', /backup failed .*root/);
  expect(ended.stdout + ended.stderr).not.toContain('secret-but-wrong');
});

test('each missing right is named, with status 32', async () => {
  await using system = await realSystem({ mariadb });
  await mariadb.sql([
    "CREATE OR REPLACE USER 'weak'@'%' IDENTIFIED BY 'w'",
    "GRANT SELECT ON ac.* TO 'weak'@'%'",
    "GRANT SELECT ON ta.* TO 'weak'@'%'",
  ]);
  await writeFile(join(system.conf, '..', 'password'), 'w\n');
  await changeConf(system, /user = root/, 'user = weak');
  const ended = await system.lifeboat('backup');
  await expectRefused(system, ended, 'database-right-missing', /RELOAD/);
  expect(ended.stdout).toMatch(/TRIGGER/);
  expect(ended.stdout).toMatch(/SHOW VIEW/);
});

test('a server without any of the databases, with status 33', async () => {
  await using system = await realSystem({ mariadb });
  await changeConf(system, /databases = ac, ta/, 'databases = nowhere');
  await expectRefused(system, await system.lifeboat('backup'), 'database-missing', /nowhere/);
});

test('[BS-12] a backup path that is missing, a file, or read-only is refused and not created', async () => {
  await using system = await realSystem();
  await rm(system.backups, { recursive: true });
  await expectRefused(
    system,
    await system.lifeboat('backup'),
    'destination-missing',
    /backup path .* does not exist/,
  );
  await expect(readdir(system.backups)).rejects.toThrow(/ENOENT/);

  await writeFile(system.backups, 'a file');
  await expectRefused(
    system,
    await system.lifeboat('backup'),
    'destination-not-a-folder',
    /is a file, not a folder/,
  );
  await rm(system.backups);

  await using mount = await readOnlyMount(system.backups);
  expect(mount, 'a read-only place could be mounted').toBeDefined();
  await expectRefused(
    system,
    await system.lifeboat('backup'),
    'destination-not-writable',
    /cannot write to the backup path/,
  );
});

test('[TN-10] a full backup path: what is needed and what is there, status 23, nothing left', async () => {
  await using system = await realSystem();
  await rm(system.backups, { recursive: true });
  await using disk = await smallDisk(system.backups, 1024 * 1024);
  await disk.leave(8192);
  const ended = await system.lifeboat('backup');
  expect(ended.status).toBe(ERRORS['space-low'].exit);
  expect(ended.stdout).toMatch(/backup failed .*(space|full)/);
  expect(await system.archives()).toEqual([]);
  await disk.free();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
});

test('archives that are cut, damaged, foreign, or not there: each its own words and status, nothing changed', async () => {
  await using system = await realSystem();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  const before = treeState(system.root);
  const cases: [ErrorCode, (path: string) => Promise<void>, RegExp][] = [
    ['archive-missing', (path) => rm(path), /there is no file/],
    ['archive-cut', async (path) => await truncate(path, (await readFile(path)).length - 100), /cut/],
    ['archive-foreign', async (path) => foreignZip(path), /is not a lifeboat archive/],
    ['archive-damaged', flipAByteOfContent, /damaged/],
  ];
  for (const [code, spoil, words] of cases) {
    const spoilt = system.folder.file(`${code}.zip`);
    await copyFile(archive, spoilt);
    await spoil(spoilt);
    const ended = await system.restore('apply', spoilt, '--yes');
    expect(`${ended.stdout}${ended.stderr}`).toMatch(words);
    expect([code, ended.status]).toEqual([code, ERRORS[code].exit]);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/nothing was changed\n/);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/what to do: /);
    expect(treeState(system.root).lines).toEqual(before.lines);
    const extracted = await system.restore('extract', spoilt);
    expect(`${extracted.stdout}${extracted.stderr}`).toMatch(/what to do: /);
  }
});

test('[BS-22] an archive of another version is refused, both named; an unreadable version is typed and journaled as typed', async () => {
  await using system = await realSystem();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  await writeFile(join(system.root, 'VERSION'), '3.0.0\n');
  const before = treeState(system.root);
  const refused = await system.restore('apply', archive, '--yes');
  expect(refused.status).toBe(ERRORS['version-differs'].exit);
  expect(refused.stdout).toMatch(/restore failed .*2\.9\.1.*3\.0\.0/);
  await rm(join(system.root, 'VERSION'));
  const unknown = await system.restore('apply', archive, '--yes');
  expect(unknown.status).toBe(ERRORS['version-unknown'].exit);
  expect(unknown.stdout).toMatch(/--installed-version/);
  expect(treeState(system.root).lines).toEqual(before.lines.filter((line) => !line.includes('VERSION')));
  expect(await system.restore('apply', archive, '--yes', '--installed-version', '2.9.0')).toMatchObject({
    status: ERRORS['version-differs'].exit,
  });
  expect(await system.restore('apply', archive, '--yes', '--installed-version', '2.9.1')).toMatchObject({
    status: 0,
  });
  const journal = await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
  expect(journal).toMatch(/the installed version 2\.9\.1 was typed/);
});

test('[BS-21] without a yes nothing is changed', async () => {
  await using system = await realSystem({ mariadb });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  await rm(join(system.root, 'cert', 'enckey'));
  const before = { tree: treeState(system.root), server: await serverState(mariadb, ['ac', 'ta']) };
  const ended = await system.restore('apply', archive);
  expect(ended.status).toBe(ERRORS['not-confirmed'].exit);
  expect(ended.stdout).toMatch(/nothing was changed/);
  expect({ tree: treeState(system.root), server: await serverState(mariadb, ['ac', 'ta']) }).toEqual(before);
});

test("another product's archive is refused; the same product's of another machine needs agreement", async () => {
  await using system = await realSystem();
  await using other = await realSystem({ conf: {} });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await other.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await other.archives()) as [string];
  const before = treeState(system.root);
  const elsewhere = await system.restore('apply', archive, '--yes');
  expect(elsewhere.status).toBe(ERRORS['archive-other-system'].exit);
  expect(elsewhere.stdout).toMatch(/another machine.*--agree-other-machine/s);
  await changeConf(system, /name = Zutritt/, 'name = Bibliothek');
  const foreign = await system.restore('apply', archive, '--yes', '--agree-other-machine');
  expect(foreign.status).toBe(ERRORS['archive-other-system'].exit);
  expect(foreign.stdout).toMatch(/"Zutritt".*"Bibliothek"/);
  expect(treeState(system.root).lines).toEqual(before.lines);
});

test('[BS-16] a hostile archive conf runs no command and writes nowhere without the typed name', async () => {
  await using system = await realSystem();
  const proof = system.folder.file('the-command-ran');
  await changeConf(
    system,
    /name = Zutritt/,
    `name = Zutritt\nstop = /usr/bin/touch "${proof}"\nstart = /usr/bin/touch "${proof}"`,
  );
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  await rm(system.conf);
  await writeFile(join(system.root, 'cert', 'enckey'), 'changed');
  const before = treeState(system.root);

  const shown = await system.restore('apply', archive, '--yes', '--installed-version', '2.9.1');
  expect(shown.status).toBe(ERRORS['trust-needed'].exit);
  expect(shown.stdout).toContain(`/usr/bin/touch ${proof}`);
  const wrongName = await system.restore('apply', archive, '--yes', '--trust-archive', 'zutritt');
  expect(wrongName.status).toBe(ERRORS['trust-needed'].exit);
  expect(treeState(system.root).lines).toEqual(before.lines);
  await expect(readFile(proof)).rejects.toThrow(/ENOENT/);

  expect(await system.restore('apply', archive, '--yes', '--trust-archive', 'Zutritt')).toMatchObject({
    status: 0,
  });
  expect(await readFile(proof, 'utf8')).toBe('');
  expect(await readFile(join(system.root, 'cert', 'enckey'), 'utf8')).toBe('key of the databases');
});

test('where no conf can tell the state folder, the plan says which one is taken, unless --state names it', async () => {
  await using system = await realSystem();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  const plan = async (...args: string[]) =>
    (await runProgram('restore', ['--conf', system.conf, ...args, 'plan', archive])).stdout.replaceAll(
      /\s+/g,
      ' ',
    );
  const said = 'the state folder is taken to be';
  expect(await plan()).not.toContain(said);
  await changeConf(system, /\[backup\]/, '[backup');
  expect(await plan()).toMatch(/the state folder is taken to be \S+, since no conf could say.*--state/);
  expect(await plan('--state', system.state)).not.toContain(said);
});

function foreignZip(path: string): void {
  const zip = new AdmZip();
  zip.addFile('holiday.txt', Buffer.from('pictures'));
  zip.writeZip(path);
}

test('[BS-16] a folder whose place stood in a conf file that is lost comes back once its place in the archive is agreed to', async () => {
  await using system = await realSystem();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  await rm(join(system.root, 'conf'), { recursive: true });
  await rm(join(system.root, 'util files'), { recursive: true });
  const asked = await system.restore('apply', archive, '--yes');
  expect(asked.status).toBe(ERRORS['trust-needed'].exit);
  expect(asked.stdout).toMatch(/the place of folder\/util comes from the archive: .*util files/);
  expect(await system.restore('apply', archive, '--yes', '--trust-archive', 'Zutritt')).toMatchObject({
    status: 0,
  });
  expect(await readFile(join(system.root, 'util files', 'run.sh'), 'utf8')).toBe('#!/bin/sh\n');
});

async function flipAByteOfContent(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.indexOf('doors=32');
  const file = await open(path, 'r+');
  try {
    // A stored or deflated member near the middle of the file, wherever the text itself is.
    await file.write(
      Buffer.from([(bytes[at > 0 ? at : bytes.length >> 1] as number) ^ 1]),
      0,
      1,
      at > 0 ? at : bytes.length >> 1,
    );
  } finally {
    await file.close();
  }
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 1;
}
