import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { findStaging } from '#sources/mssql/staging.ts';

const at = (host: string, staging?: { serverPath: string; localPath: string }) => ({
  name: 'main',
  server: { address: { host, port: 1433 } },
  staging,
});

describe('the staging folder', () => {
  test.each([
    ['/var/staging', '/var/staging/a.bak'],
    ['/var/staging/', '/var/staging/a.bak'],
    ['D:\\Staging (new)', 'D:\\Staging (new)\\a.bak'],
    ['D:\\', 'D:\\a.bak'],
    ['\\\\nas\\lifeboat staging', '\\\\nas\\lifeboat staging\\a.bak'],
  ])('[BS-23] %s as the server sees it: %s', (serverPath, expected) => {
    const staging = findStaging({ backupFolder: undefined }, at('far', { serverPath, localPath: '/mnt/s' }));
    expect(staging.onServer('a.bak')).toBe(expected);
    expect(staging.here('a.bak')).toBe('/mnt/s/a.bak');
  });

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', hostname()])(
    "[BS-23] on this machine (%s) the server's own backup folder serves",
    (host) => {
      const staging = findStaging({ backupFolder: '/var/opt/mssql/data' }, at(host));
      expect(staging).toMatchObject({
        serverFolder: '/var/opt/mssql/data',
        localFolder: '/var/opt/mssql/data',
      });
    },
  );

  test('[BS-23] on another machine: says why it cannot, and what to set', () => {
    expect(() => findStaging({ backupFolder: '/x' }, at('sql.example.org'))).toThrow(
      expect.objectContaining({
        code: 'staging-unusable',
        message: expect.stringMatching(/\[mssql main\] runs on another machine \(sql\.example\.org\)/),
        hint: expect.stringMatching(/staging_server_path .* and staging_local_path/),
      }),
    );
  });

  test('[BS-23] a server that does not tell its folder', () => {
    expect(() => findStaging({ backupFolder: undefined }, at('localhost'))).toThrow(
      expect.objectContaining({
        code: 'staging-unusable',
        hint: expect.stringContaining('staging_server_path'),
      }),
    );
  });
});
