/**
 * One line of a conf file. `text` and `eol` of all lines in order are the file again, byte for byte; the
 * meaning is the one the package `ini` gives it. `section` is the title the line stands under (its own, for
 * a header), undefined before the first header.
 */
export interface ConfLine {
  /** 1-based. */
  number: number;
  text: string;
  /** `\n`, `\r\n`, `\r`, or empty at the end of the file. */
  eol: string;
  section: string | undefined;
  what: LineMeaning;
}

export type LineMeaning =
  /** Empty, or a comment. */
  | { kind: 'silent' }
  | { kind: 'header' }
  | ConfEntry
  /** `ini` would ignore it, or take it for something its writer did not mean. */
  | { kind: 'strange'; found: string; allowed: string };

export interface ConfEntry {
  kind: 'entry';
  key: string;
  /** True for `key[] = value`. */
  list: boolean;
  /** What stands right of the `=`, undecoded (see read-value.ts); undefined without a `=`. */
  raw: string | undefined;
}

/**
 * Splits a conf file into its lines without losing any of it. The package `ini` keeps neither line numbers
 * nor comments and lets a second `[backup]` or `keep` silently win; mistakes and saving need all of that.
 */
export function scanConf(text: string): ConfLine[] {
  const lines: ConfLine[] = [];
  let section: string | undefined;
  for (const { 1: line = '', 2: eol = '' } of text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)) {
    if (line === '' && eol === '') break;
    const title = titleOf(line);
    section = title ?? section;
    lines.push({ number: lines.length + 1, text: line, eol, section, what: meaningOf(line) });
  }
  return lines;
}

/** Also of a header that is not quite one, so that its keys are not taken for those of the section above. */
function titleOf(line: string): string | undefined {
  return /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim();
}

function meaningOf(line: string): LineMeaning {
  if (/^\s*([;#].*)?$/.test(line)) return { kind: 'silent' };
  if (/^\[[^\]]*\]\s*$/.test(line)) return { kind: 'header' };
  if (/^\s*\[/.test(line)) {
    return {
      kind: 'strange',
      found: 'a line that starts with [ and is no section header',
      allowed: '[SECTION] at the beginning of a line of its own',
    };
  }
  const equals = line.indexOf('=');
  const written = (equals < 0 ? line : line.slice(0, equals)).trim();
  if (written === '' || written === '[]') {
    return { kind: 'strange', found: 'no key before the =', allowed: 'key = value' };
  }
  const list = written.endsWith('[]');
  return {
    kind: 'entry',
    key: list ? written.slice(0, -2).trimEnd() : written,
    list,
    raw: equals < 0 ? undefined : line.slice(equals + 1),
  };
}
