import type { Destination } from '#destinations/destination.ts';

/** TN-12: a place on another medium, where the newest good archives of a system are kept besides. */
export interface SecondPlace {
  destination: Destination;
  /** How many good archives are kept there: a count of its own, 1 to 100. */
  keep: number;
}
