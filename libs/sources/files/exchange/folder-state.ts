import * as z from 'zod';
import { placeState, wayBack } from '../../exchange/place-state.ts';

const attributes = z.strictObject({
  mode: z.number().int().nonnegative(),
  uid: z.number().int(),
  gid: z.number().int(),
  /** Nanoseconds since 1970, as text: JSON has no such numbers. */
  mtimeNs: z.string().regex(/^-?\d+$/),
  /** Windows: owner, group and access rights. */
  sddl: z.string().exactOptional(),
});

export type FolderAttributes = z.infer<typeof attributes>;

/** What is on record of a folder's switch-over. */
export const folderState = placeState.extend({
  /** `contents`: the folder cannot be renamed, so what is in it is moved, entry by entry. */
  way: z.enum(['rename', 'contents']),
  /** Paths below the folder that belong to the backup itself and stay live. */
  inside: z.array(z.string()),
  /** Where the folder itself stays and only its contents move: what it is to be like with each of them. */
  attributes: z.strictObject({ incoming: attributes, outgoing: attributes }).exactOptional(),
});

export type FolderState = z.infer<typeof folderState>;

/** The same switch-over the other way round. */
export function folderWayBack(state: FolderState): FolderState {
  const { attributes: both } = state;
  return {
    ...wayBack(state),
    ...(both && { attributes: { incoming: both.outgoing, outgoing: both.incoming } }),
  };
}
