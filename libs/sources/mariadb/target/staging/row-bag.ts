import { createHash, type Hash, hash } from 'node:crypto';

/** Rows of LOAD DATA text as a whole without an order. */
export interface RowBag {
  /** The text's next bytes; rows may be cut anywhere. */
  take(chunk: Uint8Array): void;
  /** Equal for the same rows, each as often, however they lie; 64 hexadecimal digits. */
  digest(): string;
}

const LINE_FEED = 10;
const LANES = 8;

/** The rows' SHA-256 added up, so that nothing but the sum is kept. */
export function rowBag(): RowBag {
  const sum = new Uint32Array(LANES);
  let cut: Hash | undefined;
  const add = (digest: Buffer): void => {
    for (let lane = 0; lane < LANES; lane++) sum[lane] = sum[lane]! + digest.readUInt32LE(lane * 4);
  };
  return {
    take(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        const row = chunk.subarray(start, end);
        add(cut === undefined ? hash('sha256', row, 'buffer') : cut.update(row).digest());
        cut = undefined;
        start = end + 1;
      }
      if (start === chunk.length) return;
      cut ??= createHash('sha256');
      cut.update(chunk.subarray(start));
    },
    digest: () => Buffer.from(sum.buffer).toString('hex'),
  };
}
