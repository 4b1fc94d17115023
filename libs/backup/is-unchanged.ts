import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '#archive/manifest.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { FrozenSet } from './freeze-sources.ts';
import type { LastGood } from './last-good-archive.ts';

/**
 * FD-21, without reading: true if every component has the fingerprint that the archive's had, or one that was
 * found to go with it, so that the system holds what the archive does. False proves nothing.
 */
export function isProvenUnchanged(
  frozen: Pick<FrozenSet, 'views'>,
  version: string,
  { manifest: last, found }: LastGood,
): boolean {
  const components = frozen.views.flatMap(({ view }) => view.components);
  return (
    version === last.system.version &&
    components.length === last.components.length &&
    components.every(({ id, importance, fingerprint }, at) => {
      const before = last.components[at];
      return (
        fingerprint !== undefined &&
        before?.id === id &&
        before.importance === importance &&
        [before.fingerprint, found[id]].includes(fingerprint)
      );
    })
  );
}

/**
 * FD-21, by content: true if a set that was written holds what the archive does: the same components, each with
 * the same hash of every member, or of what counts in them. The moment of the backup and where it was made do not.
 */
export function holdsTheSame(made: Manifest, last: Manifest): boolean {
  return (
    made.system.version === last.system.version &&
    isDeepStrictEqual(asArchived(made).map(contentOf), last.components.map(contentOf))
  );
}

/** As they are read back: without keys that are undefined. */
function asArchived({ components }: Manifest): ComponentRecord[] {
  return JSON.parse(JSON.stringify(components));
}

/** Members in the order of their paths: they are written side by side, so any may be the first. */
function contentOf({ fingerprint: _, members, details, ...record }: ComponentRecord): unknown {
  if (record.contentHash !== undefined) return record;
  return { ...record, details, members: members.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}
