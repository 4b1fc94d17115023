import { compareVersions } from './compare-versions.ts';
import type { VersionRange } from './parse-range.ts';
import type { Version } from './parse-version.ts';

export function isInRange(version: Version, { from, to, open }: VersionRange): boolean {
  if (compareVersions(version, from) < 0) return false;
  const compared = open ? version.slice(0, to.length) : version;
  return compareVersions(compared, to) <= 0;
}
