export interface ByteRange {
  start: number;
  /** One past the last byte. */
  end: number;
}

/**
 * One range of a Range header (RFC 9110, 14.1.2) for a file of `size` bytes: undefined for none, or one of a form
 * that a server may pass over; `none` if it lies behind the end.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'none' | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') return to === '0' ? 'none' : { start: Math.max(0, size - Number(to)), end: size };
  const end = to === '' ? size : Math.min(size, Number(to) + 1);
  return Number(from) < end ? { start: Number(from), end } : 'none';
}
