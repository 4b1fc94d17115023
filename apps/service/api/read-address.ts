/** Where a request was sent to. */
export interface Address {
  /** The tenant's name that the path begins with; undefined: the path has none. */
  tenant: string | undefined;
  /** Path of the page there, as it was written, with a slash at its end. */
  base: string;
  /** The path and query that follow, as at the service's own address. */
  path: string;
}

/**
 * Parts `/t/<tenant>/api/status` into the tenant's name, decoded once, and `/api/status`. A name is only ever looked
 * up among those that are known; what cannot be decoded, or could be part of a path, is nobody's.
 */
export function readAddress(url: string): Address {
  const [, segment, path] = /^\/t\/([^/?#]+)(\/.*)$/s.exec(url) ?? [];
  if (segment === undefined || path === undefined) return { tenant: undefined, base: '/', path: url };
  return { tenant: decode(segment) ?? NOBODY, base: `/t/${segment}/`, path };
}

/** No folder has an empty name. */
const NOBODY = '';

function decode(segment: string): string | undefined {
  try {
    const name = decodeURIComponent(segment);
    return /[/\\\0]|^\.{1,2}$/.test(name) ? undefined : name;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
