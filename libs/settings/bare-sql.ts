/** A statement without what stands in its texts, for looking at its words. */
export function bareSql(query: string): string {
  return query.replace(/'(?:[^'\\]|\\.|'')*'/g, "''");
}
