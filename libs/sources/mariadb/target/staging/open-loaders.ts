import type { Connection, MariadbServer } from '../../connect.ts';
import { connectForStaging } from './connect-for-staging.ts';

const LOADERS = 2;

/** The sessions that build and read back tables beside each other. */
export async function openLoaders(
  server: MariadbServer,
  signal: AbortSignal,
): Promise<AsyncDisposable & { list: Connection[] }> {
  const list: Connection[] = [];
  const close = async (): Promise<void> => {
    for (const connection of list) await connection.close();
  };
  try {
    while (list.length < LOADERS) list.push(await connectForStaging(server, signal));
  } catch (error) {
    await close();
    throw error;
  }
  return { list, [Symbol.asyncDispose]: close };
}
