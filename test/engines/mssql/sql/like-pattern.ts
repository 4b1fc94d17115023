/** LIKE's pattern as a regular expression: `%`, `_`, `[a-z]`, `[^a]`, and the escape letter before any of them. */
export function likePattern(pattern: string, escapeLetter: string | undefined): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern.charAt(at);
    if (letter === escapeLetter) source += literally(pattern.charAt(++at));
    else if (letter === '%') source += '.*';
    else if (letter === '_') source += '.';
    else if (letter === '[' && pattern.indexOf(']', at) > 0) {
      const end = pattern.indexOf(']', at);
      source += `[${pattern.slice(at + 1, end).replace(/[\\[]/g, '\\$&')}]`;
      at = end;
    } else source += literally(letter);
  }
  return new RegExp(`^${source}$`, 'isu');
}

function literally(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
