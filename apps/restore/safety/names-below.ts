/** What is left of those ids that begin like this: `ac` of `mariadb/main/ac` below `mariadb/main/`. */
export function namesBelow(prefix: string, ids: readonly string[]): string[] {
  return ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
}
