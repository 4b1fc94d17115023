import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Relation } from '../sql/compile-expression.ts';
import { type ColumnType, nvarchar, TYPE, type Value } from '../tds/column-types.ts';
import type { ServerState } from './model.ts';

/** Functions that stand in FROM, in lower case and without their `sys.`. */
export const tableFunctions: Record<string, (state: ServerState, values: readonly Value[]) => Relation> = {
  dm_os_file_exists: (state, [path = null]) => {
    const there = state.disk.exists(String(path));
    return relation(
      [
        ['file_exists', TYPE.int],
        ['file_is_a_directory', TYPE.int],
        ['parent_directory_exists', TYPE.int],
      ],
      [[there.file ? 1 : 0, there.folder ? 1 : 0, there.parent ? 1 : 0]],
    );
  },
  dm_exec_sql_text: (state, [handle = null]) => {
    const spid = Buffer.isBuffer(handle) ? handle.readUInt32LE(16) : 0;
    const request = state.sessions.get(spid)?.request;
    return relation(
      [
        ['dbid', TYPE.smallint],
        ['objectid', TYPE.int],
        ['number', TYPE.smallint],
        ['encrypted', TYPE.bit],
        ['text', TYPE.text],
      ],
      request ? [[null, null, null, false, request.sql]] : [],
    );
  },
  dm_os_volume_stats: (state, [databaseId = null, fileId = null]) => {
    const file = state.databases.find(({ id }) => id === databaseId)?.files.find(({ id }) => id === fileId);
    const space = file && spaceAt(state, file.physical);
    return relation(
      [
        ['database_id', TYPE.int],
        ['file_id', TYPE.int],
        ['volume_mount_point', nvarchar(256)],
        ['volume_id', nvarchar(256)],
        ['logical_volume_name', nvarchar(256)],
        ['total_bytes', TYPE.bigint],
        ['available_bytes', TYPE.bigint],
      ],
      file && space
        ? [[databaseId, fileId, volumeOf(state, file.physical), '', '', space.total, space.free]]
        : [],
    );
  },
};

function relation(columns: [string, ColumnType][], rows: Value[][]): Relation {
  return { columns: columns.map(([name, type]) => ({ name, type })), rows: () => rows };
}

export function volumeOf(state: ServerState, path: string): string {
  return state.host === 'Windows' ? path.slice(0, 3) : '/';
}

/** Bytes of the volume that a path of the server's is on, and how many of them can still be written. */
export function spaceAt(state: ServerState, path: string): { total: bigint; free: bigint } | undefined {
  let local = state.disk.local(path);
  while (local !== undefined && !existsSync(local) && dirname(local) !== local) local = dirname(local);
  if (local === undefined) return undefined;
  const { blocks, bavail, bsize } = statfsSync(local, { bigint: true });
  const free = state.disk.free === undefined ? bavail * bsize : BigInt(state.disk.free);
  return { total: blocks * bsize, free };
}
