import { type BytePath, toText } from '../byte-path.ts';

/** tar-stream writes names as UTF-8; other bytes stand as %XX, the list has them as they are. */
export function tarName(path: BytePath): string {
  return (
    toText(path) ??
    path.replace(/[\x80-\xff%]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
  );
}
