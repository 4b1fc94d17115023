import { serverMessage } from '../sql/server-message.ts';
import { SqlFailure } from '../sql/sql-failure.ts';
import { DiskFull, OpenRefused } from './disk.ts';
import type { Database, ServerState } from './model.ts';
import { writePages } from './pages.ts';
import { spaceAt, volumeOf } from './table-functions.ts';

const SMALLEST = 65_536;

/** Makes the files of a new database, `bytes` of data in its first. Throws 5133 or 5123 if one cannot be made. */
export function writeDatabaseFiles(state: ServerState, database: Database, bytes: number): void {
  for (const file of database.files) {
    try {
      using opened = state.disk.open(file.physical, 'create');
      if (file.kind === 'D') writePages(opened, file.id === 1 ? bytes : 0);
      else opened.write(Buffer.alloc(SMALLEST));
    } catch (error) {
      if (error instanceof OpenRefused) {
        throw new SqlFailure([serverMessage(5123, error.reason, file.physical)]);
      }
      if (error instanceof DiskFull) throw new SqlFailure([tooLittleSpace(state, file.physical, bytes)]);
      throw error;
    }
  }
}

export function removeDatabaseFiles(state: ServerState, database: Database): void {
  for (const file of database.files) state.disk.remove(file.physical);
}

export function tooLittleSpace(state: ServerState, path: string, bytes: number) {
  const free = spaceAt(state, path)?.free ?? 0n;
  return serverMessage(3257, volumeOf(state, path), bytes, free.toString());
}
