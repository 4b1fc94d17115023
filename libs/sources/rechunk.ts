/** The same bytes in pieces of exactly `size` (the last may be shorter). A piece is never reused by the sender. */
export async function* rechunk(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let piece: Buffer | undefined;
  let filled = 0;
  for await (const chunk of content) {
    if (filled === 0 && chunk.length === size) {
      yield chunk;
      continue;
    }
    for (let taken = 0; taken < chunk.length; ) {
      piece ??= Buffer.allocUnsafeSlow(size);
      const part = chunk.subarray(taken, taken + size - filled);
      piece.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled === size) {
        yield piece;
        piece = undefined;
        filled = 0;
      }
    }
  }
  if (piece && filled > 0) yield piece.subarray(0, filled);
}
