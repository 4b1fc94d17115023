import { refusal } from '../sql/sql-failure.ts';
import { type BackupSet, listSets, MediaFault, type SetHeader } from './backup-set.ts';
import { type OpenFile, OpenRefused } from './disk.ts';
import type { ServerState } from './model.ts';

/** Opens a backup file. Throws 3201 if the service account cannot, 3241 if it is no backup. */
export function readDevice(state: ServerState, path: string): { file: OpenFile; sets: BackupSet[] } {
  let file: OpenFile;
  try {
    file = state.disk.open(path, 'read');
  } catch (error) {
    if (error instanceof OpenRefused) throw refusal(3201, path, error.reason);
    throw error;
  }
  try {
    return { file, sets: listSets(file) };
  } catch (error) {
    file[Symbol.dispose]();
    if (error instanceof MediaFault) throw refusal(3241, path);
    throw error;
  }
}

export type FinishedSet = BackupSet & { header: SetHeader };

/** The set at a position. Throws 3287 if there is none, 3203 if its BACKUP did not end, or its file is cut. */
export function requireSet(sets: readonly BackupSet[], position: number, path: string): FinishedSet {
  const set = sets[position - 1];
  if (!set) throw refusal(3287, position, path);
  if (!set.header) throw refusal(3203, path, new MediaFault('cut').reason);
  return { ...set, header: set.header };
}

/** The encrypted database's certificate must be on this server too. */
export function requireCertificate(state: ServerState, { header }: FinishedSet): void {
  if (header.certificate === null) return;
  if (!state.certificates.has(header.certificate)) {
    throw refusal(33111, `0x${header.certificate.toUpperCase()}`);
  }
}
