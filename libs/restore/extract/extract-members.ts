import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import type { CheckedItem, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';

/** The members as they are. The reader has refused every path that could lead out of the folder. */
export async function extractMembers(
  component: ComponentRecord,
  archive: ArchiveReader,
  into: string,
  { signal, onBytes }: StageOptions,
): Promise<CheckedItem> {
  for (const member of component.members) {
    const path = join(into, ...member.path.split('/'));
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const chunk of archive.open(member.path, signal)) await file.write(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    onBytes(Math.round(component.bytes / component.members.length), member.path);
  }
  return { component: component.id, result: `${component.members.length} members, hashes equal; in ${into}` };
}
