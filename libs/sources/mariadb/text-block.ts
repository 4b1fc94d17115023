import { asBytes, type Bytes } from './escape-row.ts';

/** Where blocks come from and where they go. */
export interface Blocks {
  /** Empty memory for the next block. */
  next(): Uint8Array;
  /** `startsRow`: the block begins with a row. */
  give(block: Uint8Array, startsRow: boolean): void;
}

/** The block of row text that is being filled; whoever writes moves `at` on. */
export interface TextBlock {
  out: Bytes;
  at: number;
  /** Set while a row is being written that may end in a later block. */
  insideRow: boolean;
  /** Whether this block began with a row. */
  readonly startsRow: boolean;
  /** Bytes that still fit. */
  room(): number;
  /** Makes sure that `bytes` fit, by giving the block away and beginning another. */
  reserve(bytes: number): void;
  flush(): void;
  /** Gives the last block away; nothing may be written after it. */
  end(): void;
}

export function textBlock(blocks: Blocks): TextBlock {
  let startsRow = true;
  const giveAway = (): void => {
    const full = block.out.bytes.subarray(0, block.at);
    const began = startsRow;
    startsRow = !block.insideRow;
    block.at = 0;
    blocks.give(full, began);
  };
  const block: TextBlock = {
    out: asBytes(blocks.next()),
    at: 0,
    insideRow: false,
    get startsRow() {
      return startsRow;
    },
    room: () => block.out.bytes.length - block.at,
    reserve(bytes) {
      if (block.room() < bytes) block.flush();
    },
    flush() {
      if (block.at === 0) return;
      giveAway();
      block.out = asBytes(blocks.next());
    },
    end() {
      if (block.at > 0) giveAway();
    },
  };
  return block;
}
