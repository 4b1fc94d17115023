import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';
import { programsThat } from './programs-that.ts';

/**
 * Other programs that have one of the files open, whatever name they opened it by: `name (process 123)`. Where the
 * system does not tell, SQLite's own locks are all there is, which an idle program without WAL does not hold.
 */
export async function openedBy(paths: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    const found = await statIfThere(path);
    if (found) files.add(identity(found));
  }
  if (files.size === 0) return [];
  return await programsThat(async (_path, entry) => files.has(identity(await stat(entry, { bigint: true }))));
}

async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

function identity({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
