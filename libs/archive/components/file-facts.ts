import { createHash } from 'node:crypto';
import { LifeboatError } from '#platform/errors.ts';
import { showPath } from '#sources/files/byte-path.ts';
import type { ContentEntry } from '#sources/files/entries/file-entry.ts';
import { readEntries } from '#sources/files/entries/read-entries.ts';
import { memberSegment } from '#sources/member-segment.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord, MemberRecord } from '#sources/source.ts';
import type { Facts } from './facts.ts';

/** Of a folder or file component, from files.ndjson. A file that is a member as it is must be that member. */
export async function fileFacts(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<Facts> {
  const prefix = `${component.kind}/${memberSegment(component.name)}`;
  const records = new Map(component.members.map((record) => [record.path, record]));
  const sha256 = createHash('sha256');
  const members = new Set<string>();
  let items = 0;
  let bytes = 0;
  for await (const entry of readEntries(archive, prefix, signal)) {
    if (entry.type !== 'file') continue;
    const path = `${prefix}/${entry.member}`;
    if (entry.form === 'plain') refuseOther(entry, records.get(path));
    members.add(path);
    items += 1;
    bytes += entry.size;
    sha256.update(`${entry.sha256}  ${showPath(entry.path)}\n`);
  }
  return { items, bytes, sha256: sha256.digest('hex'), members };
}

function refuseOther(entry: ContentEntry, record: MemberRecord | undefined): void {
  if (record === undefined || (record.bytes === entry.size && record.sha256 === entry.sha256)) return;
  throw new LifeboatError(
    'archive-damaged',
    `"${showPath(entry.path)}" is said to be "${record.path}", which has another content`,
  );
}
