import { openLargeFile } from './open-large-file.ts';

/** SHA-256 of a file's content, lower-case hex, read in pieces. Rejects with the system's error. */
export async function digestFile(path: Buffer | string, signal: AbortSignal): Promise<string> {
  await using file = await openLargeFile(path);
  for await (const _chunk of file.read(signal)) {
    // Reading is what fills the outcome.
  }
  const { failure, sha256 } = file.outcome();
  if (failure !== undefined) throw failure;
  return sha256;
}
