import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import type { MssqlServer } from './connection.ts';
import { isThisMachine } from './is-this-machine.ts';
import type { ServerFacts } from './read-server.ts';

/** One folder by its two paths: SQL Server opens backup files itself, so both must be able to reach it (BS-23). */
export interface Staging {
  serverFolder: string;
  localFolder: string;
  /** A file in it, as each of the two sees it. */
  onServer(name: string): string;
  here(name: string): string;
}

export interface StagingOptions {
  /** The conf's section, for messages. */
  name: string;
  server: Pick<MssqlServer, 'address'>;
  /** From the conf; undefined: the server's own backup folder, if it is on this machine. */
  staging: { serverPath: string; localPath: string } | undefined;
}

/**
 * The folder that backup files go through. Throws `staging-unusable` where there can be none, with what to set.
 * Whether it works `proveStaging` finds out.
 */
export function findStaging(
  { backupFolder }: Pick<ServerFacts, 'backupFolder'>,
  { name, server, staging }: StagingOptions,
): Staging {
  if (staging !== undefined) return stagingAt(staging.serverPath, staging.localPath);
  const { host } = server.address;
  if (!isThisMachine(host)) {
    throw new LifeboatError(
      'staging-unusable',
      `the SQL Server of [mssql ${name}] runs on another machine (${host}), which writes backup files where lifeboat cannot reach them`,
      { hint: whatToSet(name) },
    );
  }
  if (backupFolder === undefined) {
    throw new LifeboatError(
      'staging-unusable',
      `the SQL Server of [mssql ${name}] does not tell where its backup folder is`,
      { hint: whatToSet(name) },
    );
  }
  return stagingAt(backupFolder, backupFolder);
}

export function whatToSet(section: string): string {
  return `share a folder that the service account of SQL Server and the account of lifeboat may both read and write, and set in [mssql ${section}] staging_server_path (as the server sees it) and staging_local_path (as this machine sees it)`;
}

function stagingAt(serverFolder: string, localFolder: string): Staging {
  const separator = /^([A-Za-z]:|\\\\)/.test(serverFolder) ? '\\' : '/';
  const base = serverFolder.endsWith(separator) ? serverFolder.slice(0, -1) : serverFolder;
  return {
    serverFolder,
    localFolder,
    onServer: (name) => `${base}${separator}${name}`,
    here: (name) => join(localFolder, name),
  };
}
