import { compareVersions } from './compare-versions.ts';
import { parseVersion, type Version } from './parse-version.ts';

/** Versions between two bounds, both of them in it. */
export interface VersionRange {
  /** As it was written. */
  text: string;
  from: Version;
  to: Version;
  /** True if `to` was written with `.*`: all versions that begin with it are in the range. */
  open: boolean;
}

interface Bound {
  version: Version;
  open: boolean;
}

/**
 * Reads `2.9.1` (this version), `2.9.*` (all that begin with 2.9) or `2.8 - 2.9.*` (from the first bound to the last).
 * `2.8 - 2.9` ends at 2.9 itself. Undefined for anything else, and for bounds in the wrong order.
 */
export function parseRange(text: string): VersionRange | undefined {
  const bounds = text.split(/\s+-\s+/).map(parseBound);
  const [first, last = first] = bounds;
  if (bounds.length > 2 || first === undefined || last === undefined || bounds.includes(undefined)) {
    return undefined;
  }
  if (!last.open && compareVersions(first.version, last.version) > 0) return undefined;
  if (last.open && compareVersions(first.version.slice(0, last.version.length), last.version) > 0) {
    return undefined;
  }
  return { text: text.replace(/\s+/g, ' '), from: first.version, to: last.version, open: last.open };
}

function parseBound(text: string): Bound | undefined {
  const open = text.endsWith('.*');
  const version = parseVersion(open ? text.slice(0, -2) : text);
  return version && { version, open };
}
