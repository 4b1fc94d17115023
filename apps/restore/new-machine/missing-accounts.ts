import type { ArchiveReader } from '#archive/archive.ts';
import { counted } from '#platform/counted.ts';
import { windowsAccounts } from '#platform/windows/windows-accounts.ts';
import { filesRecord } from '#sources/files/entries/files-record.ts';
import { readEntries } from '#sources/files/entries/read-entries.ts';
import type { ComponentRecord, Finding } from '#sources/source.ts';
import { sqliteDetails } from '#sources/sqlite/sqlite-details.ts';

/**
 * Windows accounts that the access rights of chosen files name and this machine does not know. Their rights are restored
 * as they are: nobody else has that SID. Nothing but on Windows.
 */
export async function missingAccounts(
  chosen: readonly ComponentRecord[],
  archive: ArchiveReader,
  signal: AbortSignal,
): Promise<Finding[]> {
  const accounts = await windowsAccounts();
  if (accounts === undefined) return [];
  const named = await countNamed(chosen, archive, signal);
  return [...named].flatMap(([sid, things]) =>
    accounts.nameOf(sid) === undefined ? missing(sid, things) : [],
  );
}

/** Whom access rights name by SID, owners and groups included, and on how many things. */
async function countNamed(
  chosen: readonly ComponentRecord[],
  archive: ArchiveReader,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const named = new Map<string, number>();
  const count = (sddl: string | undefined): void => {
    for (const sid of new Set(sddl?.match(/S-1-[\d-]*\d/g))) named.set(sid, (named.get(sid) ?? 0) + 1);
  };
  for (const component of chosen) {
    if (component.members.length === 0) continue;
    if (component.kind === 'sqlite-database') count(sqliteDetails(component).sddl);
    if (component.kind !== 'folder' && component.kind !== 'file') continue;
    for await (const entry of readEntries(archive, filesRecord(component).prefix, signal)) {
      if ('sddl' in entry) count(entry.sddl);
    }
  }
  return named;
}

function missing(sid: string, things: number): Finding {
  return {
    level: 'warning',
    message: `account ${sid} is not on this machine: the access rights of ${counted(things, 'thing')} name it, and are restored as they are`,
    hint: 'if another account is to take its place here, give it its rights with icacls after the restore',
  };
}
