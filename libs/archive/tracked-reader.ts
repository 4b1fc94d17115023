import type { MemberReader } from '#sources/restore-target.ts';
import type { MemberRecord } from '#sources/source.ts';
import type { ArchiveReader } from './archive.ts';

/** A member reader that knows which members were read to their end, and so found to be whole. */
export interface TrackedReader extends MemberReader {
  open: ArchiveReader['open'];
  isWhole(path: string): boolean;
  /** Bytes of all members read so far, each counted once. */
  bytes(): number;
}

export function trackedReader(
  archive: Pick<ArchiveReader, 'open'>,
  members: readonly MemberRecord[],
  onBytes: (path: string) => void,
): TrackedReader {
  const sizes = new Map(members.map(({ path, bytes }) => [path, bytes]));
  const furthest = new Map<string, number>();
  const whole = new Set<string>();
  let bytes = 0;

  function count(path: string, reached: number): void {
    const before = furthest.get(path) ?? 0;
    const now = Math.min(reached, sizes.get(path) ?? 0);
    if (now <= before) return;
    furthest.set(path, now);
    bytes += now - before;
    onBytes(path);
  }

  return {
    async *open(path, signal, memory) {
      let reached = 0;
      for await (const chunk of archive.open(path, signal, memory)) {
        reached += chunk.length;
        count(path, reached);
        yield chunk;
      }
      whole.add(path);
    },
    isWhole: (path) => whole.has(path),
    bytes: () => bytes,
  };
}
