import type { TargetReport } from '#sources/source.ts';

type Space = TargetReport['space'][number];

/**
 * Places that share their free space become one entry that needs the sum: each of sixty folders may fit where
 * all sixty together do not. Places whose file system is not known stay as they are.
 */
export function sumSpace(spaces: readonly Space[]): Space[] {
  const groups = Map.groupBy(spaces, (space) => space.fileSystem ?? Symbol('not known'));
  return [...groups.values()].map(sumOf);
}

function sumOf(spaces: readonly Space[]): Space {
  const [first, ...more] = spaces as [Space, ...Space[]];
  if (more.length === 0) return first;
  const places = [...new Set(spaces.map(({ place }) => place))];
  const free = spaces.flatMap((space) => space.free ?? []);
  return {
    ...first,
    place: places.length === 1 ? first.place : `the disk of ${first.place} (and of ${others(places)})`,
    needed: spaces.reduce((sum, { needed }) => sum + needed, 0),
    // Measured one after the other while others write: the least is what can be counted on.
    free: free.length === 0 ? undefined : Math.min(...free),
  };
}

function others(places: readonly string[]): string {
  return places.length === 2 ? `${places[1]}` : `${places.length - 1} other places`;
}
