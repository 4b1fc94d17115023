import { isUtf8 } from 'node:buffer';

const QUOTE = 0x27;
const BACKTICK = 0x60;
const BACKSLASH = 0x5c;

/** What follows a backslash in SHOW CREATE and means another byte. */
const ESCAPES: Record<number, number> = { 48: 0x00, 110: 0x0a, 114: 0x0d, 116: 0x09, 90: 0x1a };

/**
 * A definition as the server keeps it, byte for byte, as text: string literals that are no UTF-8 (defaults of
 * BINARY and VARBINARY columns are shown with their bare bytes) become `X'ff00'`, which means the same and
 * survives any character set. Everything else stays as it is.
 */
export function hexLiterals(ddl: Buffer): string {
  const parts: string[] = [];
  let done = 0;
  for (let p = 0; p < ddl.length; p++) {
    if (ddl[p] === BACKTICK) p = endOfName(ddl, p);
    else if (ddl[p] === QUOTE) {
      const end = endOfLiteral(ddl, p);
      if (!isUtf8(ddl.subarray(p, end + 1))) {
        parts.push(
          ddl.toString('utf8', done, p),
          `X'${unescaped(ddl.subarray(p + 1, end)).toString('hex')}'`,
        );
        done = end + 1;
      }
      p = end;
    }
  }
  return parts.join('') + ddl.toString('utf8', done);
}

/** A doubled backtick ends one name and begins another, which comes to the same. */
function endOfName(ddl: Buffer, start: number): number {
  const end = ddl.indexOf(BACKTICK, start + 1);
  return end < 0 ? ddl.length : end;
}

function endOfLiteral(ddl: Buffer, start: number): number {
  for (let p = start + 1; p < ddl.length; p++) {
    if (ddl[p] === BACKSLASH) p++;
    else if (ddl[p] === QUOTE && ddl[p + 1] === QUOTE) p++;
    else if (ddl[p] === QUOTE) return p;
  }
  return ddl.length;
}

function unescaped(literal: Buffer): Buffer {
  const value: number[] = [];
  for (let p = 0; p < literal.length; p++) {
    const byte = literal[p]!;
    if (byte === BACKSLASH) {
      const next = literal[++p]!;
      value.push(ESCAPES[next] ?? next);
      continue;
    }
    if (byte === QUOTE) p++;
    value.push(byte);
  }
  return Buffer.from(value);
}
