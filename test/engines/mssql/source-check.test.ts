import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import type { Finding } from '#sources/source.ts';
import { fillDatabases, SERVER_STAGING, type StagedServer, save, stagedServer } from './staged-server.ts';

/** To getaddrinfo an address of this machine, to the source a name that it does not know. */
const FAR = '0x7f000001';
const nothing = new AbortController().signal;

let staged: StagedServer;
beforeAll(async () => {
  staged = await stagedServer({
    logins: [
      { name: 'opera]tor', password: 'p' },
      { name: 'owner', password: 'p' },
    ],
  });
  await fillDatabases(staged.server, ['shop']);
  // Who may BACKUP all the same: the rights of a database's owner are not enough.
  await staged.server.sql('ALTER AUTHORIZATION ON DATABASE::[shop] TO [owner]');
});
afterAll(() => staged[Symbol.asyncDispose]());

function as(user: string, password = 'p') {
  return { server: { ...staged.signIn, user, password: async () => password } };
}

function problems(findings: readonly Finding[]): string[] {
  return findings.filter(({ level }) => level === 'problem').map(({ message }) => message);
}

describe('could a backup run?', () => {
  test('[LB-11] [BS-19] a sysadmin with everything in order: version, edition, size, no finding', async () => {
    const before = staged.server.snapshot();
    const report = await staged.source().check(nothing);
    expect(report).toMatchObject({
      source: 'mssql/main',
      serverVersion: '16.0.1000.6 Developer Edition (64-bit)',
    });
    expect(report.findings).toEqual([]);
    expect(report.bytes).toBeGreaterThan(1_000_000);
    expect(staged.server.snapshot()).toEqual(before);
    expect(await staged.staged()).toEqual([]);
  });

  test.each(['opera]tor', 'owner'])(
    '[BS-19] [BS-20] %s without sysadmin: the role and the statement that gives it, at check and at backup',
    async (user) => {
      const log = staged.server.state.log.length;
      const report = await staged.source(as(user)).check(nothing);
      const finding = {
        message: `login "${user}" on 127.0.0.1:${staged.server.port} does not have the server role sysadmin, which backup and restore need`,
        hint: `run as a sysadmin of that server: ALTER SERVER ROLE [sysadmin] ADD MEMBER [${user.replaceAll(']', ']]')}];`,
      };
      expect(report.findings).toEqual([{ level: 'problem', ...finding }]);
      await expect(save(staged.source(as(user)))).rejects.toMatchObject({
        code: 'database-right-missing',
        ...finding,
      });
      expect(ERRORS['database-right-missing'].exit).toBe(32);
      const statements = staged.server.state.log.slice(log).map(({ sql }) => sql);
      expect(statements.filter((sql) => /^(BACKUP|RESTORE)/.test(sql))).toEqual([]);
      expect(await staged.staged()).toEqual([]);
    },
  );

  test('[BS-20] the statement of the hint is all that was missing', async () => {
    const { findings } = await staged.source(as('opera]tor')).check(nothing);
    const statement = /: (ALTER SERVER ROLE .*);$/.exec(findings[0]?.hint ?? '')?.[1] as string;
    await staged.server.sql(statement);
    expect((await staged.source(as('opera]tor')).check(nothing)).findings).toEqual([]);
    await staged.server.sql('ALTER SERVER ROLE [sysadmin] DROP MEMBER [opera]]tor]');
  });

  test('[LB-11] one report: a problem does not hide the next', async () => {
    await staged.server.sql(['CREATE DATABASE [away]', 'ALTER DATABASE [away] SET OFFLINE']);
    staged.server.state.disk.forbidden.add(SERVER_STAGING);
    const { findings } = await staged.source({ databases: ['gone', 'away', 'shop'] }).check(nothing);
    staged.server.state.disk.forbidden.clear();
    await staged.server.sql('DROP DATABASE [away]');
    expect(problems(findings)).toEqual([
      expect.stringMatching(/^the server does not see in \/srv\/staging a file that lifeboat wrote/),
      expect.stringMatching(/^there is no database gone on /),
      expect.stringMatching(/^database away cannot be saved: its state on .* is OFFLINE$/),
    ]);
  });

  test('an absent database of an optional server is a warning', async () => {
    const { findings } = await staged.source({ databases: ['gone'], importance: 'optional' }).check(nothing);
    expect(findings).toEqual([expect.objectContaining({ level: 'warning' })]);
  });

  test('none of the databases is there: the backup says so and does not begin', async () => {
    await expect(save(staged.source({ databases: ['gone', 'lost'] }))).rejects.toMatchObject({
      code: 'database-missing',
      message: expect.stringMatching(/there is no database gone on .*; there is no database lost on/),
    });
  });

  test('space: too little for what the server reserves is a problem, too little for all of it a warning', async () => {
    const pages = staged.server.database('shop').files[0];
    const size = staged.server.state.disk.size;
    const free = 10 ** 15;
    for (const [bytes, level] of [
      [free, 'problem'],
      [10, undefined],
    ] as const) {
      staged.server.state.disk.size = (path) => (path === pages?.physical ? bytes : size(path));
      const { findings } = await staged.source().check(nothing);
      expect(findings.map((finding) => finding.level)).toEqual(level ? [level] : []);
      if (level)
        expect(findings[0]?.message).toMatch(
          /^the staging folder .* has .* free; all databases, uncompressed, take 1.* PB/,
        );
    }
    staged.server.state.disk.size = size;
  });

  test('an encrypted database: the certificate is named at check and in the notes of each backup', async () => {
    const thumbprint = Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex');
    staged.server.database('shop').certificate = thumbprint;
    staged.server.state.certificates.add(thumbprint.toString('hex'));
    const { findings } = await staged.source().check(nothing);
    expect(findings).toEqual([
      {
        level: 'warning',
        message: expect.stringMatching(
          /^database shop is encrypted \(TDE\): .*thumbprint 0x00112233.* is not in the archive|which is not in the archive/,
        ),
        hint: expect.stringContaining('BACKUP CERTIFICATE'),
      },
    ]);
    await using saved = await save(staged.source());
    expect(saved.records[0]?.notes).toEqual([
      { code: 'info', what: 'shop', detail: expect.stringContaining('encrypted (TDE)') },
    ]);
    expect(saved.records[0]?.details).toMatchObject({ tde: { thumbprint: thumbprint.toString('hex') } });
    staged.server.database('shop').certificate = undefined;
  });

  test('a server that lifeboat cannot save is refused by name', async () => {
    const { version } = staged.server.state;
    Object.assign(staged.server.state, { version: [10, 50, 1600] });
    const old = await staged.source().check(nothing);
    Object.assign(staged.server.state, { version, engineEdition: 5, edition: 'SQL Azure' });
    const azure = await staged.source().check(nothing);
    Object.assign(staged.server.state, { engineEdition: 3, edition: 'Developer Edition (64-bit)' });
    expect(problems(old.findings)).toEqual([expect.stringMatching(/is SQL Server 10\.50\..*before 2012/)]);
    expect(problems(azure.findings)).toEqual([expect.stringMatching(/is SQL Azure.*no BACKUP to a file/)]);
  });

  test('without encryption to another machine: a warning that passwords can be read', async () => {
    const address = { host: '127.0.0.1', port: staged.server.port };
    const far = { ...staged.signIn, address: { ...address, host: FAR } };
    const { findings } = await staged.source({ server: far }).check(nothing);
    expect(findings).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('is not encrypted') }),
    ]);
  });
});

describe('[BS-23] the staging folder', () => {
  test('[BS-23] two views of one folder, the server on Windows with a share', async () => {
    await using made = new AsyncDisposableStack();
    const local = await mkdtemp(join(tmpdir(), 'lb-share (größe) '));
    made.defer(() => rm(local, { recursive: true }));
    const share = "\\\\nas\\lifeboat's staging";
    const windows = made.use(await stagedServer({ host: 'Windows', views: [{ server: share, local }] }));
    await fillDatabases(windows.server, ['shop']);
    const source = windows.source({ staging: { serverPath: share, localPath: local } });
    expect((await source.check(nothing)).findings).toEqual([]);
    await using saved = await save(source);
    expect(saved.records[0]?.state).toBe('complete');
    expect(windows.server.state.log.map(({ sql }) => sql)).toContainEqual(
      expect.stringMatching(/^BACKUP DATABASE \[shop\] TO DISK = N'\\\\nas\\lifeboat''s staging\\lifeboat-/),
    );
  });

  test('[BS-23] two folders instead of one: found out before any BACKUP of a database', async () => {
    const other = await mkdtemp(join(tmpdir(), 'lb-other-'));
    const source = staged.source({ staging: { serverPath: SERVER_STAGING, localPath: other } });
    const refused = {
      code: 'staging-unusable',
      message: `the server does not see in ${SERVER_STAGING} a file that lifeboat wrote into ${other}: they are not the same folder, or its service account may not look into it`,
      hint: expect.stringMatching(/staging_server_path .* staging_local_path/),
    };
    expect(problems((await source.check(nothing)).findings)).toEqual([refused.message]);
    const log = staged.server.state.log.length;
    await expect(save(source)).rejects.toMatchObject(refused);
    expect(staged.server.state.log.slice(log).filter(({ sql }) => /^BACKUP/.test(sql))).toEqual([]);
    expect(ERRORS['staging-unusable'].exit).toBe(39);
    await rm(other, { recursive: true });
  });

  test('[BS-23] the server sees our files, but its own appear elsewhere', async () => {
    const fault = staged.server.callNext(
      /^BACKUP DATABASE \[model\]/,
      async () => {
        for (const name of await staged.staged()) await rm(join(staged.staging, name));
      },
      { at: 'after' },
    );
    await expect(save(staged.source())).rejects.toMatchObject({
      code: 'staging-unusable',
      message: expect.stringMatching(/^what the server writes into \/srv\/staging does not appear in /),
    });
    expect(fault.fired).toBe(1);
  });

  test('[BS-23] the server may not write into it (3201): its own words and what to do', async () => {
    const fault = staged.server.failNext(/^BACKUP DATABASE \[model\]/, [3201, 3013]);
    await expect(save(staged.source())).rejects.toMatchObject({
      code: 'staging-unusable',
      message: expect.stringMatching(/Cannot open backup device .*Access is denied.*\(error 3201\)$/),
      hint: expect.stringContaining('service'),
    });
    expect(fault.fired).toBe(1);
    expect(await staged.staged()).toEqual([]);
  });

  test('[BS-23] our view of it is not there, or is a file', async () => {
    for (const localPath of [join(staged.staging, 'nowhere'), '/etc/hostname']) {
      await expect(
        save(staged.source({ staging: { serverPath: SERVER_STAGING, localPath } })),
      ).rejects.toMatchObject({
        code: 'staging-unusable',
        message: `the staging folder ${localPath} is not there`,
        hint: expect.stringContaining('staging_local_path'),
      });
    }
  });

  test.skipIf(process.getuid?.() !== 0)(
    '[BS-23] files of the server that our account may not read, or not remove: which, and what to do',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'lb-rights-'));
      const place = join(folder, 'staging');
      await mkdir(place);
      await chmod(folder, 0o755);
      await chown(place, 65_534, 65_534);
      const staging = { serverPath: '/srv/rights', localPath: place };
      await using other = await stagedServer({ views: [{ server: '/srv/rights', local: place }] });
      const unreadable = await checkAsNobody(other, staging);
      expect(problems(unreadable.findings)).toEqual([
        expect.stringMatching(/^what the server writes into .* cannot be read here: EACCES$/),
      ]);
      expect(unreadable.findings[0]?.hint).toContain('mssql on Linux');
      other.server.state.disk.fileMode = 0o644;
      expect(problems((await checkAsNobody(other, staging)).findings)).toEqual([]);
      await chown(place, 0, 0);
      await chmod(place, 0o755);
      const readOnly = await checkAsNobody(other, staging);
      expect(problems(readOnly.findings)).toEqual([
        expect.stringMatching(/^lifeboat cannot write into the staging folder .*: EACCES$/),
      ]);
      await chmod(place, 0o1777);
      const sticky = await checkAsNobody(other, staging);
      expect(problems(sticky.findings)).toEqual([
        expect.stringMatching(/cannot be removed here: E(PERM|ACCES)$/),
      ]);
      await rm(folder, { recursive: true });
    },
  );
});

describe('[BS-23] a server on this machine, without staging paths', () => {
  test('[BS-23] its own backup folder serves, if it is here and we may use it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lb-backup-'));
    const { backupPath } = staged.server.state;
    Object.assign(staged.server.state, { backupPath: `${folder}/` });
    await using saved = await save(staged.source({ staging: undefined }));
    Object.assign(staged.server.state, { backupPath });
    expect(saved.records[0]?.state).toBe('complete');
    expect(saved.journal).toEqual([`staging folder ${folder}/: each saw what the other wrote`]);
    await rm(folder, { recursive: true });
  });

  test('[BS-23] a folder that is not on this machine (a container): says so, and what to set', async () => {
    const { findings } = await staged.source({ staging: undefined }).check(nothing);
    expect(findings).toEqual([
      {
        level: 'problem',
        message: expect.stringMatching(
          /^the server's own backup folder \/var\/opt\/mssql\/backup\/? is not there \(does the server run in a container, or on another machine\?\)$/,
        ),
        hint: expect.stringMatching(/set in \[mssql main\] staging_server_path .* and staging_local_path/),
      },
    ]);
  });

  test('[BS-23] on another machine without staging paths: why it cannot, and what to set', async () => {
    const far = { ...staged.signIn, address: { host: FAR, port: staged.server.port } };
    await expect(save(staged.source({ server: far, staging: undefined }))).rejects.toMatchObject({
      code: 'staging-unusable',
      message: expect.stringMatching(
        /^the SQL Server of \[mssql main\] runs on another machine \(0x7f000001\)/,
      ),
      hint: expect.stringMatching(/staging_server_path .* staging_local_path/),
    });
  });

  test('[BS-23] a release that does not tell the folder is asked for what it has in its registry', async () => {
    await using old = await stagedServer({ release: 2017 });
    await fillDatabases(old.server, ['shop']);
    const folder = await mkdtemp(join(tmpdir(), 'lb-backup-'));
    Object.assign(old.server.state, { backupPath: folder });
    expect((await old.source({ staging: undefined }).check(nothing)).findings).toEqual([]);
    expect(old.server.state.log.some(({ sql }) => /xp_instance_regread/i.test(sql))).toBe(true);
    await rm(folder, { recursive: true });
  });
});

/** The same check by another account: this one may read everything. */
async function checkAsNobody(
  { server }: StagedServer,
  staging: { serverPath: string; localPath: string },
): Promise<{ findings: Finding[] }> {
  const script = join(import.meta.dirname, 'check-as-nobody.ts');
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(
    JSON.stringify({ port: server.port, user: server.user, password: server.password, staging }),
  );
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  return JSON.parse(output);
}
