import type { NeededSpace } from '#sources/restore-target.ts';

/** One file system: the sum of what is needed there, and what of it is not for the staged copy itself. */
export interface SummedSpace extends NeededSpace {
  besides?: { what: string; needed: number }[];
}

/**
 * Places that share their free space become one entry that needs the sum: each of sixty folders may fit where
 * all sixty together do not. Places whose file system is not known stay as they are.
 */
export function sumSpace(spaces: readonly NeededSpace[]): SummedSpace[] {
  const groups = Map.groupBy(spaces, (space) => space.fileSystem ?? Symbol('not known'));
  return [...groups.values()].map(sumOf);
}

function sumOf(spaces: readonly NeededSpace[]): SummedSpace {
  const [first, ...more] = spaces as [NeededSpace, ...NeededSpace[]];
  if (more.length === 0) return first;
  const places = [...new Set(spaces.map(({ place }) => place))];
  const free = spaces.flatMap((space) => space.free ?? []);
  const frees = spaces.reduce((sum, space) => sum + (space.frees ?? 0), 0);
  const besides = spaces.flatMap(({ what, needed }) => (what === undefined ? [] : [{ what, needed }]));
  const { what: _, frees: __, ...shared } = first;
  return {
    ...shared,
    place: places.length === 1 ? first.place : `the disk of ${first.place} (and of ${others(places)})`,
    needed: spaces.reduce((sum, { needed }) => sum + needed, 0),
    // Measured one after the other while others write: the least is what can be counted on.
    free: free.length === 0 ? undefined : Math.min(...free),
    ...(frees === 0 ? {} : { frees }),
    ...(besides.length === 0 ? {} : { besides }),
  };
}

function others(places: readonly string[]): string {
  return places.length === 2 ? `${places[1]}` : `${places.length - 1} other places`;
}
