import { isAbsolute } from 'node:path';
import * as z from 'zod';

const place = z.string().refine(isAbsolute, 'not an absolute path');

/**
 * What is on record of one place that is switched over: the same for the way there and, with `staged` and `old` and
 * the two flags exchanged, for the way back.
 */
export const placeState = z.strictObject({
  component: z.string(),
  live: place,
  /** Where what becomes live lies before, and where what is live then goes at a way back. */
  staged: place,
  old: place,
  /** Whether there is something that becomes live, and whether something was live. */
  incoming: z.boolean(),
  outgoing: z.boolean(),
});

export type PlaceState = z.infer<typeof placeState>;

/** The way back from a switch-over is the switch-over the other way round. */
export function wayBack<T extends PlaceState>(state: T): T {
  return {
    ...state,
    staged: state.old,
    old: state.staged,
    incoming: state.outgoing,
    outgoing: state.incoming,
  };
}
