/** An identifier in backticks, whatever it holds. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A database's object: `` `db`.`name` ``. */
export function quoteQualified(database: string, name: string): string {
  return `${quoteName(database)}.${quoteName(name)}`;
}

/** A string literal for a session without NO_BACKSLASH_ESCAPES, as every session of connectMariadb is. */
export function quoteText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\0', '\\0')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\x1a', '\\Z');
  return `'${escaped}'`;
}
