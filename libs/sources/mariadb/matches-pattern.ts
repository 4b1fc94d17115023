/** Whether a grant on `pattern`.* covers a database: `%` and `_` stand for anything unless after a backslash. */
export function matchesPattern(database: string, pattern: string): boolean {
  const source = pattern.replace(/\\[%_\\]|[\s\S]/gu, (part) => {
    if (part === '%') return '[^]*';
    if (part === '_') return '[^]';
    const literal = part.length === 2 && part.startsWith('\\') ? part.slice(1) : part;
    return RegExp.escape(literal);
  });
  return new RegExp(`^${source}$`, 'u').test(database);
}
