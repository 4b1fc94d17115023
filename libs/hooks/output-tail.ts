/** The first and the last of what a program says; what lies between is counted and forgotten. */
export interface OutputTail {
  add(chunk: Uint8Array): void;
  /** At most some 40 lines of at most 500 characters. */
  lines(): string[];
}

const KEPT_BYTES = 8192;
const KEPT_LINES = 20;
const LINE_LENGTH = 500;

/** Holds at most 16 KiB, however much is added. */
export function outputTail(): OutputTail {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let between = 0;
  return {
    add(chunk) {
      const room = KEPT_BYTES - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = chunk.subarray(room);
      const all = rest.length >= KEPT_BYTES ? rest : Buffer.concat([tail, rest]);
      between += tail.length + rest.length - Math.min(all.length, KEPT_BYTES);
      tail = Buffer.from(all.subarray(-KEPT_BYTES));
    },
    lines() {
      if (between === 0) {
        const lines = linesOf(Buffer.concat([head, tail]));
        const left = lines.length - 2 * KEPT_LINES;
        if (left <= 0) return lines;
        return [...lines.slice(0, KEPT_LINES), `... ${left} lines left out ...`, ...lines.slice(-KEPT_LINES)];
      }
      return [
        ...linesOf(head).slice(0, KEPT_LINES),
        `... more than ${between} bytes left out ...`,
        ...linesOf(tail).slice(-KEPT_LINES),
      ];
    },
  };
}

function linesOf(bytes: Uint8Array): string[] {
  return Buffer.from(bytes)
    .toString('utf8')
    .split(/\r?\n|\r/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line));
}
