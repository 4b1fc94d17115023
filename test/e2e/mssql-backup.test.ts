import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import {
  fillDatabases,
  SERVER_STAGING,
  type StagedServer,
  stagedServer,
} from '../engines/mssql/staged-server.ts';
import { type RealSystem, type RealSystemOptions, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';

const DATABASES = ['AC', "O'Brien [Video]"] as const;

let staged: StagedServer;
beforeEach(async () => {
  staged = await stagedServer({ logins: [{ name: 'operator', password: 'S3cret of the operator' }] });
  await fillDatabases(staged.server, DATABASES);
});
afterEach(() => staged[Symbol.asyncDispose]());

/** A system with a SQL Server on another machine, its password in a file. */
async function systemOf(lines: string[] = [], password = staged.server.password): Promise<RealSystem> {
  const section = [
    'host = 127.0.0.1',
    `port = ${staged.server.port}`,
    'encrypt = no',
    ...DATABASES.map((name) => `databases[] = "${name}"`),
    ...(lines.some((line) => line.startsWith('user')) ? [] : ['user = sa']),
    ...(lines.some((line) => line.startsWith('staging'))
      ? []
      : [`staging_server_path = ${SERVER_STAGING}`, `staging_local_path = ${staged.staging}`]),
    ...lines.filter((line) => line !== 'staging none'),
    'password_file = ../sql-password',
  ];
  const options: RealSystemOptions = { conf: { 'mssql main': section } };
  const system = await realSystem(options);
  await writeFile(join(system.root, '..', 'sql-password'), `${password}\n`, { mode: 0o600 });
  return system;
}

async function everythingWritten(system: RealSystem): Promise<string> {
  const logs = join(system.state, 'logs');
  const texts = await Promise.all((await readdir(logs)).map((name) => readFile(join(logs, name), 'utf8')));
  return texts.join('\n');
}

describe('lifeboat backup of a system with a SQL Server', () => {
  test('[BS-01] [BS-26] check, backup, verify, extract: every .bak is the one that the server made', async () => {
    await using system = await systemOf();
    const before = staged.server.snapshot();
    const check = await system.lifeboat('check');
    expect(check).toMatchObject({ status: 0 });
    expect(check.stdout).toMatch(/^ok {5} mssql\/main {2}16\.0\.1000\.6 Developer Edition/m);

    const backup = await system.lifeboat('backup');
    expect(backup).toMatchObject({ status: 0 });
    expect(backup.stdout.trim().split('\n').at(-1)).toMatch(
      /^backup done after [\d.]+ s: .*\.zip written and verified/,
    );
    expect(backup.stdout).toMatch(/mssql\/main\/AC: not-at-the-point: AC \(stands for \d{4}-/);
    expect(await staged.staged()).toEqual([]);
    expect(staged.server.snapshot()).toEqual(before);

    const [archive] = (await system.archives()) as [string];
    expect(await system.restore('verify', archive)).toMatchObject({ status: 0 });
    const zip = new AdmZip(archive);
    expect(zip.readAsText('RESTORE.txt')).toMatch(
      /SQL SERVER DATABASES[\s\S]*RESTORE DATABASE \[NAME\][\s\S]*SQL SERVER LOGINS/,
    );
    expect(zip.readAsText('RESTORE.txt')).toContain('SQL Server database "AC": mssql/main/');
    const manifest = JSON.parse(zip.readAsText('manifest.json'));
    expect(manifest.sources.find(({ id }: { id: string }) => id === 'mssql/main').serverVersion).toMatch(
      /^16\.0/,
    );

    const into = join(system.root, '..', 'taken out');
    const extract = await system.restore('extract', archive, '--into', into, '--only', 'mssql/main/AC');
    expect(extract).toMatchObject({ status: 0 });
    const [bak] = await readdir(join(into, 'mssql'));
    expect(bak).toBe('AC.bak');
    await writeFile(join(staged.staging, 'AC.bak'), await readFile(join(into, 'mssql', 'AC.bak')));
    await staged.server.sql(
      `RESTORE DATABASE [back] FROM DISK = N'${SERVER_STAGING}/AC.bak' WITH MOVE N'AC' TO N'/var/opt/mssql/data/back.mdf', MOVE N'AC_log' TO N'/var/opt/mssql/data/back.ldf', CHECKSUM, RECOVERY`,
    );
    expect(staged.server.contentOf('back')).toBe(staged.server.contentOf('AC'));

    const written = [
      backup.stdout,
      backup.stderr,
      check.stdout,
      extract.stdout,
      await everythingWritten(system),
    ];
    expect(written.join('\n')).not.toContain(staged.server.password);
  });

  test('[BS-20] without sysadmin: the role and its statement at check and at backup, status 32, no archive', async () => {
    await using system = await systemOf(['user = operator'], 'S3cret of the operator');
    for (const command of ['check', 'backup']) {
      const { stdout, stderr, status } = await system.lifeboat(command);
      expect(status).toBe(
        command === 'check' ? ERRORS.incomplete.exit : ERRORS['database-right-missing'].exit,
      );
      expect(stdout + stderr).toMatch(/login "operator" on .* does not have the server role sysadmin/);
      expect(stdout + stderr).toContain('ALTER SERVER ROLE [sysadmin] ADD MEMBER [operator];');
      expect(stdout + stderr).not.toContain('S3cret');
    }
    expect(await system.archives()).toEqual([]);
    expect(staged.server.state.log.some(({ sql }) => /^BACKUP/.test(sql))).toBe(false);
  });

  test('[BS-23] on another machine without staging paths: status 39, and which keys to set', async () => {
    await using system = await systemOf(['staging none']);
    const conf = (await readFile(system.conf, 'utf8')).replace('host = 127.0.0.1', 'host = 0x7f000001');
    await writeFile(system.conf, conf);
    const { stdout, stderr, status } = await system.lifeboat('backup');
    expect(status).toBe(ERRORS['staging-unusable'].exit);
    expect(stdout + stderr).toMatch(/runs on another machine \(0x7f000001\)/);
    expect(stdout + stderr).toMatch(/staging_server_path .* staging_local_path/);
    expect(await system.archives()).toEqual([]);
  });

  const REFUSED: [string, () => unknown, keyof typeof ERRORS, RegExp][] = [
    [
      'a wrong password',
      () => staged.server.refuseNextLogin(18456),
      'database-login-refused',
      /refused login "sa": Login failed .*\(error 18456\)/,
    ],
    [
      'a full disk',
      () =>
        staged.server.failNext(/^BACKUP DATABASE \[AC\]/, [
          [3202, '/x.bak', '112(There is not enough space on the disk.)'],
          3013,
        ]),
      'space-low',
      /There is not enough space on the disk\.\) \(error 3202\)/,
    ],
    [
      'a line that breaks in mid-BACKUP',
      () => staged.server.dropNext(/^BACKUP DATABASE \[AC\]/, { at: 50 }),
      'database-unreachable',
      /the connection to .* was lost/,
    ],
    [
      'a server that stands still',
      () => staged.server.stallNext(/^BACKUP DATABASE \[AC\]/, { at: 50 }),
      'database-failed',
      /BACKUP of database AC on .* made no progress for 1 s \(it stood at 50 percent\)/,
    ],
  ];
  test.each(REFUSED)(
    '%s: one final line, the status to match, nothing left anywhere',
    async (_title, order, code, found) => {
      await using system = await systemOf(['stall = 1 s']);
      order();
      const { stdout, stderr, status } = await system.lifeboat('backup');
      expect(status).toBe(ERRORS[code].exit);
      const last = `${stdout}${stderr}`
        .trim()
        .split('\n')
        .filter((line) => /^backup /.test(line));
      expect(last).toHaveLength(1);
      expect(last[0]).toMatch(/^backup failed after [\d.]+ s: /);
      expect(last[0]).toMatch(found);
      expect(
        await readdir(system.backups).then((names) => names.filter((name) => !name.startsWith('.'))),
      ).toEqual(expect.not.arrayContaining([expect.stringMatching(/\.zip|\.tmp|\.partial/)]));
      expect(await staged.staged()).toEqual([]);
      expect(await everythingWritten(system)).not.toContain(staged.server.password);
    },
  );

  test('[FD-04] [BS-24] Stop in mid-BACKUP: interrupted, status 130, staging folder and backup path as before', async () => {
    await using system = await systemOf();
    const fault = staged.server.callNext(/^BACKUP DATABASE \[AC\]/, ({ state }) => {
      state.pace.milliseconds = 30_000;
    });
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    const run = runProgram('service', ['--conf', system.conf, 'backup'], {
      onStart: (end) => {
        kill = end;
      },
    });
    await expect.poll(() => fault.fired, { timeout: 20_000 }).toBe(1);
    const stopped = performance.now();
    kill('SIGINT');
    const ended = await run;
    expect(ended.status).toBe(ERRORS.interrupted.exit);
    expect(performance.now() - stopped).toBeLessThan(4000);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/^backup interrupted after /m);
    expect(await system.archives()).toEqual([]);
    expect(await staged.staged()).toEqual([]);
    await expect.poll(() => staged.server.state.sessions.size).toBe(0);
  });

  test('killed in mid-BACKUP: the next run removes what was left in the staging folder', async () => {
    await using system = await systemOf();
    const fault = staged.server.callNext(/^BACKUP DATABASE \[AC\]/, ({ state }) => {
      state.pace.milliseconds = 30_000;
    });
    const run = runProgram('service', ['--conf', system.conf, 'backup'], {
      onStart: (kill) =>
        void expect
          .poll(() => fault.fired, { timeout: 20_000 })
          .toBe(1)
          .then(() => kill('SIGKILL')),
    });
    expect((await run).status).toBe(null);
    await expect.poll(() => staged.server.state.sessions.size).toBe(0);
    expect((await staged.staged()).length).toBeGreaterThan(0);
    staged.server.state.pace.milliseconds = 0;
    const next = await system.lifeboat('backup');
    expect(next).toMatchObject({ status: 0 });
    expect(next.stdout).toMatch(
      /removed lifeboat-.*\.bak from the staging folder, left by a run that was cut off/,
    );
    expect(await staged.staged()).toEqual([]);
  });
});
