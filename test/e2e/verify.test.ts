import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { damageMember } from '../fakes/damage-archive.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';
import { runProgram } from './run-program.ts';

/** A system of two folders and an optional file that is not there, with one archive. */
async function saved(folder: TemporaryFolder): Promise<{ conf: string; archive: string }> {
  for (const name of ['root/image', 'root/cert', 'backups']) {
    await mkdir(folder.file(name), { recursive: true });
  }
  await writeFile(folder.file('root/image/a.jpg'), 'picture'.repeat(1000));
  await writeFile(folder.file('root/cert/key.pem'), 'a key');
  const conf = folder.file('sysbackup.conf');
  await writeFile(
    conf,
    `[system]\nname = Shop\nroot = "${folder.file('root')}"\nversion = 1
[folder image]\npath = image\n[folder cert]\npath = cert\n[file licence]\npath = licence.txt\noptional = yes
[backup]\npath = "${folder.file('backups')}"\nstate = "${folder.file('state')}"\n`,
    { mode: 0o600 },
  );
  expect(await runProgram('service', ['--conf', conf, 'backup'])).toMatchObject({ status: 0 });
  const [name] = (await readdir(folder.file('backups'))).filter((file) => file.endsWith('.zip'));
  return { conf, archive: join(folder.file('backups'), name as string) };
}

const DATED = /^verify (done|failed): .* \((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\)$/m;

test('[FD-30] verify reports item by item, with its date: ok, not checked for what the archive never had', async () => {
  await using folder = await temporaryFolder();
  const { conf, archive } = await saved(folder);
  const before = Math.floor(Date.now() / 1000) * 1000;

  const { status, stdout } = await runProgram('restore', ['--conf', conf, 'verify', archive]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ {2}ok +folder\/image$/m);
  expect(stdout).toMatch(/^ {2}ok +folder\/cert$/m);
  expect(stdout).toMatch(/^ {2}not checked +file\/licence {2}was missing when the backup was made$/m);
  const [, verdict, at] = DATED.exec(stdout) ?? [];
  expect(verdict).toBe('done');
  expect(Date.parse(at as string)).toBeGreaterThanOrEqual(before);

  const service = await runProgram('service', ['--conf', conf, 'verify']);
  expect(service.status).toBe(0);
  expect(service.stdout).toMatch(/not checked +file\/licence/);
  const list = JSON.parse((await runProgram('service', ['--conf', conf, '--json', 'list'])).stdout);
  expect(
    Date.parse(JSON.stringify(list).match(/"verifiedAt":"([^"]+)"/)?.[1] as string),
  ).toBeGreaterThanOrEqual(before);
});

test('[FD-30] what is damaged is a problem with its reason, and does not hide that the rest is whole', async () => {
  await using folder = await temporaryFolder();
  const { conf, archive } = await saved(folder);
  const damaged = await damageMember(archive, 'folder/image/');
  for (const program of ['restore', 'service'] as const) {
    const args = program === 'restore' ? ['verify', archive] : ['verify'];
    const { status, stdout } = await runProgram(program, ['--conf', conf, ...args]);
    expect(status, program).toBe(ERRORS['archive-damaged'].exit);
    expect(stdout, program).toMatch(/^ *ok +folder\/cert$/m);
    expect(stdout, program).not.toContain('\\u{a}');
    expect(stdout, program).toMatch(/problem +folder\/image .*/);
    expect(stdout, program).toMatch(/verify failed/);
  }
  const json = await runProgram('restore', ['--json', 'verify', archive]);
  const report = JSON.parse(json.stdout);
  expect(report).toMatchObject({ archive, good: false, at: expect.stringMatching(/^\d{4}-/) });
  expect(report.items).toContainEqual(expect.objectContaining({ item: 'folder/cert', result: 'ok' }));
  expect(report.items).toContainEqual(
    expect.objectContaining({
      item: 'folder/image',
      result: 'problem',
      detail: expect.stringContaining(damaged),
    }),
  );
});
