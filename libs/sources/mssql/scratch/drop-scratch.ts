import { isScratchName } from '../../scratch/is-scratch-name.ts';
import { connectMssql } from '../connect.ts';
import type { MssqlServer } from '../connection.ts';
import { readDatabases } from '../target/read-live.ts';
import { dropDatabase } from '../target/switch/take-exclusively.ts';

const RETRY_MS = 30_000;

/**
 * Drops scratch databases that a drill had set down as its own before it made them, with their files, and resolves with
 * those that were there. A name that is none of a drill's is left alone, whoever asks for it.
 */
export async function dropScratch(
  server: MssqlServer,
  names: readonly string[],
  { stallMs, signal }: { stallMs: number; signal: AbortSignal },
): Promise<string[]> {
  await using connection = await connectMssql(server, signal);
  const present = (await readDatabases(connection, signal)).map(({ name }) => name);
  const there = names.filter((name) => isScratchName(name) && present.includes(name));
  for (const name of there) {
    await dropDatabase(connection, name, { server, stallMs, retryMs: RETRY_MS, signal });
  }
  return there;
}
