import { createHash } from 'node:crypto';
import { showPath } from '#sources/files/byte-path.ts';
import { entryContents } from '#sources/files/entries/entry-contents.ts';
import { filesRecord } from '#sources/files/entries/files-record.ts';
import { readEntries } from '#sources/files/entries/read-entries.ts';
import { openBackup } from '#sources/mssql/open-backup.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentKind, ComponentRecord } from '#sources/source.ts';
import { sqliteDetails } from '#sources/sqlite/sqlite-details.ts';
import { unzstd } from '#sources/unzstd.ts';
import { readTables } from './read-tables.ts';

type CheckContents = (
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
) => Promise<string | undefined>;

const CHECKS: Partial<Record<ComponentKind, CheckContents>> = {
  'mariadb-database': checkTables,
  'mssql-database': checkBackup,
  'sqlite-database': checkDatabaseFile,
  folder: checkFiles,
  file: checkFiles,
};

/**
 * Unpacks everything in a component and compares it with the hashes that were taken while it was read from
 * its source: so nothing on the way into the archive, compression included, went wrong. Undefined if all is
 * equal, else what is not. Throws `archive-damaged` for what cannot be unpacked.
 */
export async function checkContents(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  return await CHECKS[component.kind]?.(component, archive, signal);
}

async function checkTables(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const table of await readTables(component, archive, signal)) {
    const frames = joined(table.members, archive, signal);
    // No frames at all are no zstd, but the text of a table without rows.
    const text = table.members.length > 0 ? unzstd(frames, table.bytes, `table ${table.name}`) : frames;
    const found = await digest(text);
    if (found.bytes !== table.bytes || found.sha256 !== table.sha256) {
      return `the rows of table ${table.name} are not those that were read`;
    }
  }
  return undefined;
}

async function checkBackup(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await digest(openBackup(component, archive, signal));
  const isSame = found.bytes === component.bytes && found.sha256 === component.sha256;
  return isSame ? undefined : 'its backup file is not the one that was saved';
}

async function checkDatabaseFile(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const parts = joined(
    component.members.map(({ path }) => path),
    archive,
    signal,
  );
  const { form } = sqliteDetails(component);
  const found = await digest(form === 'zstd' ? unzstd(parts, component.bytes, component.id) : parts);
  const isSame = found.bytes === component.bytes && found.sha256 === component.sha256;
  return isSame ? undefined : 'its database file is not the one that was saved';
}

async function checkFiles(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const record = filesRecord(component);
  await using contents = entryContents(archive, record, signal);
  for await (const entry of readEntries(archive, record.prefix, signal)) {
    if (entry.type !== 'file') continue;
    const { sha256 } = await digest(contents.open(entry));
    if (sha256 !== entry.sha256) return `the file ${showPath(entry.path)} is not the one that was saved`;
  }
  return undefined;
}

async function* joined(
  paths: readonly string[],
  archive: MemberReader,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* archive.open(path, signal);
}

async function digest(content: AsyncIterable<Uint8Array>): Promise<{ bytes: number; sha256: string }> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    sha256.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: sha256.digest('hex') };
}
