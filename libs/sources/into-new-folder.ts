import { mkdir, rm } from 'node:fs/promises';
import { syncTree } from './sync-tree.ts';
import { writeFailure } from './write-failure.ts';

/** Makes a private folder, which must not be there, and has it filled durably. What fails or is stopped leaves none. */
export async function intoNewFolder(
  path: string,
  fill: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    throw writeFailure(error, path);
  }
  try {
    await fill();
    await syncTree(path, signal);
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    throw writeFailure(error, path);
  }
}
