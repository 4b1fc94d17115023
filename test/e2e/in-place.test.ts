import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { serverState } from '../engines/mariadb/server-state.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { canMount } from '../fakes/can-mount.ts';
import { smallDisk } from '../fakes/small-disk.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { treeState } from '../fakes/tree-state.ts';
import { type RealSystem, realSystem } from './real-system.ts';

const MB = 1 << 20;

let opened = new AsyncDisposableStack();

afterEach(async () => {
  await opened.disposeAsync();
  opened = new AsyncDisposableStack();
});

/** A server whose data folder lies on a file system of its own, with so much room left. */
async function crampedServer(
  conf: string[] = [],
): Promise<{ server: TestMariadb; leave(bytes: number): Promise<void> }> {
  const folder = opened.use(await temporaryFolder());
  // The server runs as a user of its own.
  await chmod(folder.file(''), 0o755);
  const disk = opened.use(await smallDisk(folder.file('disk'), 260 * MB));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = disk.path;
  try {
    const small = ['innodb_log_file_size=4M', 'innodb_data_file_path=ibdata1:4M:autoextend'];
    const server = opened.use(await startMariadb({ conf: [...small, ...conf] }));
    return { server, leave: (bytes) => disk.leave(bytes) };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** A folder on a file system that holds `bytes` and, if it is said, so many files. */
async function crampedFolder(bytes: number, inodes?: number): Promise<string> {
  const folder = opened.use(await temporaryFolder());
  const path = folder.file('disk');
  await mkdir(path);
  const options = `size=${bytes},mode=0755${inodes === undefined ? '' : `,nr_inodes=${inodes}`}`;
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status).toBe(0);
  opened.defer(() => void spawnSync('umount', [path]));
  return path;
}

async function fillRows(server: TestMariadb): Promise<void> {
  await server.sql([
    'CREATE TABLE ac.picture (id INT PRIMARY KEY, content LONGBLOB NOT NULL)',
    'INSERT INTO ac.picture SELECT seq, REPEAT(MD5(seq), 8192) FROM ac.seq_1_to_60',
  ]);
}

async function fillFolder(path: string, files: number, bytes: number): Promise<void> {
  await mkdir(path, { recursive: true });
  for (let at = 0; at < files; at += 1) await writeFile(join(path, `file ${at}`), randomBytes(bytes));
}

async function liveState(system: RealSystem, server: TestMariadb | undefined, folder: string) {
  return {
    server: server && (await serverState(server, ['ac', 'ta'])),
    root: treeState(system.root).lines.filter((line) => !line.includes('log.db')),
    rows: linesOf(system.root),
    folder: treeState(folder).lines,
  };
}

function linesOf(root: string): unknown[] {
  using database = new DatabaseSync(join(root, 'db', 'log.db'), { readOnly: true });
  return database.prepare('SELECT * FROM line').all();
}

test.runIf(canMount())(
  '[BS-16] [LB-04] where there is no room to stage, the plan says what is needed where, and a restore in place brings all back by name only',
  async () => {
    const { server, leave } = await crampedServer(['log_bin=on']);
    const disk = await crampedFolder(10 * MB);
    const big = join(disk, 'big');
    await fillFolder(big, 6, MB);
    await using system = await realSystem({ mariadb: server, conf: { 'folder big': [`path = "${big}"`] } });
    await fillRows(server);
    expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
    const [archive] = (await system.archives()) as [string];
    // An earlier one that can be undone is not what a bare undo is asked for later.
    const earlier = await system.restore('apply', archive, '--yes', '--only', 'file/setting');
    expect(earlier).toMatchObject({ status: 0 });
    const before = await liveState(system, server, big);
    await server.sql(['DELETE FROM ta.punch', 'UPDATE ac.picture SET content = LEFT(content, 200000)']);
    await server.sql(['PURGE BINARY LOGS BEFORE NOW()']);
    await writeFile(join(big, 'file 1'), 'damaged');
    await leave(44 * MB);
    const damaged = await liveState(system, server, big);

    const planned = await system.restore('plan', archive);
    expect(planned).toMatchObject({ status: 23 });
    expect(planned.stdout).toMatch(
      /[\d.]+ MB for the binary log, [\d.]+ MB for temporary files of the binary log in it/,
    );
    expect(planned.stdout).toContain('unless you agree to a restore in place: --in-place');
    expect(await system.restore('apply', archive, '--yes')).toMatchObject({ status: 23 });
    const wrong = await system.restore('apply', archive, '--yes', '--in-place', 'zutritt');
    expect(wrong, wrong.stdout).toMatchObject({ status: 62 });
    expect(wrong.stdout).toContain('what is live is DELETED before the restored state is whole');
    expect(await liveState(system, server, big)).toEqual(damaged);
    expect(await system.archives()).toHaveLength(1);

    const ended = await system.restore('apply', archive, '--yes', '--in-place', 'Zutritt');
    expect(ended, ended.stdout).toMatchObject({ status: 0 });
    expect(ended.stdout).toMatch(/are live, restored in place$/m);
    expect(await liveState(system, server, big)).toEqual(before);

    const safety = (await system.archives()).find((path) => path !== archive) as string;
    expect(ended.stdout).toContain(`what was live before is in ${safety}; there is no undo`);
    expect(await system.restore('verify', safety)).toMatchObject({ status: 0 });
    const inspected = await system.restore('inspect', safety);
    expect(inspected.stdout).toMatch(/mariadb\/main\/ta +complete/);
    // It is an archive like any other, kept from the rotation, and brings the state before back.
    expect(await system.lifeboat('list')).toMatchObject({ stdout: expect.stringMatching(/in place/) });
    // What was to be replaced, and perhaps a part of the system alone, is nobody's last good backup.
    const status = JSON.parse((await system.lifeboat('--json', 'status')).stdout);
    expect(status.lastGood.name).toBe(basename(archive));
    expect((await system.lifeboat('delete', basename(archive), '--yes')).status).toBe(58);
    const undone = await system.restore('undo');
    expect(undone.status, undone.stdout).toBe(80);
    expect(undone.stderr).toMatch(/the newest restore, \w+, was done in place, and nothing is kept of it/);
    expect(undone.stderr).toContain(`lifeboat-restore apply ${safety}`);
    expect(undone.stderr).toMatch(/lifeboat-restore undo \w+/);
    await leave(44 * MB);
    const back = await system.restore('apply', safety, '--yes', '--in-place', 'Zutritt');
    expect(back, back.stdout).toMatchObject({ status: 0 });
    expect(await liveState(system, server, big)).toEqual(damaged);
  },
  120_000,
);

test.runIf(canMount())(
  '[BS-16] a restore in place that fails half-way goes back from its safety archive and says so',
  async () => {
    await using server = await startMariadb();
    // Room for the bytes of forty files, but not for so many files: found only when they are written.
    const disk = await crampedFolder(4 * MB, 30);
    const many = join(disk, 'many');
    await fillFolder(many, 3, MB);
    await using system = await realSystem({
      mariadb: server,
      conf: { 'folder many': [`path = "${many}"`, 'exclude = *.tmp'] },
    });
    await rm(many, { recursive: true });
    const elsewhere = opened.use(await temporaryFolder());
    await fillFolder(elsewhere.file('many'), 60, 40_000);
    const conf = await readFile(system.conf, 'utf8');
    await writeFile(system.conf, conf.replace(many, elsewhere.file('many')));
    expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
    await writeFile(system.conf, conf);
    const [archive] = (await system.archives()) as [string];
    await fillFolder(many, 3, MB);
    await writeFile(join(many, 'never saved.tmp'), 'but not to be lost either');
    await writeFile(join(system.root, 'cert', 'server.pem'), 'another');
    await server.sql(['DELETE FROM ta.punch WHERE id > 7', "CREATE USER 'new'@'localhost'"]);
    const before = await liveState(system, server, many);

    const ended = await system.restore('apply', archive, '--yes', '--in-place', 'Zutritt');
    expect(ended, ended.stdout).toMatchObject({ status: 67 });
    expect(ended.stdout).toMatch(
      /the restore in place failed: .*; what was live before was brought back from the safety archive/,
    );
    expect(await liveState(system, server, many)).toEqual(before);
    const { logs } = await listRestoreLogs(system.state);
    const steps = logs.flatMap((log) => log.steps.map(({ what, goBack }) => `${what} ${goBack}`)).join('\n');
    expect(steps).toContain('bring folder/many back from');
    expect(steps).toContain('--in-place "Zutritt" --only "mariadb/main/ac" "mariadb/main/ta"');
  },
  120_000,
);

/** As after a disk failure: the server cannot read one table any more. */
async function damage(server: TestMariadb): Promise<void> {
  // Twice: nothing of the table is in the redo log any more.
  await server.restart();
  await server.kill();
  await writeFile(join(server.folder, 'data', 'ac', 'person.ibd'), Buffer.alloc(1 << 16, 7));
  await server.restart();
}

test.runIf(canMount())(
  '[BS-16] databases too damaged for a safety archive are saved as raw files first',
  async () => {
    await using server = await startMariadb();
    const disk = await crampedFolder(5 * MB);
    const big = join(disk, 'big');
    await fillFolder(big, 3, MB);
    await using system = await realSystem({ mariadb: server, conf: { 'folder big': [`path = "${big}"`] } });
    const before = await liveState(system, server, big);
    expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
    const [archive] = (await system.archives()) as [string];
    await damage(server);
    const safety = join(system.folder.file('safety'));
    await mkdir(safety);

    const ended = await system.restore(
      'apply',
      archive,
      '--yes',
      '--in-place',
      'Zutritt',
      '--safety',
      safety,
    );
    expect(ended, ended.stdout).toMatchObject({ status: 0 });
    expect(await liveState(system, server, big)).toEqual(before);
    expect(ended.stdout).toMatch(/raw files of mariadb\/main\/ac, which could not be read, are in /);
    const [saved, raw] = (await readdir(safety))
      .filter((name) => !name.startsWith('.'))
      .sort()
      .reverse();
    expect(saved).toMatch(/^zutritt-.*\.zip$/);
    const files = await readdir(join(safety, raw as string, 'ac'));
    expect(files).toContain('person.frm');
    expect(await readFile(join(safety, raw as string, 'ac', 'person.ibd'))).toEqual(Buffer.alloc(1 << 16, 7));
    expect(await readdir(join(safety, raw as string))).toEqual(expect.arrayContaining(['ibdata1', 'mysql']));
    const inspected = await system.restore('inspect', join(safety, saved as string));
    expect(inspected.stdout).toContain('mariadb/main/ta');
    expect(inspected.stdout).not.toContain('mariadb/main/ac');
  },
  120_000,
);
