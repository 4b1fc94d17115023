import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, statfs } from 'node:fs/promises';

/**
 * What a file system says of files, as one fingerprint (FD-21). Equal ones prove equal contents: whoever writes to a
 * file gives it a new time of change (ctime), which no program can set. That holds only on the file systems
 * listed here, and only once the newest change is so old that a further one gets another time.
 */
export interface StateFingerprint {
  /** `facts`: whatever else is to be equal. */
  add(name: string, stat: BigIntStats, facts?: string): void;
  addFact(fact: string): void;
  /** Undefined where equal states would prove nothing. */
  value(): string | undefined;
}

/** Numbers that Linux gives: ext2 to ext4, XFS, Btrfs, ZFS, F2FS. Not those that ask another machine, nor tmpfs. */
const KNOWN = [0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010];

/**
 * A page that a program changed in its memory is written after half a minute; until then further changes of it
 * get no time of their own.
 */
const SETTLED_NS = 120n * 1_000_000_000n;

/** For what lies at or below `place`. To be begun before anything is read, so that a change meanwhile shows the next time. */
export async function stateFingerprint(place: string, now: Temporal.Instant): Promise<StateFingerprint> {
  const { dev } = await lstat(place, { bigint: true });
  const { type } = await statfs(place);
  const state = createHash('sha256').update('file states 1\n');
  let proven = process.platform === 'linux' && KNOWN.includes(type);
  return {
    add(name, stat, facts = '') {
      const { size, mtimeNs, ctimeNs, ino, mode, uid, gid, nlink } = stat;
      const own = [ino, mode, uid, gid];
      // What is in a folder is added by itself; its times change with what is not saved, too.
      const changing = stat.isDirectory() ? [] : [size, mtimeNs, ctimeNs, nlink];
      if (stat.dev !== dev) proven = false;
      if (!stat.isDirectory() && ctimeNs > now.epochNanoseconds - SETTLED_NS) proven = false;
      state.update(`${JSON.stringify([name, facts])} ${[...own, ...changing].join(' ')}\n`);
    },
    addFact: (fact) => void state.update(`${JSON.stringify(fact)}\n`),
    value: () => (proven ? state.copy().digest('hex') : undefined),
  };
}
