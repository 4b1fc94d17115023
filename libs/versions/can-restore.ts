import { compareVersions } from './compare-versions.ts';
import { isInRange } from './is-in-range.ts';
import type { VersionRange } from './parse-range.ts';
import { parseVersion } from './parse-version.ts';

/** `older`: not equal, but in a range that was declared. `no`: why not, and what the ranges allow. */
export type VersionAnswer = { as: 'equal' } | { as: 'older'; range: string } | { as: 'no'; why: string };

/**
 * LB-05: whether a system of version `installed`, which declares these ranges, can restore an archive of version
 * `archived`. Equal texts always can. A range only ever allows what is older than the installed version.
 */
export function canRestore(
  archived: string,
  installed: string,
  ranges: readonly VersionRange[],
): VersionAnswer {
  if (archived === installed) return { as: 'equal' };
  if (ranges.length === 0) {
    return no('only an equal version can be restored: no older ones are named by "restores" in [versions]');
  }
  const all = ranges.map(({ text }) => text).join(', ');
  const old = parseVersion(archived);
  const now = parseVersion(installed);
  const unordered = old === undefined ? archived : now === undefined ? installed : undefined;
  if (old === undefined || now === undefined) {
    return no(`"${unordered}" is not made of numbers and dots, so no range can be asked (${all})`);
  }
  if (compareVersions(old, now) > 0) {
    return no(
      `the archive is of the newer version; version ${installed} can restore older ones only (${all})`,
    );
  }
  const range = ranges.find((one) => isInRange(old, one));
  if (range === undefined) return no(`version ${installed} can restore ${all}, and versions equal to it`);
  return { as: 'older', range: range.text };
}

function no(why: string): VersionAnswer {
  return { as: 'no', why };
}
