import { isUtf8 } from 'node:buffer';

/**
 * A path or name as the bytes it consists of, one character (0 to 255) a byte, `/` between segments. File
 * systems of Unix hold bytes, not text: a name that is not UTF-8 survives in this form, and comparing two of
 * them compares their bytes.
 */
export type BytePath = string & { readonly bytes: unique symbol };

export function bytePath(text: string): BytePath {
  return Buffer.from(text, 'utf8').toString('latin1') as BytePath;
}

export function toBytes(path: BytePath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** The text a person reads; undefined for bytes that are not UTF-8. */
export function toText(path: BytePath): string | undefined {
  if (!/[\x80-\xff]/.test(path)) return path;
  const bytes = toBytes(path);
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** Like toText, bytes that are not UTF-8 shown as `\xNN`. For messages and lists only. */
export function showPath(path: BytePath): string {
  return (
    toText(path) ??
    path.replace(
      /[\x80-\xff\\]/g,
      (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
  );
}

/** `base/path` for the calls of node:fs; `.` is the base itself. */
export function below(base: string, path: BytePath): Buffer {
  return path === '.' ? Buffer.from(base) : Buffer.concat([Buffer.from(`${base}/`), toBytes(path)]);
}

export function joinBytes(folder: BytePath, name: string): BytePath {
  return (folder === '.' ? name : `${folder}/${name}`) as BytePath;
}
