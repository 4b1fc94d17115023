import type { Connection } from '../../connect.ts';

/** If one worker fails the others have nothing to go on for: their statements are ended at once. */
export async function allOrAbort(
  connections: readonly Connection[],
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  let first: { error: unknown } | undefined;
  await Promise.all(
    connections.map(async (connection) => {
      try {
        await work(connection);
      } catch (error) {
        if (first) return;
        first = { error };
        for (const other of connections) if (other !== connection) other.abort(error);
      }
    }),
  );
  if (first) throw first.error;
}
