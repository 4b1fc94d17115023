import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { memberSegment } from '../../member-segment.ts';

/** What a restore needs of a folder's or file's record in the manifest. */
export interface FilesRecord {
  /** What the paths of its members begin with. */
  prefix: string;
  members: ReadonlySet<string>;
  /** Uncompressed bytes of each tar pack, by its path below the prefix. */
  packs: ReadonlyMap<string, number>;
  /** Where it lay on the machine that was backed up; absolute. A place that an archive names is not to be trusted. */
  from: string;
}

const details = z.object({
  from: z.string().min(1),
  packs: z.array(z.object({ member: z.string(), bytes: z.number().int().nonnegative() })),
});

/** Throws `archive-incomplete` if nothing of the component is in the archive, `archive-damaged` for a record that is none. */
export function filesRecord(component: ComponentRecord): FilesRecord {
  if (component.members.length === 0) {
    throw new LifeboatError('archive-incomplete', `the archive holds nothing of ${component.id}`, {
      hint: 'it was missing or unreadable at the backup; choose an older archive for it',
    });
  }
  const parsed = details.safeParse(component.details);
  if (!parsed.success) {
    throw new LifeboatError('archive-damaged', `the manifest's details of ${component.id} break the format`);
  }
  return {
    prefix: `${component.kind}/${memberSegment(component.name)}`,
    from: parsed.data.from,
    members: new Set(component.members.map(({ path }) => path)),
    packs: new Map(parsed.data.packs.map(({ member, bytes }) => [member, bytes])),
  };
}
