/** What a walk through a folder counted. */
export interface FolderSize {
  files: number;
  bytes: number;
  /** Files and their bytes by the number of binary digits of their size: a size of 64 KiB to 128 KiB has 17. */
  byDigits: { files: number; bytes: number }[];
}

/** Which files of a folder go into tar packs, and how large a pack may become. */
export interface PackPlan {
  /** Files of fewer bytes go into packs; 0: every file is a member of its own. */
  below: number;
  packBytes: number;
}

/** Up to this many files each is a member of its own, which a person pulls out with any ZIP tool. */
const FEW = 300;
const SMALL = 64 * 1024;
const PACK = 16 * 2 ** 20;
/** Members of their own beside packs, and packs, of one folder: a ZIP's writer keeps 11 KB for each member. */
const MOST_SINGLES = 1000;
const MOST_PACKS = 1000;

/**
 * Files under 64 KiB of a folder of more than 300 go into packs of at most 16 MiB. A folder with thousands of
 * larger files, or of very many bytes, gets a higher limit and larger packs, so that about 3,000 members
 * (a pack also ends where a member of its own comes) is the most that a folder takes.
 */
export function planPacks(size: FolderSize): PackPlan {
  if (size.files <= FEW) return { below: 0, packBytes: PACK };
  let below = SMALL;
  while (sumFrom(size, below).files > MOST_SINGLES) below *= 2;
  const packed = size.bytes - sumFrom(size, below).bytes;
  return { below, packBytes: Math.max(PACK, Math.ceil(packed / MOST_PACKS)) };
}

export function digitsOf(bytes: number): number {
  return bytes === 0 ? 0 : Math.floor(Math.log2(bytes)) + 1;
}

function sumFrom({ byDigits }: FolderSize, power: number): { files: number; bytes: number } {
  const from = byDigits.slice(digitsOf(power));
  return {
    files: from.reduce((sum, bucket) => sum + (bucket?.files ?? 0), 0),
    bytes: from.reduce((sum, bucket) => sum + (bucket?.bytes ?? 0), 0),
  };
}
