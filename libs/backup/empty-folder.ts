import { rm } from 'node:fs/promises';
import { privateFolder } from '#platform/private-folder.ts';

/**
 * An empty private folder that is gone after the run. What a killed run left in it (copies of databases)
 * goes at the next one's start; the caller holds the system's lock, so nobody else is using it.
 */
export async function emptyFolder(path: string): Promise<AsyncDisposable> {
  await rm(path, { recursive: true, force: true });
  await privateFolder(path);
  return { [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
