/** Text as Windows' functions take it: UTF-16 with an end. */
export function wideText(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}
