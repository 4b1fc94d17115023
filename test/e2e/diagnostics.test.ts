import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';

const PASSWORD = `p"a ß/$&x`;
const URL = 'http://127.0.0.1:9/hooks/T0K3N-T0K3N?key=geheim-geheim';
const env = { CHAT_URL: URL };

/** A system whose secrets have come wherever they should not be. */
async function leakySystem(): Promise<RealSystem> {
  const system = await realSystem({
    conf: {
      'webhook chat': ['url_env = CHAT_URL'],
      'mail admins': [
        'host = 127.0.0.1',
        'port = 9',
        'user = backup',
        'password_file = ../mail-password',
        'from = a@example.org',
        'to = b@example.org',
      ],
      'file gone': ['path = gone'],
      hooks: ['after = echo the-token-of-a-hook'],
    },
  });
  await writeFile(join(system.root, '..', 'mail-password'), `${PASSWORD}\n`, { mode: 0o600 });
  await appendFile(system.conf, `; the password is ${PASSWORD}, the old one was older-geheim\n`);
  expect(await runProgram('service', ['--conf', system.conf, 'backup'], { env })).toMatchObject({
    status: 3,
  });
  const journal = join(system.state, 'logs', 'Backup Journal[001].txt');
  await appendFile(journal, `2026-04-10 21:45:00  somebody wrote ${PASSWORD} and ${URL} here\n`);
  await writeFile(join(system.state, 'a note'), PASSWORD);
  return system;
}

async function bundleOf(path: string): Promise<Map<string, string>> {
  const zip = new AdmZip(await readFile(path));
  return new Map(zip.getEntries().map((entry) => [entry.entryName, entry.getData().toString('utf8')]));
}

test('one private ZIP with what helps, and no secret in any part of it', async () => {
  await using system = await leakySystem();
  const path = system.folder.file('help.zip');
  const ended = await runProgram('service', ['--conf', system.conf, 'diagnostics', '--output', path], {
    env,
  });
  expect(ended).toMatchObject({ status: 0, stdout: expect.stringMatching(/^diagnostics done: .*help\.zip/) });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const files = await bundleOf(path);
  expect([...files.keys()]).toEqual([
    'README.txt',
    'sysbackup.conf',
    'versions.json',
    'status.json',
    'check.json',
    'journal.txt',
    'history.json',
    'archives.json',
    'notifications.json',
    'state-folder.txt',
    'service-log.txt',
  ]);
  expect(files.get('sysbackup.conf')).toContain('url_env = CHAT_URL');
  expect(files.get('journal.txt')).toMatch(/backup: incomplete .*file\/gone is missing/);
  expect(files.get('journal.txt')).toContain('somebody wrote [secret] and [secret] here');
  expect(files.get('journal.txt')).toContain('hook after: | (what it said)');
  expect(JSON.parse(files.get('status.json') ?? '')).toMatchObject({ lastRun: { state: 'incomplete' } });
  expect(JSON.parse(files.get('history.json') ?? '').backups).toHaveLength(1);
  expect(JSON.parse(files.get('archives.json') ?? '')).toHaveLength(1);
  expect(JSON.parse(files.get('versions.json') ?? '')).toMatchObject({ node: process.version });
  expect(JSON.parse(files.get('notifications.json') ?? '').deliveries).toHaveLength(2);
  expect(files.get('check.json')).toContain('file/gone');
  expect(files.get('state-folder.txt')).toContain('a note');
  const secrets = [PASSWORD, JSON.stringify(PASSWORD).slice(1, -1), 'T0K3N', 'geheim', 'the-token-of-a-hook'];
  for (const [name, text] of files) {
    for (const secret of secrets) expect(text, `${name}: ${secret}`).not.toContain(secret);
  }
  expect(ended.stdout + ended.stderr).not.toContain('geheim');
});

test('with a broken conf, without one, and where the file exists already', async () => {
  await using system = await leakySystem();
  const path = system.folder.file('help.zip');
  const text = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, text.replace('[backup]', `[backup]\nkeep = 101\npassword = ${PASSWORD}`));
  const args = ['--conf', system.conf, '--state', system.state, 'diagnostics', '--output'];
  expect(await runProgram('service', [...args, path], { env })).toMatchObject({ status: 0 });
  const files = await bundleOf(path);
  expect(files.get('status.json')).toMatch(/^it could not be read: conf-invalid: .*\n.*keep: found "101"/);
  expect(files.get('journal.txt')).toContain('somebody wrote [secret] and [secret] here');
  for (const [name, content] of files) expect(content, name).not.toMatch(/geheim|p"a ß/);
  expect(await runProgram('service', [...args, path], { env })).toMatchObject({
    status: ERRORS['write-failed'].exit,
    stderr: expect.stringContaining('EEXIST'),
  });
  const other = system.folder.file('other.zip');
  const absent = ['--conf', '/absent.conf', '--state', system.state, 'diagnostics', '--output', other];
  expect(await runProgram('service', absent)).toMatchObject({ status: 0 });
  expect((await bundleOf(other)).get('sysbackup.conf')).toMatch(/conf-missing/);
});
