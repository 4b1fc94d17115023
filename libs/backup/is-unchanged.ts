import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '#archive/manifest.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { FrozenSet } from './freeze-sources.ts';

/**
 * FD-21, without reading: true if every component has the fingerprint that the archive's has, so that the
 * system holds what the archive does. False proves nothing.
 */
export function isProvenUnchanged(
  frozen: Pick<FrozenSet, 'views'>,
  version: string,
  last: Manifest,
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
        before.fingerprint === fingerprint
      );
    })
  );
}

/**
 * FD-21, by content: true if a set that was written holds what the archive does: the same components, each with the same
 * hash of every member. What only the moment of the backup decides (times, lock positions) does not count.
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
function contentOf({ fingerprint: _, members, ...record }: ComponentRecord): unknown {
  return { ...record, members: members.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}
