import type { Version } from './parse-version.ts';

/** Below 0 if `a` is older, above 0 if it is newer. Parts that one of them lacks count as 0: 2.9 equals 2.9.0. */
export function compareVersions(a: Version, b: Version): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
