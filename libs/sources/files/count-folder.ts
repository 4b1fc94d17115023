import { type WalkedItem, type WalkOptions, walkFolder } from './walk-folder.ts';
import { digitsOf, type FolderSize } from './write/plan-packs.ts';

/**
 * Walks a folder and counts its files and their bytes; hard links count once each for files, once for bytes.
 * `onItem` gets everything that is met.
 */
export async function countFolder(
  root: string,
  options: WalkOptions,
  onItem: (item: WalkedItem) => void = () => undefined,
): Promise<FolderSize> {
  const size: FolderSize = { files: 0, bytes: 0, byDigits: [] };
  const linked = new Set<string>();
  for await (const item of walkFolder(root, options)) {
    const { type, stat } = item;
    onItem(item);
    if (type !== 'file') continue;
    if (stat.nlink > 1n) {
      const key = `${stat.dev}:${stat.ino}`;
      if (linked.has(key)) {
        size.files += 1;
        continue;
      }
      linked.add(key);
    }
    const bytes = Number(stat.size);
    const bucket = size.byDigits[digitsOf(bytes)] ?? { files: 0, bytes: 0 };
    size.byDigits[digitsOf(bytes)] = { files: bucket.files + 1, bytes: bucket.bytes + bytes };
    size.files += 1;
    size.bytes += bytes;
  }
  return size;
}
