import { dirname, join } from 'node:path';
import { memberSegment } from './member-segment.ts';

/** Names that begin like this are ours wherever they lie: staged and kept states. Never part of a set. */
export const RESERVED_PREFIX = '.lifeboat-';

/** Where a restore puts things beside a live folder or file, so that each can be renamed into its place. */
export interface StagingPlaces {
  live: string;
  /** What is being restored, until it is switched over. */
  staged: string;
  /** The state before the restore. */
  old: string;
  /** An empty file that stands for `old` where there was nothing before the restore. */
  absent: string;
  /** Where undo puts the restored state before it is removed. */
  undone: string;
}

/** True for names of things that one restore staged or kept: stagingPlaces of that run gives them. */
export function isOfRun(name: string, run: string): boolean {
  const own = memberSegment(run);
  return ['', 'old-'].some((kept) => name.startsWith(`${RESERVED_PREFIX}${kept}${own}-`));
}

/** `ending` tells apart components of one name whose places share a folder: `.file`, `.sqlite`; none for a folder. */
export function stagingPlaces(live: string, run: string, name: string, ending: string): StagingPlaces {
  const own = `${memberSegment(run)}-${memberSegment(name)}${ending}`;
  const beside = (prefix: string) => join(dirname(live), `${RESERVED_PREFIX}${prefix}${own}`);
  return {
    live,
    staged: beside(''),
    old: beside('old-'),
    absent: `${beside('old-')}.absent`,
    undone: beside('undone-'),
  };
}
