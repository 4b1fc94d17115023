import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverState } from '../engines/mariadb/server-state.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { treeState } from '../fakes/tree-state.ts';
import { realSystem } from './real-system.ts';
import type { Ended } from './run-program.ts';

const canMount = spawnSync('unshare', ['-m', 'true']).status === 0 && process.getuid?.() === 0;
const root = join(import.meta.dirname, '..', '..');

let old: TestMariadb;
let fresh: TestMariadb;

beforeAll(async () => {
  old = await startMariadb({ conf: ['group_concat_max_len=5000', 'event_scheduler=ON'] });
  fresh = await startMariadb();
});

afterAll(async () => {
  await old[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

/** Runs a program on a machine that has other files in some places. */
function onMachine(
  mounts: Record<string, string>,
  program: 'service' | 'restore',
  args: readonly string[],
): Promise<Ended> {
  const binds = Object.entries(mounts).map(([place, from]) => `mount --bind '${from}' '${place}'`);
  const script = [...binds, 'exec "$@"'].join(' && ');
  const main = join(root, 'apps', program, 'main.ts');
  const child = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', process.execPath, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** The users of this machine without one, whose number somebody else has. */
async function otherUsers(folder: string): Promise<Record<string, string>> {
  const write = async (file: string): Promise<string> => {
    const text = await readFile(file, 'utf8');
    const path = join(folder, file.replaceAll('/', '_'));
    await writeFile(path, text.replace(/^games:/m, 'printing:').replaceAll('/usr/games', '/'), {
      mode: 0o644,
    });
    return path;
  };
  return { '/etc/passwd': await write('/etc/passwd'), '/etc/group': await write('/etc/group') };
}

test.runIf(canMount)(
  '[BS-16] on a new machine an archive, the tool and an empty server are enough; what no archive holds is listed from what is here and was there',
  async () => {
    await using elsewhere = await temporaryFolder();
    await using system = await realSystem({ mariadb: old });
    spawnSync('chown', ['-R', 'games:games', join(system.root, 'cert')]);
    await old.sql(['CREATE EVENT ac.tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM ac.person WHERE id < 0']);
    const units = elsewhere.file('units');
    await mkdir(units);
    await writeFile(join(units, 'zutritt.service'), `[Service]\nExecStart="${system.root}/bin/run"\n`);
    await writeFile(join(units, 'other.service'), `[Service]\nExecStart=${system.root}s/bin/run\n`);
    const before = {
      tree: treeState(system.root).lines.filter(
        (line) => !line.includes('log.db') && !line.includes('VERSION'),
      ),
      server: await serverState(old, ['ac', 'ta']),
    };
    const backup = await onMachine({ '/etc/systemd/system': units }, 'service', [
      '--conf',
      system.conf,
      'backup',
    ]);
    expect(backup, backup.stdout).toMatchObject({ status: 0 });
    const [made] = (await system.archives()) as [string];
    const archive = elsewhere.file('archive.zip');
    await cp(made, archive);

    // Another machine: nothing of the system, its conf and its server, other users.
    await rm(dirname(system.root), { recursive: true });
    await writeFile(elsewhere.file('password'), `${fresh.password}\n`, { mode: 0o600 });
    const users = await otherUsers(elsewhere.file('.'));
    const none = elsewhere.file('no-units');
    await mkdir(none);
    const state = elsewhere.file('state');
    const restore = (...args: string[]): Promise<Ended> =>
      onMachine({ ...users, '/etc/systemd/system': none }, 'restore', [
        '--conf',
        system.conf,
        '--state',
        state,
        ...args,
      ]);
    const trust = ['--trust-archive', 'Zutritt', '--installed-version', '2.9.1'];
    const at = ['--mariadb-at', `main=127.0.0.1:${fresh.port}`];

    expect(await restore('apply', archive, '--yes', ...at)).toMatchObject({ status: 61 });
    const locked = await restore('apply', archive, '--yes', ...trust);
    expect(locked).toMatchObject({
      status: 15,
      stderr: expect.stringContaining('--mariadb-user root --password-file'),
    });

    const signIn = ['--mariadb-user', 'root', '--password-file', elsewhere.file('password')];
    const planned = await restore('plan', archive, ...trust, ...at, ...signIn);
    expect(planned.stdout).toMatch(
      /user games is not on this machine: 3 things that belong to it would get the number 5, which is printing here/,
    );
    expect(planned.stdout).toContain('groupadd --system games');
    expect(planned.stdout).toContain('useradd --system games');

    const ended = await restore('apply', archive, '--yes', ...trust, ...at, ...signIn);
    expect(ended, ended.stdout + ended.stderr).toMatchObject({ status: 0 });
    const now = treeState(system.root).lines.filter((line) => !/log\.db|\.lifeboat-/.test(line));
    // The version file is the product's own, and an absent optional folder stays absent.
    expect(now).toEqual(before.tree.filter((line) => !line.startsWith('./upload')));
    const server = await serverState(fresh, ['ac', 'ta']);
    const databases = server.databases.filter((name) => !name.startsWith('lb_'));
    expect({ ...server, databases }).toEqual(before.server);
    expect(await readFile(system.conf, 'utf8')).toContain('name = Zutritt');

    const [list] = (await readdir(join(state, 'restores'))).filter((name) => name.endsWith('-checklist.txt'));
    const path = join(state, 'restores', list as string);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, 'utf8');
    for (const line of text.trim().split('\n')) expect(ended.stdout).toContain(line);
    expect(ended.stdout).toContain(`this list is in ${path}`);
    expect(text).toContain('the password of [mariadb main]: it is not here');
    expect(text).toContain(
      '/etc/systemd/system/zutritt.service named the system on the old machine and is not here',
    );
    expect(text).not.toContain('other.service');
    expect(text).toMatch(/variables that differ; .*group_concat_max_len = 5000 \(here 1048576\)/);
    expect(text).toContain('event_scheduler = ON (here OFF)');
    expect(text).not.toContain('character_set_server');
    expect(text).toMatch(/make or mount the backup path .*backups/);
    expect(text).toContain('folder/upload was not restored');
    expect(text).toContain('user games is not on this machine');
    expect(text).toContain(`correct [mariadb main] to 127.0.0.1:${fresh.port}`);
    expect(text).toContain('the lifeboat service is not installed here');
  },
  90_000,
);

test('a restore to the machine that was backed up lists nothing', async () => {
  await using system = await realSystem();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  const ended = await system.restore('apply', archive, '--yes');
  expect(ended).toMatchObject({ status: 0 });
  expect(ended.stdout).not.toContain('to be done by hand');
});
