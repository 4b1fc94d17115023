import prettyBytes from 'pretty-bytes';
import { LifeboatError } from '#platform/errors.ts';
import { sumSpace } from '#restore/plan/sum-space.ts';
import type { ScratchReport } from '#sources/scratch/scratch-target.ts';

/** Before anything is made. All of it lies there together until the end, as a real restore would stage it. */
export function requireRoom(reports: readonly ScratchReport[], leaveFree: number): void {
  const short = sumSpace(reports.flatMap(({ space }) => space)).find(
    ({ needed, free }) => free !== undefined && free < needed + leaveFree,
  );
  if (short === undefined) return;
  throw new LifeboatError(
    'space-low',
    `a drill needs ${prettyBytes(short.needed)} at ${short.place} and leaves ${prettyBytes(leaveFree)} free there, but only ${prettyBytes(short.free ?? 0)} are free`,
    { hint: 'make room: a restore would need it too; or set folder or leave_free in [drill]' },
  );
}
