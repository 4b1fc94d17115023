import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import { removeTree } from '../../remove-tree.ts';

const SLASH = Buffer.from('/');

/**
 * Removes everything in a folder but `keep`, paths below it with what leads to them; the folder itself stays. Nothing
 * of that is in order.
 */
export async function emptyFolder(path: string, keep: readonly string[]): Promise<void> {
  await emptyBelow(
    Buffer.from(path),
    keep.map((place) => place.split(sep)),
  );
}

async function emptyBelow(folder: Buffer, keep: readonly string[][]): Promise<void> {
  for (const name of await readdir(folder, { encoding: 'buffer' })) {
    const within = keep.filter(([first]) => first !== undefined && name.equals(Buffer.from(first)));
    const path = Buffer.concat([folder, SLASH, name]);
    if (within.length === 0) await removeTree(path);
    else if (within.every(({ length }) => length > 1)) {
      await emptyBelow(
        path,
        within.map(([, ...rest]) => rest),
      );
    }
  }
}
