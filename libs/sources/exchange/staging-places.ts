import { dirname, join } from 'node:path';
import { memberSegment } from '../member-segment.ts';

/** Names that begin like this are ours wherever they lie: staged and kept states. Never part of a set. */
export const RESERVED_PREFIX = '.lifeboat-';

/** Where a restore puts things beside a live folder or file, so that each can be renamed into its place. */
export interface StagingPlaces {
  live: string;
  /** What is being restored, until it is switched over. */
  staged: string;
  /** The state before the restore. */
  old: string;
}

/** `ending` tells apart components of one name whose places share a folder: `.file`, `.sqlite`; none for a folder. */
export function stagingPlaces(live: string, run: string, name: string, ending: string): StagingPlaces {
  const own = `${memberSegment(run)}-${memberSegment(name)}${ending}`;
  const beside = (prefix: string) => join(dirname(live), `${RESERVED_PREFIX}${prefix}${own}`);
  return {
    live,
    staged: beside(''),
    old: beside('old-'),
  };
}
