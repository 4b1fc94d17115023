/** What stands in the place of the `*` of a host pattern, in small letters; undefined if the host does not fit it. */
export function nameInHost(host: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  const ending = pattern.slice(1);
  const plain = host.toLowerCase().replace(/:\d+$/, '');
  const name = plain.slice(0, -ending.length);
  return plain.endsWith(ending) && /^[a-z0-9_-]+$/.test(name) ? name : undefined;
}
