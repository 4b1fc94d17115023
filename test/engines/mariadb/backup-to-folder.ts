import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import type { MariadbServer } from '#sources/mariadb/connect.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { folderSink } from './folder-sink.ts';
import type { TestMariadb } from './start-mariadb.ts';

/** A real backup of a server's databases and accounts, as unpacked members; removed at the end. */
export interface FolderBackup extends AsyncDisposable {
  readonly folder: string;
  readonly records: ComponentRecord[];
  readonly archive: MemberReader;
}

export async function backupToFolder(server: TestMariadb, databases: string[]): Promise<FolderBackup> {
  const folder = await temporaryFolder();
  const signal = new AbortController().signal;
  const source = mariadbSource({
    name: 'main',
    server: serverOf(server),
    databases,
    importance: 'normal',
    exact: 'snapshot',
    clock: systemClock(),
  });
  const records: ComponentRecord[] = [];
  await using view = await source.freeze(signal);
  for (const component of view.components) {
    const options = { signal, compression: 'Fast' as const, onBytes: () => undefined };
    records.push(await component.writeTo(folderSink(folder.path), options));
  }
  return {
    folder: folder.path,
    records,
    archive: folderReader(folder.path),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

export function folderReader(folder: string): MemberReader {
  return {
    async *open(path, signal) {
      for await (const chunk of createReadStream(join(folder, path), { highWaterMark: 1 << 18 })) {
        signal.throwIfAborted();
        yield chunk;
      }
    },
  };
}

export function serverOf(server: TestMariadb): MariadbServer {
  return {
    address: { host: '127.0.0.1', port: server.port },
    user: server.user,
    password: async () => server.password,
  };
}

/** The same backup with one member's text changed: what a hostile or a future program would have written. */
export function withMember(
  backup: FolderBackup,
  path: string,
  change: (text: string) => string | Uint8Array,
): Pick<FolderBackup, 'records' | 'archive'> {
  return {
    records: backup.records,
    archive: {
      async *open(member, signal) {
        if (member !== path) yield* backup.archive.open(member, signal);
        else yield Buffer.from(change(await readFile(join(backup.folder, path), 'utf8')));
      },
    },
  };
}
