import { Writable } from 'node:stream';
import type { OutputFile } from './output-file.ts';

/** A stream into an output file that knows what of it is written. */
export interface OutputStream {
  readonly stream: Writable;
  /** Bytes written so far, and the last 24 of them. */
  written(): number;
  tail(): Buffer;
}

/** Calls `onWritten` after each write. What waits meanwhile is written in one go, so small pieces cost little. */
export function outputStream(file: OutputFile, onWritten: () => void): OutputStream {
  let position = 0;
  let tail = Buffer.alloc(0);

  async function writeOut(chunks: Buffer[]): Promise<void> {
    const buffers = joinSmall(chunks);
    await file.write(buffers, position);
    for (const buffer of buffers) position += buffer.length;
    tail = Buffer.concat([tail, ...buffers.slice(-2).map((buffer) => buffer.subarray(-24))]).subarray(-24);
    onWritten();
  }

  const stream = new Writable({
    highWaterMark: 2 ** 20,
    write: (chunk: Buffer, _encoding, done) => void writeOut([chunk]).then(() => done(), done),
    writev: (chunks, done) =>
      void writeOut(chunks.map(({ chunk }) => chunk as Buffer)).then(() => done(), done),
  });
  return { stream, written: () => position, tail: () => tail };
}

const SMALL = 64 * 1024;

/** Neighbours of a few bytes (ZIP headers come field by field) joined, large pieces left as they are. */
function joinSmall(chunks: Buffer[]): Buffer[] {
  const joined: Buffer[] = [];
  let small: Buffer[] = [];
  for (const chunk of chunks) {
    if (chunk.length < SMALL) {
      small.push(chunk);
    } else {
      if (small.length > 0) joined.push(Buffer.concat(small));
      small = [];
      joined.push(chunk);
    }
  }
  if (small.length > 0) joined.push(Buffer.concat(small));
  return joined;
}
