/** An identifier in brackets, whatever it holds. */
export function quoteName(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`;
}

/** A Unicode string literal. SQL Server knows no other escape in it than the doubled quote. */
export function quoteText(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`;
}
