import { LifeboatError } from '#platform/errors.ts';

/** SQLite's result codes that are told apart; the lower byte of what node:sqlite reports. */
const BUSY = [5, 6, 15];
const RIGHTS = [3, 8, 14, 23];

export function isBusy(error: unknown): boolean {
  return BUSY.includes(resultCode(error) ?? -1);
}

/** Read-only, cannot open, permission: another way to open it may succeed. */
export function isRefused(error: unknown): boolean {
  return RIGHTS.includes(resultCode(error) ?? -1);
}

/** An error of node:sqlite in our words; any other as it is. */
export function sqliteError(error: unknown, path: string): unknown {
  const code = resultCode(error);
  if (code === undefined || !(error instanceof Error)) return error;
  if (isBusy(error)) {
    return new LifeboatError('database-busy', `the SQLite database ${path} is locked by another program`, {
      hint: 'it holds a write or exclusive lock for long; try again when that program is done',
      cause: error,
    });
  }
  if (isRefused(error)) {
    return new LifeboatError(
      'database-right-missing',
      `cannot open the SQLite database ${path}: ${error.message}`,
      {
        hint: 'a database in WAL mode that no program has open cannot be opened with read rights alone: give the user that runs lifeboat write rights on the file and its folder',
        cause: error,
      },
    );
  }
  if (code === 13) {
    return new LifeboatError('space-low', `no space left while the SQLite database ${path} was copied`, {
      hint: 'make room in the state folder; the half-made copy was removed',
      cause: error,
    });
  }
  if (code === 26) {
    return new LifeboatError('database-unsupported', `${path} is not an SQLite database, or is encrypted`, {
      hint: 'correct the path in sysbackup.conf; save a file that is no database in a section [file …]',
      cause: error,
    });
  }
  return new LifeboatError('database-failed', `the SQLite database ${path}: ${error.message}`, {
    cause: error,
  });
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}
