import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect } from 'vitest';

export interface TreeState {
  /** Kind, mode, owner, size, content, link target of each entry. */
  lines: string[];
  /** Modification time of each entry in nanoseconds. */
  times: bigint[];
}

/** The same but for times that Node cannot set more exactly than to a quarter of a microsecond. */
export function expectSameTree(found: TreeState, wanted: TreeState): void {
  expect(found.lines).toEqual(wanted.lines);
  const off = found.times.map((time, index) => Math.abs(Number(time - (wanted.times[index] as bigint))));
  expect(Math.max(...off)).toBeLessThan(1000);
}

/** Everything of a tree that a restore must bring back, read independently of the code under test. */
export function treeState(root: string): TreeState {
  const lines: string[] = [];
  const times: bigint[] = [];
  const inodes = new Map<bigint, string>();
  const visit = (path: Buffer, shown: string): void => {
    const stat = lstatSync(path, { bigint: true });
    times.push(stat.mtimeNs);
    const common = `${(Number(stat.mode) & 0o7777).toString(8)} ${stat.uid}:${stat.gid}`;
    if (stat.isDirectory()) {
      lines.push(`${shown}/ ${common}`);
      const names = readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare);
      for (const name of names) {
        visit(Buffer.concat([path, Buffer.from('/'), name]), `${shown}/${name.toString('latin1')}`);
      }
    } else if (stat.isSymbolicLink()) {
      lines.push(`${shown} -> ${readlinkSync(path, { encoding: 'latin1' })} ${stat.uid}:${stat.gid}`);
    } else if (stat.isFile()) {
      const twin = inodes.get(stat.ino);
      inodes.set(stat.ino, shown);
      const content = createHash('sha256').update(readFileSync(path)).digest('hex');
      lines.push(`${shown} ${common} ${stat.size} ${content}${twin ? ` same as ${twin}` : ''}`);
    } else {
      lines.push(`${shown} special`);
    }
  };
  visit(Buffer.from(root), '.');
  return { lines, times };
}
